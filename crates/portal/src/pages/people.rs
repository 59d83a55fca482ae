//! People: the list.

use askama::Template;
use tillit_accounts::{PeopleCount, PeopleFilter, PersonState, Role};
use tillit_store::{PersonId, Timestamp};

use super::sample::person;
use super::{Page, role_key};
use crate::frame::{Frame, Nav};
use crate::ui::{Avatar, Cell, Column, Empty, Filter, Pill, Table, Tone, time_cell};
use crate::words::Words;

/// A person in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    /// Id.
    pub id: PersonId,
    /// Name; may be empty.
    pub name: String,
    /// Username.
    pub username: String,
    /// Whether there is a picture.
    pub photo: bool,
    /// Key of the role's word.
    pub role: &'static str,
    /// Whether the person may sign in.
    pub state: PersonState,
    /// Last sign-in.
    pub last_sign_in: Option<Timestamp>,
}

/// Columns of a list of people: key of the heading, and what it is sorted by.
pub(super) const COLUMNS: [(&str, &str); 4] =
    [("column-person", "name"), ("column-role", "role"), ("column-state", "state"), ("column-last-sign-in", "last")];

impl PersonRow {
    /// The colleague on samples of pages.
    pub(super) fn sample(f: &Frame) -> Self {
        Self {
            id: super::sample::person(3),
            name: "Kari Nordmann".to_owned(),
            username: "kari@nordvik.example".to_owned(),
            photo: false,
            role: "role-employee",
            state: PersonState::Active,
            last_sign_in: Some(f.now),
        }
    }
    pub(super) fn shown_name(&self) -> &str {
        if self.name.is_empty() { &self.username } else { &self.name }
    }
    /// Its cells under [`COLUMNS`].
    pub(super) fn cells(&self, w: &Words) -> Vec<Cell> {
        vec![
            Cell::Person {
                avatar: Avatar::new(self.id, self.shown_name(), self.photo),
                name: self.shown_name().to_owned(),
                detail: self.username.clone(),
                path: Some(format!("/people/{}", self.id)),
            },
            Cell::Text(w.t(self.role)),
            Cell::Pill(state_pill(w, self.state)),
            self.last_sign_in.map_or_else(|| Cell::Text(w.t("never")), |at| time_cell(w, at)),
        ]
    }
}

/// Which people are shown, as an address and a form say it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PeopleChoice(pub PeopleFilter);

impl PeopleChoice {
    /// Names and values of its fields; none for everybody.
    pub fn fields(self) -> Vec<(&'static str, &'static str)> {
        let PeopleFilter { role, state, linked } = self.0;
        let linked = linked.map(|linked| if linked { "yes" } else { "no" });
        let fields = [("role", role.map(Role::code)), ("state", state.map(PersonState::code)), ("linked", linked)];
        fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
    /// The list of them.
    pub fn path(self) -> String {
        self.at("/people")
    }
    /// An address that says whom it is about.
    fn at(self, path: &str) -> String {
        let fields: Vec<String> = self.fields().into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        if fields.is_empty() { path.to_owned() } else { format!("{path}?{}", fields.join("&")) }
    }
    /// Whether everybody is shown.
    pub fn is_everybody(self) -> bool {
        self.0 == PeopleFilter::default()
    }
    /// What they have in common, in words.
    pub(super) fn words(self, w: &Words) -> String {
        let PeopleFilter { role, state, linked } = self.0;
        let linked = linked.map(|linked| if linked { "people-linked" } else { "people-not-linked" });
        let keys = [role.map(role_key), state.map(state_key), linked];
        keys.into_iter().flatten().map(|key| w.t(key)).collect::<Vec<_>>().join(" · ")
    }
}

/// The field above a list of people that finds somebody among them.
pub(super) fn search_field(w: &Words, choice: PeopleChoice, typed: &str) -> Filter {
    Filter {
        method: "post",
        path: "/people/search".to_owned(),
        label: w.t("people-filter"),
        name: "username",
        value: typed.to_owned(),
        hidden: choice.fields(),
    }
}

/// A way to show others: where it leads, its words, and whether it is what is shown.
type Choice = (String, String, bool);

/// The list of people.
#[derive(Debug, Template)]
#[template(path = "people.html")]
pub struct PeoplePage {
    /// Frame.
    pub f: Frame,
    /// People of this page.
    pub people: Vec<PersonRow>,
    /// Whose list it is.
    pub choice: PeopleChoice,
    /// How many there are.
    pub count: PeopleCount,
    /// Column sorted by, and whether downwards.
    pub sorted: Option<(String, bool)>,
    /// Path of the next page.
    pub next: Option<String>,
    /// Whether the viewer may invite people.
    pub may_invite: bool,
}

impl PeoplePage {
    fn nav(&self) -> Nav {
        Nav::People
    }
    fn number(&self, filter: PeopleFilter) -> i64 {
        i64::try_from(self.count.matching(filter)).unwrap_or(i64::MAX)
    }
    /// A way to another list, that says how many are there.
    fn to(&self, filter: PeopleFilter, words: impl FnOnce(&Words, i64) -> String) -> Choice {
        (PeopleChoice(filter).path(), words(&self.f.w, self.number(filter)), self.choice.0 == filter)
    }
    /// Everybody, and each role that somebody has; state and link stay as they are chosen.
    fn by_role(&self) -> Vec<Choice> {
        let shown = self.choice.0;
        let mut choices = vec![self.to(PeopleFilter { role: None, ..shown }, |w, n| w.t1("people-everybody", "count", n))];
        let held = Role::ALL.into_iter().filter(|role| self.count.of(*role) > 0 || shown.role == Some(*role));
        choices.extend(held.map(|role| {
            let filter = PeopleFilter { role: Some(role), ..shown };
            self.to(filter, |w, n| w.t2("people-of-role", "role", w.t(role_key(role)), "count", n))
        }));
        choices
    }
    /// Any state, and each.
    fn by_state(&self) -> Vec<Choice> {
        let shown = self.choice.0;
        let mut choices = vec![self.to(PeopleFilter { state: None, ..shown }, |w, n| w.t1("people-any-state", "count", n))];
        choices.extend(PersonState::ALL.into_iter().map(|state| {
            let filter = PeopleFilter { state: Some(state), ..shown };
            self.to(filter, |w, n| w.t2("people-of-state", "state", w.t(state_key(state)), "count", n))
        }));
        choices
    }
    /// Linked to an account of the provider or not; nothing before anybody is.
    fn by_link(&self) -> Vec<Choice> {
        let shown = self.choice.0;
        let anybody = PeopleFilter { linked: Some(true), ..PeopleFilter::default() };
        if shown.linked.is_none() && self.count.matching(anybody) == 0 {
            return vec![];
        }
        let of = |linked, key: &'static str| {
            let filter = PeopleFilter { linked, ..shown };
            self.to(
                filter,
                move |w, n| if linked.is_none() { w.t1(key, "count", n) } else { w.t2("people-of-link", "link", w.t(key), "count", n) },
            )
        };
        vec![of(None, "people-any-link"), of(Some(true), "people-linked"), of(Some(false), "people-not-linked")]
    }
    fn table(&self) -> Table {
        let w = &self.f.w;
        let path = self.choice.path();
        let current = self.sorted.as_ref().map(|(by, down)| (by.as_str(), *down));
        let empty = if self.choice.is_everybody() {
            Empty { icon: "people", title: w.t("people-empty"), text: w.t("people-empty-text") }
        } else {
            let text = w.t1("people-none-text", "choice", self.choice.words(w));
            Empty { icon: "people", title: w.t("people-none"), text }
        };
        Table {
            caption: w.t("people-title"),
            columns: COLUMNS.map(|(key, by)| Column::sortable(w.t(key), &path, by, current)).into(),
            rows: self.people.iter().map(|row| row.cells(w)).collect(),
            count: w.t1("people-count", "count", self.number(self.choice.0)),
            filter: Some(search_field(w, self.choice, "")),
            export: Some(self.choice.at("/people.csv")),
            more: self.next.clone().map(|path| (path, w.t("table-next"))),
            empty,
        }
    }
}

pub(super) fn state_pill(w: &Words, state: PersonState) -> Pill {
    let tone = match state {
        PersonState::Active => Tone::Ok,
        PersonState::Invited => Tone::Info,
        PersonState::Disabled => Tone::Neutral,
    };
    Pill::new(tone, w.t(state_key(state)))
}

/// Key of a state's word.
pub(crate) const fn state_key(state: PersonState) -> &'static str {
    match state {
        PersonState::Active => "state-active",
        PersonState::Invited => "state-invited",
        PersonState::Disabled => "state-disabled",
    }
}

impl Page for PeoplePage {
    const NAME: &'static str = "people";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let row = |n, name: &str, username: &str, role, state, last| PersonRow {
            id: person(n),
            name: name.to_owned(),
            username: username.to_owned(),
            photo: false,
            role,
            state,
            last_sign_in: last,
        };
        let people = || {
            vec![
                row(1, "Ingrid Solheim", "ingrid@nordvik.example", "role-owner", PersonState::Active, Some(f.now)),
                row(2, "Jonas Berg", "jonas@consultant.example", "role-security-administrator", PersonState::Invited, None),
                row(3, "Kari Nordmann", "kari@nordvik.example", "role-employee", PersonState::Active, Some(f.now)),
                row(4, "", "ola@nordvik.example", "role-employee", PersonState::Disabled, None),
            ]
        };
        let count = [
            (Role::Owner, PersonState::Active, true),
            (Role::SecurityAdministrator, PersonState::Invited, false),
            (Role::Employee, PersonState::Active, true),
            (Role::Employee, PersonState::Disabled, false),
        ];
        let page = |choice, people: Vec<PersonRow>| Self {
            f: f.clone(),
            people,
            choice: PeopleChoice(choice),
            count: PeopleCount::of_groups(count.map(|(role, state, linked)| (role, state, linked, 1))),
            sorted: Some(("name".to_owned(), false)),
            next: None,
            may_invite: true,
        };
        let all = PeopleFilter::default();
        let waiting = PeopleFilter { state: Some(PersonState::Invited), ..all };
        let not_linked = PeopleFilter { role: Some(Role::Employee), linked: Some(false), ..all };
        let nobody = PeopleFilter { role: Some(Role::Owner), state: Some(PersonState::Disabled), linked: Some(false) };
        let alone = Self {
            count: PeopleCount::of_groups([(Role::Owner, PersonState::Active, false, 1)]),
            ..page(all, people().drain(..1).collect())
        };
        vec![
            ("", page(all, people())),
            ("only-seen", Self { may_invite: false, ..page(all, people()) }),
            ("waiting", page(waiting, people().drain(1..2).collect())),
            ("not-linked", page(not_linked, people().drain(3..).collect())),
            ("none", page(nobody, vec![])),
            ("alone", alone),
        ]
    }
}
