//! People: the list, and one person.

use askama::Template;
use tillit_accounts::{PersonState, Role};
use tillit_sso::service::views::LinkedAccount;
use tillit_store::{PersonId, Timestamp};

use super::sample::person;
use super::{Page, role_key};
use crate::frame::{Frame, Nav};
use crate::ui::{Avatar, Cell, Column, Empty, Fact, Field, Filter, FormErrors, Pill, Table, Tone, time_cell};

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

impl PersonRow {
    pub(super) fn shown_name(&self) -> &str {
        if self.name.is_empty() { &self.username } else { &self.name }
    }
}

/// The list of people.
#[derive(Debug, Template)]
#[template(path = "people.html")]
pub struct PeoplePage {
    /// Frame.
    pub f: Frame,
    /// People of this page.
    pub people: Vec<PersonRow>,
    /// How many there are in all, if it is known.
    pub total: Option<u64>,
    /// Username that was searched for.
    pub query: String,
    /// Column sorted by, and whether downwards.
    pub sorted: Option<(String, bool)>,
    /// Path of the next page.
    pub next: Option<String>,
    /// How many there are of each role that somebody has; empty while a search is shown.
    pub roles: Vec<(Role, u64)>,
    /// The role whose people are shown, if not all are.
    pub role: Option<Role>,
    /// Whether the viewer may invite people.
    pub may_invite: bool,
}

impl PeoplePage {
    fn nav(&self) -> Nav {
        Nav::People
    }
    /// Path, words and whether it is shown, of everybody and of each role.
    fn by_role(&self) -> Vec<(String, String, bool)> {
        let w = &self.f.w;
        let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let all = self.roles.iter().map(|(_, n)| n).sum();
        let mut links = vec![("/people".to_owned(), w.t1("people-everybody", "count", number(all)), self.role.is_none())];
        links.extend(self.roles.iter().map(|(role, n)| {
            let words = w.t2("people-of-role", "role", w.t(role_key(*role)), "count", number(*n));
            (format!("/people?role={}", role.code()), words, self.role == Some(*role))
        }));
        links
    }
    fn table(&self) -> Table {
        let w = &self.f.w;
        let path = self.role.map_or_else(|| "/people".to_owned(), |role| format!("/people?role={}", role.code()));
        let current = self.sorted.as_ref().map(|(by, down)| (by.as_str(), *down));
        let column = |key: &str, by: &str| Column::sortable(w.t(key), &path, by, current);
        let rows = self
            .people
            .iter()
            .map(|row| {
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
            })
            .collect();
        let empty = if self.query.is_empty() {
            Empty { icon: "people", title: w.t("people-empty"), text: w.t("people-empty-text") }
        } else {
            Empty { icon: "search", title: w.t("people-not-found"), text: w.t1("people-not-found-text", "username", self.query.as_str()) }
        };
        Table {
            caption: w.t("people-title"),
            columns: vec![
                column("column-person", "name"),
                column("column-role", "role"),
                column("column-state", "state"),
                column("column-last-sign-in", "last"),
            ],
            rows,
            count: self.total.map_or_else(String::new, |total| w.t1("people-count", "count", i64::try_from(total).unwrap_or(i64::MAX))),
            filter: Some(Filter {
                method: "post",
                path: "/people/search".to_owned(),
                label: w.t("people-filter"),
                name: "username",
                value: self.query.clone(),
            }),
            export: Some("/people.csv".to_owned()),
            more: self.next.clone().map(|path| (path, w.t("table-next"))),
            empty,
        }
    }
}

pub(super) fn state_pill(f: &Frame, state: PersonState) -> Pill {
    let tone = match state {
        PersonState::Active => Tone::Ok,
        PersonState::Invited => Tone::Info,
        PersonState::Disabled => Tone::Neutral,
    };
    Pill::new(tone, f.w.t(state_key(state)))
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
        let page = |people: Vec<PersonRow>, query: &str| Self {
            f: f.clone(),
            total: (!people.is_empty()).then_some(u64::try_from(people.len()).unwrap_or(0)),
            people,
            query: query.to_owned(),
            sorted: Some(("name".to_owned(), false)),
            next: None,
            roles: vec![(Role::Owner, 1), (Role::SecurityAdministrator, 1), (Role::Employee, 2)],
            role: None,
            may_invite: true,
        };
        let people = || {
            vec![
                row(1, "Ingrid Solheim", "ingrid@nordvik.example", "role-owner", PersonState::Active, Some(f.now)),
                row(2, "Jonas Berg", "jonas@consultant.example", "role-security-administrator", PersonState::Invited, None),
                row(3, "Kari Nordmann", "kari@nordvik.example", "role-employee", PersonState::Active, Some(f.now)),
                row(4, "", "ola@nordvik.example", "role-employee", PersonState::Disabled, None),
            ]
        };
        let seen = Self { may_invite: false, ..page(people(), "") };
        vec![("", page(people(), "")), ("only-seen", seen), ("none", page(vec![], "kar@nordvik.example"))]
    }
}

/// Everything shown of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonView {
    /// Who.
    pub row: PersonRow,
    /// The profile: key of the field's word, and value.
    pub profile: Vec<(&'static str, Option<String>)>,
    /// Whether the viewer may disable and end sessions.
    pub may_manage: bool,
    /// Whether the viewer may forget this person.
    pub may_forget: bool,
    /// Whether this is the viewer.
    pub is_you: bool,
    /// Accounts that the person is linked to.
    pub links: Vec<LinkedAccount>,
    /// Whether the viewer may invite this person to something.
    pub may_invite: bool,
    /// Whether there is a second factor that the viewer may take away.
    pub has_second_factor: bool,
    /// Somebody switched off has an app or a passkey from before.
    pub had_second_factor: bool,
    /// Whether the viewer may give this person another role.
    pub may_change_role: bool,
}

/// One person.
#[derive(Debug, Template)]
#[template(path = "person.html")]
pub struct PersonPage {
    /// Frame.
    pub f: Frame,
    /// The person.
    pub person: PersonView,
    /// Sessions.
    pub sessions: Vec<super::SessionRow>,
    /// What must be shown beside the session to disable this person: for owners only.
    pub proof: Vec<Field>,
    /// What is wrong with it.
    pub errors: FormErrors,
}

impl PersonPage {
    fn nav(&self) -> Nav {
        Nav::People
    }
    fn avatar(&self) -> Avatar {
        Avatar::new(self.person.row.id, self.person.row.shown_name(), self.person.row.photo)
    }
    fn pill(&self) -> Pill {
        state_pill(&self.f, self.person.row.state)
    }
    fn profile(&self) -> Vec<Fact> {
        let w = &self.f.w;
        let mut facts = vec![Fact::text(w.t("column-role"), w.t(self.person.row.role))];
        facts.extend(self.person.profile.iter().map(|(key, value)| Fact::new(w.t(key), value.clone().map_or(Cell::None, Cell::Text))));
        facts
    }
    fn is_active(&self) -> bool {
        self.person.row.state == PersonState::Active
    }
    fn is_disabled(&self) -> bool {
        self.person.row.state == PersonState::Disabled
    }
    fn links(&self) -> Table {
        super::links::links_table(&self.f.w, self.person.row.id, &self.person.links, self.person.may_manage)
    }
    fn may_invite(&self) -> bool {
        self.person.may_invite
    }
    /// Why one would.
    fn invite_hint(&self) -> String {
        self.f.w.t(match self.person.row.state {
            PersonState::Invited => "person-invite-hint-invited",
            _ if self.person.row.role == "role-employee" => "person-invite-hint-employee",
            _ => "person-invite-hint-administrator",
        })
    }
    fn sessions(&self) -> Table {
        super::account::session_table(&self.f.w, &self.sessions, None)
    }
}

impl Page for PersonPage {
    const NAME: &'static str = "person";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let row = PersonRow {
            id: person(3),
            name: "Kari Nordmann".to_owned(),
            username: "kari@nordvik.example".to_owned(),
            photo: false,
            role: "role-employee",
            state: PersonState::Active,
            last_sign_in: Some(f.now),
        };
        let view = PersonView {
            row,
            profile: vec![
                ("profile-title", Some("Accountant".to_owned())),
                ("profile-company", Some("Nordvik AS".to_owned())),
                ("profile-department", Some("Finance".to_owned())),
                ("profile-phone", Some("+47 55 00 00 00".to_owned())),
                ("profile-address", None),
                ("profile-language", Some("Norsk".to_owned())),
            ],
            may_manage: true,
            may_forget: true,
            is_you: false,
            links: vec![LinkedAccount { rule: "linked-once".to_owned(), ..LinkedAccount::sample() }],
            may_invite: true,
            has_second_factor: true,
            had_second_factor: true,
            may_change_role: true,
        };
        let page = |person, proof, errors| Self { f: f.clone(), person, sessions: super::SessionRow::samples(f), proof, errors };
        let owner = PersonView { row: PersonRow { role: "role-owner", ..view.row.clone() }, links: vec![], ..view.clone() };
        let invited = PersonView {
            row: PersonRow { state: PersonState::Invited, last_sign_in: None, ..view.row.clone() },
            may_change_role: false,
            links: vec![],
            ..view.clone()
        };
        let disabled =
            PersonView { row: PersonRow { state: PersonState::Disabled, ..view.row.clone() }, may_invite: false, ..view.clone() };
        let seen = PersonView { may_manage: false, may_forget: false, may_invite: false, may_change_role: false, ..view.clone() };
        let errors = FormErrors::one("password", f.w.t("kit-proof-wrong"));
        let proof = super::proof_fields(&f.w, super::Proofs::SAMPLE, &errors);
        vec![
            ("", page(view, vec![], FormErrors::default())),
            ("owner", page(owner, proof, errors)),
            ("invited", Self { sessions: vec![], ..page(invited, vec![], FormErrors::default()) }),
            ("disabled", Self { sessions: vec![], ..page(disabled, vec![], FormErrors::default()) }),
            ("only-seen", page(seen, vec![], FormErrors::default())),
        ]
    }
}
