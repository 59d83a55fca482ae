//! One person.

use askama::Template;
use tillit_accounts::PersonState;
use tillit_sso::service::views::LinkedAccount;

use super::Page;
use super::people::{PersonRow, state_pill};
use crate::frame::{Frame, Nav};
use crate::ui::{Avatar, Cell, Fact, Field, FormErrors, Pill, Table};

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
    /// Whether the viewer may send a link to choose a password, and whether that is possible now.
    pub password_link: Option<PasswordLink>,
}

/// Whether somebody can be sent a link to choose a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordLink {
    /// Yes.
    Possible,
    /// Not while there are passkeys.
    Passkeys,
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
        state_pill(&self.f.w, self.person.row.state)
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
        let row = PersonRow::sample(f);
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
            password_link: Some(PasswordLink::Possible),
        };
        let page = |person, proof, errors| Self { f: f.clone(), person, sessions: super::SessionRow::samples(f), proof, errors };
        let owner = PersonView {
            password_link: Some(PasswordLink::Passkeys),
            row: PersonRow { role: "role-owner", ..view.row.clone() },
            links: vec![],
            ..view.clone()
        };
        let invited = PersonView {
            row: PersonRow { state: PersonState::Invited, last_sign_in: None, ..view.row.clone() },
            may_change_role: false,
            password_link: None,
            links: vec![],
            ..view.clone()
        };
        let disabled = PersonView {
            password_link: None,
            row: PersonRow { state: PersonState::Disabled, ..view.row.clone() },
            may_invite: false,
            ..view.clone()
        };
        let seen = PersonView {
            may_manage: false,
            may_forget: false,
            may_invite: false,
            may_change_role: false,
            password_link: None,
            ..view.clone()
        };
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
