//! Inviting people: the form, and the list of who was invited.

use askama::Template;
use tillit_accounts::{InvitationId, InvitationState, Role};
use tillit_store::{PersonId, Timestamp};

use super::Page;
use super::sample::person;
use crate::frame::{Frame, Nav};
use crate::ui::{Cell, Choice, Column, Empty, Field, FieldKind, FormErrors, Note, Pill, Table, Tone};
use crate::words::Words;

/// Key of a role's word.
pub(crate) const fn role_key(role: Role) -> &'static str {
    match role {
        Role::Owner => "role-owner",
        Role::SecurityAdministrator => "role-security-administrator",
        Role::DirectoryManager => "role-directory-manager",
        Role::CampaignAuthor => "role-campaign-author",
        Role::Analyst => "role-analyst",
        Role::PrivacyOfficer => "role-privacy-officer",
        Role::Auditor => "role-auditor",
        Role::Employee => "role-employee",
    }
}

/// The warning that stands while there are fewer than two owners.
pub(crate) fn few_owners_note(w: &Words, owners: u64, may_change: bool) -> Option<Note> {
    let note = |text: &str| Note::new(Tone::Warn, w.t(text)).titled(w.t("few-owners"));
    match (owners, may_change) {
        (2.., _) => None,
        (_, true) => Some(note("few-owners-text").with_link("/people/invite", w.t("people-invite"))),
        (_, false) => Some(note("few-owners-text-other")),
    }
}

/// Inviting somebody by mail.
#[derive(Debug, Template)]
#[template(path = "invite.html")]
pub struct InvitePage {
    /// Frame.
    pub f: Frame,
    /// Who is invited, if that was chosen from the list: id and name.
    pub person: Option<(PersonId, String)>,
    /// What was typed as address.
    pub address: String,
    /// The role that was chosen.
    pub role: Role,
    /// The roles that the viewer may invite to.
    pub roles: Vec<Role>,
    /// Whether single sign-on decides how the invited person signs in.
    pub sso: bool,
    /// What must be shown beside the session for a role above employee.
    pub proof: Vec<Field>,
    /// What is wrong.
    pub errors: FormErrors,
}

impl InvitePage {
    fn nav(&self) -> Nav {
        Nav::People
    }
    fn title(&self) -> String {
        match &self.person {
            Some((_, name)) => self.f.w.t1("invite-title-person", "name", name),
            None => self.f.w.t("invite-title"),
        }
    }
    fn address_field(&self) -> Field {
        let w = &self.f.w;
        let field = Field::text("address", w.t("invite-address"))
            .kind(FieldKind::Input("email"))
            .hint(w.t("invite-address-hint"))
            .value(&self.address)
            .errors(&self.errors);
        if self.person.is_none() { field.focus() } else { field }
    }
    fn roles(&self) -> Vec<Choice> {
        let w = &self.f.w;
        self.roles
            .iter()
            .map(|role| Choice {
                value: role.code().to_owned(),
                label: w.t(role_key(*role)),
                hint: w.t(&format!("{}-may", role_key(*role))),
                chosen: *role == self.role,
            })
            .collect()
    }
    fn will(&self) -> Vec<String> {
        let w = &self.f.w;
        let sign_in = if self.sso { "invite-will-sso" } else { "invite-will-password" };
        vec![w.t("invite-will-mail"), w.t(sign_in), w.t("invite-will-role"), w.t("invite-will-log")]
    }
}

impl Page for InvitePage {
    const NAME: &'static str = "invite";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |who: Option<(PersonId, String)>, roles: &[Role], sso, errors: FormErrors| Self {
            f: f.clone(),
            address: if who.is_some() { "jonas@consultant.example".to_owned() } else { String::new() },
            person: who,
            role: roles.first().copied().unwrap_or(Role::Employee),
            roles: roles.to_vec(),
            sso,
            proof: if roles.len() > 1 { super::proof_fields(&f.w, super::Proofs::SAMPLE, &errors) } else { vec![] },
            errors,
        };
        let jonas = Some((person(2), "Jonas Berg".to_owned()));
        let mut wrong = FormErrors::one("address", f.w.t("invite-already-here"));
        wrong.add("password", f.w.t("kit-proof-wrong"));
        vec![
            ("", page(None, &Role::ALL, true, FormErrors::default())),
            ("person", page(jonas, &[Role::SecurityAdministrator, Role::Owner], true, FormErrors::default())),
            ("employee-only", page(None, &[Role::Employee], false, FormErrors::default())),
            ("error", page(None, &Role::ALL, false, wrong)),
        ]
    }
}

/// An invitation in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationRow {
    /// Id.
    pub id: InvitationId,
    /// Who is invited.
    pub person: PersonId,
    /// Name, or the username.
    pub name: String,
    /// Where the mail went.
    pub address: String,
    /// The role that accepting gives.
    pub role: Role,
    /// Who sent it.
    pub by: String,
    /// When it was last sent.
    pub sent_at: Timestamp,
    /// Until when it can be accepted.
    pub expires_at: Timestamp,
    /// How it stands.
    pub state: InvitationState,
    /// Whether the viewer may withdraw it and send it again.
    pub may_manage: bool,
}

/// Who was invited.
#[derive(Debug, Template)]
#[template(path = "invitations.html")]
pub struct InvitationsPage {
    /// Frame.
    pub f: Frame,
    /// The last sent first.
    pub rows: Vec<InvitationRow>,
    /// Why the last button did nothing.
    pub errors: FormErrors,
}

impl InvitationsPage {
    fn nav(&self) -> Nav {
        Nav::People
    }
    fn table(&self) -> Table {
        let w = &self.f.w;
        let rows = self
            .rows
            .iter()
            .map(|row| {
                vec![
                    Cell::Two(row.name.clone(), if row.name == row.address { String::new() } else { row.address.clone() }),
                    Cell::Text(w.t(role_key(row.role))),
                    state_cell(w, row),
                    Cell::Two(row.by.clone(), w.time(row.sent_at)),
                    actions(w, row),
                ]
            })
            .collect();
        Table {
            caption: w.t("invitations-title"),
            columns: ["column-invited", "column-role", "column-state", "column-sent-by", "column-action"]
                .map(|key| Column::plain(w.t(key)))
                .into(),
            rows,
            count: String::new(),
            filter: None,
            export: None,
            more: None,
            empty: Empty { icon: "mail", title: w.t("invitations-empty"), text: w.t("invitations-empty-text") },
        }
    }
}

fn state_cell(w: &Words, row: &InvitationRow) -> Cell {
    let (tone, word, detail) = match row.state {
        InvitationState::Sent => (Tone::Info, "invitation-sent", w.t1("invitation-until", "time", w.time(row.expires_at))),
        InvitationState::Used { at } => (Tone::Ok, "invitation-used", w.time(at)),
        InvitationState::Expired => (Tone::Warn, "invitation-expired", w.time(row.expires_at)),
        InvitationState::Revoked { at } => (Tone::Neutral, "invitation-revoked", w.time(at)),
        InvitationState::SenderLeft => (Tone::Warn, "invitation-sender-left", w.t("invitation-sender-left-text")),
    };
    Cell::PillTwo(Pill::new(tone, w.t(word)), detail)
}

fn actions(w: &Words, row: &InvitationRow) -> Cell {
    let action = |what: &str, word: &str| (format!("/people/invitations/{}/{what}", row.id), w.t(word), row.name.clone());
    let mut list = Vec::new();
    if row.may_manage && row.state.can_be_sent_again() {
        list.push(action("send-again", "invitation-send-again"));
    }
    if row.may_manage && row.state.can_be_revoked() {
        list.push(action("revoke", "invitation-revoke"));
    }
    if list.is_empty() { Cell::None } else { Cell::Actions(list) }
}

impl Page for InvitationsPage {
    const NAME: &'static str = "invitations";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let days = tillit_store::Duration::days;
        let row = |n: u8, name: &str, role, state, may_manage| InvitationRow {
            id: InvitationId::from_uuid(person(n).uuid()),
            person: person(n),
            name: name.to_owned(),
            address: format!("p{n}@nordvik.example"),
            role,
            by: "Ingrid Solheim".to_owned(),
            sent_at: f.now - days(1),
            expires_at: f.now + days(6),
            state,
            may_manage,
        };
        let rows = vec![
            row(2, "Jonas Berg", Role::SecurityAdministrator, InvitationState::Sent, true),
            row(3, "p3@nordvik.example", Role::Employee, InvitationState::Used { at: f.now }, true),
            row(4, "p4@nordvik.example", Role::Employee, InvitationState::Expired, true),
            row(5, "p5@nordvik.example", Role::Employee, InvitationState::Revoked { at: f.now }, true),
            row(6, "p6@nordvik.example", Role::Owner, InvitationState::SenderLeft, true),
            row(7, "p7@nordvik.example", Role::Owner, InvitationState::Sent, false),
        ];
        let page = |rows, errors| Self { f: f.clone(), rows, errors };
        vec![
            ("", page(rows.clone(), FormErrors::default())),
            ("none", page(vec![], FormErrors::default())),
            ("error", page(rows, FormErrors::one("", f.w.t1("invite-too-many", "span", f.w.span(tillit_store::Duration::hours(3)))))),
        ]
    }
}
