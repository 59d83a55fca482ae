//! Pages: one typed struct each, with a template beside it and a `samples()` that the style
//! guide, the gallery and the tests show.
//!
//! A page holds what is shown and nothing else: handlers fill it from the rooms.

mod account;
mod activation;
mod add_domain;
mod audit;
mod audit_choices;
mod audit_webhook;
mod audit_words;
mod away;
mod break_glass;
mod cannot;
mod erasure;
mod errors;
mod guides;
mod invitation;
mod invitations;
mod kit_rule;
mod later;
mod links;
mod mailbox;
mod mirror;
mod overview;
mod own_data;
mod passkeys;
mod password_link;
mod people;
mod people_search;
mod person;
mod privacy;
mod records;
mod refusals;
mod remove_domain;
mod restore;
mod role;
mod sample;
mod security;
mod sent;
mod services;
mod settings;
mod sign_in;
mod styleguide;
#[cfg(test)]
mod tests;
mod ways;
mod ways_back;

pub use account::{SessionFrom, SessionRow, SessionsPage};
pub use activation::{
    ActivatePage, ConnectionForm, ConnectionPage, EnforcePage, InvitedProposalPage, KitCodesPage, KitPage, PasskeyAsk, ProposalPage,
    ReceiptPage, TurnOffPage,
};
pub(crate) use activation::{Proofs, connection_facts, proof_fields, provider_field, provider_of};
pub use add_domain::AddDomainPage;
pub use audit::{AuditFields, AuditPage, AuditRow, AuditVerifyPage, Verified};
pub use audit_choices::AuditChoicesPage;
pub use audit_webhook::AuditWebhookPage;
pub(crate) use audit_words::detail_words;
pub use away::AwayPage;
pub use break_glass::{BreakGlassCodePage, BreakGlassPage, BreakGlassSealPage};
pub use cannot::{CannotPage, CannotStep};
pub use erasure::{ErasureReceiptPage, ForgetPage, RequestPage, RequestsPage};
pub use errors::{ErrorPage, Fault};
pub(crate) use guides::guide_language;
pub use guides::{GuidePage, GuidesPage};
pub use invitation::{InvitationFacts, InvitationPage, InvitationStep};
pub use invitations::{InvitationRow, InvitationsPage, InvitePage};
pub(crate) use invitations::{few_owners_note, role_key};
pub use kit_rule::{KitRulePage, TogetherPage};
pub use later::{Later, LaterPage};
pub use links::UnlinkPage;
pub use mailbox::{MailView, MailboxPage};
pub(crate) use mirror::requests_note;
pub use mirror::{AccountPage, AskErasurePage, CorrectPage, Look, OwnField};
pub use overview::{OverviewPage, Todo};
pub use own_data::OwnDataPage;
pub use passkeys::{AddPasskeyPage, MakePasskeyPage, RemovePasskeyPage};
pub use password_link::{PasswordLinkPage, PasswordLinksPage};
pub(crate) use people::state_key;
pub use people::{PeopleChoice, PeoplePage, PersonRow};
pub use people_search::{PeopleSearchPage, SearchProgress};
pub use person::{PasswordLink, PersonPage, PersonView};
pub use privacy::{DeletionPage, FieldChangePage, PrivacyPage, TermsPage};
pub(crate) use records::rule_word;
pub use records::{LedgerPage, SignInsPage};
pub use refusals::{HandoverPage, RefusalPage, WaitingPage};
pub use remove_domain::RemoveDomainPage;
pub(crate) use restore::link_path;
pub use restore::{RestorePage, RestoreStep};
pub(crate) use role::who_may;
pub use role::{RolePage, RoleStep};
pub use sample::frame as sample_frame;
pub use security::{CodeAnswer, SecurityPage, WhatIfAnswer};
pub(crate) use security::{credential_warning, other_accounts_note};
pub use sent::SentPage;
pub use services::{ServiceNewPage, ServicePage, ServiceRevokePage, ServiceRow, ServiceTokenPage, ServicesPage};
pub use settings::GeneralPage;
pub use sign_in::{LinkPage, LinkWork, PasswordPage, Place, RecoveryCodePage, SecondStepPage, SignInPage};
pub use styleguide::StyleguidePage;
pub use ways::{
    AppPage, AppScanPage, AppView, ChangePasswordPage, FactorPolicyPage, OwnCodesPage, PasskeyView, ResetSecondFactorPage, WaysPage,
};
pub use ways_back::WaysBackPage;

use crate::frame::Frame;

/// Tabs of the settings: key of the word, path.
pub const SETTINGS_TABS: [(&str, &str); 6] = [
    ("tab-general", "/settings/general"),
    ("tab-security", "/settings/security"),
    ("tab-user-sync", "/settings/user-sync"),
    ("tab-privacy", "/settings/privacy"),
    ("tab-add-in", "/settings/add-in"),
    ("tab-delivery", "/settings/delivery"),
];

/// Whether a tab is the present one.
pub(crate) fn is_tab(tab: &str, current: &str) -> bool {
    tab == current
}

/// A page: a template that knows samples of itself.
pub trait Page: askama::Template + Sized {
    /// Name in the gallery.
    const NAME: &'static str;
    /// The page in each of its states: name of the state (empty for the plain one) and the page.
    fn samples(f: &Frame) -> Vec<(&'static str, Self)>;
}

macro_rules! gallery {
    ($($page:ty),* $(,)?) => {
        /// Names of all samples, in the order of the gallery.
        pub fn names() -> Vec<String> {
            let f = sample_frame(crate::words::Words::utc(crate::words::Language::English), crate::frame::Theme::System);
            let mut names = Vec::new();
            $(names.extend(<$page>::samples(&f).into_iter().map(|(state, _)| full_name(<$page>::NAME, state)));)*
            names
        }
        /// The sample `name`, as HTML; `None` if there is no such sample or it cannot be rendered.
        pub fn render_sample(name: &str, f: &Frame) -> Option<String> {
            $(if name.split('.').next() == Some(<$page>::NAME) {
                let (_, page) = <$page>::samples(f).into_iter().find(|(state, _)| full_name(<$page>::NAME, state) == name)?;
                return askama::Template::render(&page).ok();
            })*
            None
        }
    };
}

fn full_name(page: &str, state: &str) -> String {
    if state.is_empty() { page.to_owned() } else { format!("{page}.{state}") }
}

gallery![
    SignInPage,
    PasswordPage,
    SecondStepPage,
    TogetherPage,
    RecoveryCodePage,
    LinkPage,
    CannotPage,
    BreakGlassPage,
    RestorePage,
    OverviewPage,
    PeoplePage,
    PeopleSearchPage,
    PersonPage,
    UnlinkPage,
    RolePage,
    InvitePage,
    InvitationsPage,
    InvitationPage,
    LaterPage,
    GuidesPage,
    GuidePage,
    GeneralPage,
    ServicesPage,
    ServiceNewPage,
    ServicePage,
    ServiceTokenPage,
    ServiceRevokePage,
    AddDomainPage,
    RemoveDomainPage,
    WaysBackPage,
    BreakGlassSealPage,
    BreakGlassCodePage,
    SecurityPage,
    ActivatePage,
    ConnectionPage,
    ProposalPage,
    InvitedProposalPage,
    KitPage,
    KitCodesPage,
    EnforcePage,
    TurnOffPage,
    ReceiptPage,
    LedgerPage,
    SignInsPage,
    PrivacyPage,
    FieldChangePage,
    DeletionPage,
    TermsPage,
    AuditPage,
    AuditVerifyPage,
    AuditChoicesPage,
    AuditWebhookPage,
    AccountPage,
    OwnDataPage,
    CorrectPage,
    AskErasurePage,
    RequestsPage,
    RequestPage,
    ForgetPage,
    ErasureReceiptPage,
    SessionsPage,
    WaysPage,
    ChangePasswordPage,
    AppPage,
    AppScanPage,
    OwnCodesPage,
    AddPasskeyPage,
    MakePasskeyPage,
    RemovePasskeyPage,
    FactorPolicyPage,
    KitRulePage,
    ResetSecondFactorPage,
    PasswordLinkPage,
    PasswordLinksPage,
    RefusalPage,
    HandoverPage,
    WaitingPage,
    AwayPage,
    SentPage,
    ErrorPage,
    MailboxPage,
    StyleguidePage,
];
