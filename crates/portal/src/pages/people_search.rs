//! What a search for people found, and how far it is.

use askama::Template;
use tillit_accounts::{PeopleFilter, PersonState};
use tillit_store::PersonId;

use super::Page;
use super::people::{COLUMNS, PeopleChoice, PersonRow, search_field};
use super::sample::person;
use crate::frame::{Frame, Nav};
use crate::ui::{Column, Empty, Table};

/// How far a search by name is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchProgress {
    /// Names that were looked at.
    pub seen: u64,
    /// Names there are.
    pub of: u64,
    /// Where to go on.
    pub next: Option<PersonId>,
    /// Whether more were found than are shown.
    pub full: bool,
}

impl SearchProgress {
    /// Names that were looked at, never more than there are: people come and go meanwhile.
    fn shown(&self) -> u64 {
        self.seen.min(self.of)
    }
    /// What the bar ends at.
    fn end(&self) -> u64 {
        self.of.max(1)
    }
}

/// The people whom a search found.
#[derive(Debug, Template)]
#[template(path = "people_search.html")]
pub struct PeopleSearchPage {
    /// Frame.
    pub f: Frame,
    /// What was typed.
    pub query: String,
    /// Among whom it was searched.
    pub choice: PeopleChoice,
    /// Who was found until now.
    pub people: Vec<PersonRow>,
    /// How far it is; nothing when only one look was needed.
    pub progress: Option<SearchProgress>,
}

impl PeopleSearchPage {
    fn nav(&self) -> Nav {
        Nav::People
    }
    fn found(&self) -> String {
        self.people.iter().map(|row| row.id.to_string()).collect::<Vec<_>>().join(" ")
    }
    fn so_far(&self, progress: &SearchProgress) -> String {
        let w = &self.f.w;
        let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let key = match progress {
            SearchProgress { full: true, .. } => "search-full",
            SearchProgress { next: Some(_), .. } => "search-so-far",
            _ => "search-all",
        };
        w.t2(key, "seen", number(progress.shown()), "of", number(progress.of))
    }
    /// Among whom, if not everybody.
    fn among(&self) -> Option<String> {
        let w = &self.f.w;
        (!self.choice.is_everybody()).then(|| w.t1("search-among", "choice", self.choice.words(w)))
    }
    fn table(&self) -> Table {
        let w = &self.f.w;
        let all = self.choice.is_everybody();
        let (title, text) = match &self.progress {
            _ if self.query.is_empty() => ("search-nothing-typed", w.t("search-nothing-typed-text")),
            Some(SearchProgress { next: Some(_), .. }) => ("search-nobody-yet", w.t("search-nobody-yet-text")),
            Some(_) => {
                ("search-nobody", w.t1(if all { "search-nobody-text" } else { "search-nobody-among" }, "query", self.query.as_str()))
            }
            None if self.query.contains('@') => {
                let key = if all { "search-nobody-address" } else { "search-nobody-address-among" };
                ("people-not-found", w.t1(key, "query", self.query.as_str()))
            }
            None => ("search-too-short", w.t("search-too-short-text")),
        };
        Table {
            caption: w.t("search-title"),
            columns: COLUMNS.map(|(key, _)| Column::plain(w.t(key))).into(),
            rows: self.people.iter().map(|row| row.cells(w)).collect(),
            count: if self.people.is_empty() {
                String::new()
            } else {
                w.t1("search-count", "count", i64::try_from(self.people.len()).unwrap_or(i64::MAX))
            },
            filter: Some(search_field(w, self.choice, &self.query)),
            export: None,
            more: None,
            empty: Empty { icon: "search", title: w.t(title), text },
        }
    }
}

impl Page for PeopleSearchPage {
    const NAME: &'static str = "people_search";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let kari = PersonRow::sample(f);
        let page = |query: &str, people: Vec<PersonRow>, progress| Self {
            f: f.clone(),
            query: query.to_owned(),
            choice: PeopleChoice::default(),
            people,
            progress,
        };
        let invited = PeopleFilter { state: Some(PersonState::Invited), linked: Some(false), ..PeopleFilter::default() };
        let among = |page: Self| Self { choice: PeopleChoice(invited), ..page };
        let far = |seen, next, full| Some(SearchProgress { seen, of: 98_412, next, full });
        vec![
            ("", page("kari", vec![kari.clone()], far(31_000, Some(person(3)), false))),
            ("nobody-yet", page("kari", vec![], far(31_000, Some(person(3)), false))),
            ("done", page("kari", vec![kari.clone()], far(98_412, None, false))),
            ("full", page("ka", vec![kari.clone()], far(4_120, None, true))),
            ("exact", page("kari@nordvik.example", vec![kari], None)),
            ("nobody", page("kari", vec![], far(98_412, None, false))),
            ("nobody-exact", page("kar@nordvik.example", vec![], None)),
            ("short", page("k", vec![], None)),
            ("among", among(page("kari", vec![], far(31_000, Some(person(3)), false)))),
            ("nobody-among", among(page("kari@nordvik.example", vec![], None))),
        ]
    }
}
