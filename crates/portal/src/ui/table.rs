//! Tables: sorted, filtered and exported by links and forms, so that they need no script.

use super::{Avatar, Pill};

/// A value in a table or a definition list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Text.
    Text(String),
    /// An id or a code.
    Mono(String),
    /// A number, set to the right.
    Number(String),
    /// Text with a smaller second line.
    Two(String, String),
    /// An id or code with a smaller explanation.
    MonoTwo(String, String),
    /// A state.
    Pill(Pill),
    /// A state with a smaller second line.
    PillTwo(Pill, String),
    /// A moment.
    Time {
        /// RFC 3339.
        machine: String,
        /// As the reader writes it.
        text: String,
    },
    /// A link.
    Link {
        /// Where it leads.
        path: String,
        /// Its words.
        text: String,
    },
    /// A person.
    Person {
        /// Picture or initials.
        avatar: Avatar,
        /// Name.
        name: String,
        /// Second line: the username.
        detail: String,
        /// Where it leads.
        path: Option<String>,
    },
    /// A button that sends a form.
    Action {
        /// Where the form goes.
        path: String,
        /// Word on the button.
        text: String,
        /// What the button acts on, for people who cannot see the row.
        about: String,
    },
    /// Buttons that send forms: path, word, what each acts on.
    Actions(Vec<(String, String, String)>),
    /// A long id, shortened to the eye, whole in the page, with a button that copies it.
    Copy {
        /// Id of the element.
        id: String,
        /// The id.
        text: String,
    },
    /// Nothing.
    None,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Column {
    /// Heading.
    pub label: String,
    /// Link that sorts by it.
    pub sort: Option<String>,
    /// `ascending` or `descending`, when the table is sorted by it.
    pub sorted: Option<&'static str>,
    /// Whether it holds numbers.
    pub numeric: bool,
}

impl Column {
    /// A column that cannot be sorted by.
    pub fn plain(label: impl Into<String>) -> Self {
        Self { label: label.into(), ..Self::default() }
    }
    /// A column that can be sorted by: `path?sort=key`, the other way round when it already is.
    pub fn sortable(label: impl Into<String>, path: &str, key: &str, current: Option<(&str, bool)>) -> Self {
        let sorted = current.filter(|(by, _)| *by == key).map(|(_, descending)| if descending { "descending" } else { "ascending" });
        let next = if sorted == Some("ascending") { format!("-{key}") } else { key.to_owned() };
        Self {
            label: label.into(),
            sort: Some(format!("{path}{}sort={next}", if path.contains('?') { '&' } else { '?' })),
            sorted,
            numeric: false,
        }
    }
}

/// A field above a table that narrows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// `get`; `post` when what is typed is personal data, which does not belong in addresses.
    pub method: &'static str,
    /// Path of the page.
    pub path: String,
    /// Label of the field.
    pub label: String,
    /// Name of the field.
    pub name: &'static str,
    /// What was typed.
    pub value: String,
    /// Names and values of what is sent along unseen.
    pub hidden: Vec<(&'static str, &'static str)>,
}

/// What stands where rows would.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Empty {
    /// Icon.
    pub icon: &'static str,
    /// Heading.
    pub title: String,
    /// One sentence.
    pub text: String,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// What it lists, for screen readers.
    pub caption: String,
    /// Columns.
    pub columns: Vec<Column>,
    /// Rows; as many cells as columns.
    pub rows: Vec<Vec<Cell>>,
    /// `12 people`; empty for none.
    pub count: String,
    /// Narrowing.
    pub filter: Option<Filter>,
    /// Path of the same rows as CSV.
    pub export: Option<String>,
    /// Path and label of the next page.
    pub more: Option<(String, String)>,
    /// When there are no rows.
    pub empty: Empty,
}

impl Table {
    /// Heading of column `index`, for the phone's cards.
    pub fn label(&self, index: &usize) -> &str {
        self.columns.get(*index).map_or("", |column| column.label.as_str())
    }
}
