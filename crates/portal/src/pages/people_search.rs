//! What a search for people found, and how far it is.

use askama::Template;
use tillit_accounts::PersonState;
use tillit_store::PersonId;

use super::Page;
use super::people::{PersonRow, state_pill};
use super::sample::person;
use crate::frame::{Frame, Nav};
use crate::ui::{Avatar, Cell, Column, Empty, Filter, Table, time_cell};

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
    fn row(&self, row: &PersonRow) -> Vec<Cell> {
        let w = &self.f.w;
        vec![
            Cell::Person {
                avatar: Avatar::new(row.id, row.shown_name(), row.photo),
                name: row.shown_name().to_owned(),
                detail: row.username.clone(),
                path: Some(format!("/people/{}", row.id)),
            },
            Cell::Text(w.t(row.role)),
            Cell::Pill(state_pill(&self.f, row.state)),
            row.last_sign_in.map_or_else(|| Cell::Text(w.t("never")), |at| time_cell(w, at)),
        ]
    }
    fn table(&self) -> Table {
        let w = &self.f.w;
        let (title, text) = match &self.progress {
            _ if self.query.is_empty() => ("search-nothing-typed", w.t("search-nothing-typed-text")),
            Some(SearchProgress { next: Some(_), .. }) => ("search-nobody-yet", w.t("search-nobody-yet-text")),
            Some(_) => ("search-nobody", w.t1("search-nobody-text", "query", self.query.as_str())),
            None if self.query.contains('@') => ("people-not-found", w.t1("search-nobody-address", "query", self.query.as_str())),
            None => ("search-too-short", w.t("search-too-short-text")),
        };
        Table {
            caption: w.t("search-title"),
            columns: ["column-person", "column-role", "column-state", "column-last-sign-in"].map(|key| Column::plain(w.t(key))).into(),
            rows: self.people.iter().map(|row| self.row(row)).collect(),
            count: if self.people.is_empty() {
                String::new()
            } else {
                w.t1("search-count", "count", i64::try_from(self.people.len()).unwrap_or(i64::MAX))
            },
            filter: Some(Filter {
                method: "post",
                path: "/people/search".to_owned(),
                label: w.t("people-filter"),
                name: "username",
                value: self.query.clone(),
            }),
            export: None,
            more: None,
            empty: Empty { icon: "search", title: w.t(title), text },
        }
    }
}

impl Page for PeopleSearchPage {
    const NAME: &'static str = "people_search";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let kari = PersonRow {
            id: person(3),
            name: "Kari Nordmann".to_owned(),
            username: "kari@nordvik.example".to_owned(),
            photo: false,
            role: "role-employee",
            state: PersonState::Active,
            last_sign_in: Some(f.now),
        };
        let page = |query: &str, people: Vec<PersonRow>, progress| Self { f: f.clone(), query: query.to_owned(), people, progress };
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
        ]
    }
}
