//! Giving somebody another role: which one, and what will change.

use askama::Template;
use tillit_accounts::{Permission, Role};
use tillit_sso::service::views::LinkedAccount;
use tillit_store::PersonId;

use super::sample::person;
use super::{Page, role_key};
use crate::frame::{Frame, Nav};
use crate::ui::{Choice, Evidence, Field, FormErrors, Table, Tone};
use crate::words::Words;

/// Where the reader is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoleStep {
    /// Choosing.
    Choose,
    /// Seeing what will change.
    Confirm {
        /// The new role.
        to: Role,
        /// Accounts with which the person signs in, and so whoever holds one of them.
        links: Vec<LinkedAccount>,
        /// What must be shown beside the session.
        proof: Vec<Field>,
    },
}

/// Giving somebody another role.
#[derive(Debug, Template)]
#[template(path = "role.html")]
pub struct RolePage {
    /// Frame.
    pub f: Frame,
    /// Who.
    pub person: PersonId,
    /// The person's name.
    pub name: String,
    /// The role now.
    pub role: Role,
    /// Whether this is the viewer.
    pub is_you: bool,
    /// Where the reader is.
    pub step: RoleStep,
    /// What is wrong.
    pub errors: FormErrors,
}

impl RolePage {
    fn nav(&self) -> Nav {
        Nav::People
    }
    fn back_path(&self) -> String {
        format!("/people/{}", self.person)
    }
    fn choose_path(&self) -> String {
        format!("/people/{}/role", self.person)
    }
    fn title(&self) -> String {
        let w = &self.f.w;
        match &self.step {
            RoleStep::Choose => w.t1("role-choose-title", "name", self.name.as_str()),
            RoleStep::Confirm { to, .. } => w.t2("role-confirm-title", "name", self.name.as_str(), "role", w.t(role_key(*to))),
        }
    }
    fn purpose(&self) -> String {
        self.f.w.t1("role-purpose", "role", self.f.w.t(role_key(self.role)))
    }
    fn choices(&self) -> Vec<Choice> {
        let w = &self.f.w;
        Role::ALL
            .into_iter()
            .filter(|role| *role != self.role)
            .map(|role| Choice {
                value: role.code().to_owned(),
                label: w.t(role_key(role)),
                hint: w.t(&format!("{}-may", role_key(role))),
                chosen: false,
            })
            .collect()
    }
    /// What `one` may and `other` may not, in words.
    fn more(&self, one: Role, other: Role, tone: Tone) -> Vec<Evidence> {
        let differs = |permission: &&Permission| one.may(**permission) && !other.may(**permission);
        let line = |permission: &Permission| Evidence::new(tone, self.f.w.t(permission_key(*permission)), "");
        Permission::ALL.iter().filter(differs).map(line).collect()
    }
    fn gains(&self, to: &Role) -> Vec<Evidence> {
        self.more(*to, self.role, Tone::Ok)
    }
    fn losses(&self, to: &Role) -> Vec<Evidence> {
        self.more(self.role, *to, Tone::Neutral)
    }
    fn will(&self, to: &Role) -> Vec<String> {
        let (w, name) = (&self.f.w, self.name.as_str());
        let roles = (w.t(role_key(self.role)), w.t(role_key(*to)));
        let mut will = vec![w.with("role-will-change", [("name", name.into()), ("from", roles.0.into()), ("to", roles.1.into())])];
        will.push(w.t1(if self.is_you { "role-will-sessions-you" } else { "role-will-sessions" }, "name", name));
        if self.role == Role::Owner {
            will.push(w.t1("role-will-kit", "name", name));
        }
        let told = if self.role == Role::Owner || *to == Role::Owner { "role-will-told-owners" } else { "role-will-told" };
        will.push(w.t1(told, "name", name));
        will
    }
    fn button(&self, to: &Role) -> String {
        let w = &self.f.w;
        w.t2("role-confirm-button", "name", self.name.as_str(), "role", w.t(role_key(*to)))
    }
    fn links(&self, links: &[LinkedAccount]) -> Table {
        super::links::links_table(&self.f.w, self.person, links, false)
    }
}

/// The matrix in words: what can be done, and who may. Made from the matrix, so that no guide can be wrong about it.
pub(crate) fn who_may(w: &Words) -> Vec<(String, String)> {
    let who = |permission: &Permission| {
        let roles: Vec<Role> = Role::ALL.into_iter().filter(|role| role.may(*permission)).collect();
        if roles.len() == Role::ALL.len() {
            w.t("may-everybody")
        } else {
            roles.iter().map(|role| w.t(role_key(*role))).collect::<Vec<_>>().join(", ")
        }
    };
    Permission::ALL.iter().map(|permission| (w.t(permission_key(*permission)), who(permission))).collect()
}

/// Key of a permission's words.
const fn permission_key(permission: Permission) -> &'static str {
    use Permission as P;
    match permission {
        P::ViewOverview => "may-view-overview",
        P::ManageOwnSignIn => "may-manage-own-sign-in",
        P::ReadGuides => "may-read-guides",
        P::ViewSettings => "may-view-settings",
        P::ManageOrganisation => "may-manage-organisation",
        P::ManageDomains => "may-manage-domains",
        P::ViewPeople => "may-view-people",
        P::ManageEmployees => "may-manage-employees",
        P::EndSessionsOfOthers => "may-end-sessions-of-others",
        P::ManageRoles => "may-manage-roles",
        P::InviteOwners => "may-invite-owners",
        P::ViewSignIns => "may-view-sign-ins",
        P::ChangeSingleSignOn => "may-change-single-sign-on",
        P::EnforceSingleSignOn => "may-enforce-single-sign-on",
        P::TurnOffSingleSignOn => "may-turn-off-single-sign-on",
        P::HoldRecoveryKit => "may-hold-recovery-kit",
        P::ViewServiceIdentities => "may-view-service-identities",
        P::ManageServiceIdentities => "may-manage-service-identities",
        P::ViewAudit => "may-view-audit",
        P::ExportAudit => "may-export-audit",
        P::VerifyAudit => "may-verify-audit",
        P::ManageAudit => "may-manage-audit",
        P::ViewProcessingTerms => "may-view-processing-terms",
        P::ChooseFields => "may-choose-fields",
        P::AnswerErasure => "may-answer-erasure",
        P::AuthorCampaigns => "may-author-campaigns",
        P::LaunchCampaigns => "may-launch-campaigns",
        P::ViewGroupResults => "may-view-group-results",
        P::ViewIndividualResults => "may-view-individual-results",
        P::ApproveIndividualResults => "may-approve-individual-results",
        P::ReadReportedMail => "may-read-reported-mail",
        P::DecideReports => "may-decide-reports",
    }
}

impl Page for RolePage {
    const NAME: &'static str = "role";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |role, is_you, step, errors| Self {
            f: f.clone(),
            person: person(3),
            name: "Kari Nordmann".to_owned(),
            role,
            is_you,
            step,
            errors,
        };
        let confirm = |to, links, errors: &FormErrors| RoleStep::Confirm {
            to,
            links,
            proof: super::proof_fields(&f.w, super::Proofs::SAMPLE, errors),
        };
        let none = FormErrors::default;
        let wrong = FormErrors::one("password", f.w.t("kit-proof-wrong"));
        let linked = vec![LinkedAccount { rule: "linked-once".to_owned(), ..LinkedAccount::sample() }];
        vec![
            ("", page(Role::Employee, false, RoleStep::Choose, none())),
            ("confirm", page(Role::Employee, false, confirm(Role::Analyst, linked, &none()), none())),
            ("other", page(Role::Analyst, false, confirm(Role::CampaignAuthor, vec![], &none()), none())),
            ("demote", page(Role::Owner, true, confirm(Role::Employee, vec![], &wrong), wrong.clone())),
        ]
    }
}
