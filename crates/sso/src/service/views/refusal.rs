//! Refusals: what a person is told who was not let in.

use tillit_store::{OrganisationId, RequestId, Timestamp};

use super::{Purpose, SAMPLE_NOW};

/// Why somebody was not let in, as far as pages tell it apart. The exact internal reason stands in
/// the audit log only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefusalKind {
    /// The person pressed "Cancel" on the consent page.
    ConsentDenied,
    /// The tenant lets only its administrators consent.
    NeedsAdminApproval,
    /// A request for approval was already sent to the tenant's administrators.
    ApprovalRequested,
    /// The app demands assignment in the tenant, and this account is not assigned.
    AssignmentRequired,
    /// An account of another tenant than the one this organisation is bound to.
    WrongTenant,
    /// The tenant already belongs to another organisation here; the operator must help.
    TenantTaken,
    /// A personal Microsoft account.
    PersonalAccount,
    /// A guest of the tenant, and guests are not switched on.
    GuestRefused,
    /// Nobody here is linked to this account, and none may be created for it.
    NotLinked,
    /// The person of this user name is linked to another account. Owners were told.
    LinkedToOther,
    /// The account is linked to a person of another kind of place than this sign-in is for.
    LinkedElsewhere,
    /// A role above employee is linked only with the person's own session or an invitation.
    RoleNeedsLink,
    /// The organisation does not let sign-ins create people.
    CreationOff,
    /// The organisation's cap of created people is reached.
    CapReached,
    /// The account's domain is none of the organisation's verified ones.
    DomainNotVerified,
    /// The person is switched off here.
    PersonDisabled,
    /// The account is locked, switched off or expired at the provider.
    AccountBlocked,
    /// The tenant's policies (Conditional Access, tenant restrictions) block this sign-in.
    BlockedByPolicy,
    /// The app is missing, disabled or wrongly set up in the tenant.
    AppMisconfigured,
    /// The provider does not answer, or not sensibly.
    ProviderUnreachable,
    /// The provider refuses our secret or certificate because it has expired.
    SecretExpired,
    /// The provider refuses our secret or certificate for another reason.
    CredentialRefused,
    /// The sign-in is not known (any more): already used, begun in another browser, or never begun here.
    StateUnknown,
    /// More than ten minutes passed since the sign-in was begun.
    Expired,
    /// The settings were changed while the person was at the provider.
    SettingsChanged,
    /// A test sign-in worked, but does not count for the settings that are being prepared.
    TestNotCounted,
    /// What the provider sent did not pass our checks.
    TokenRefused,
    /// Another account than the one that is signed in here.
    OtherPerson,
    /// The provider refused with a code that has a page of its own.
    ProviderRefused,
    /// Single sign-on is not switched on here.
    NotOffered,
}

impl RefusalKind {
    /// Every kind, for tests and the style guide.
    pub const ALL: &'static [Self] = &[
        Self::ConsentDenied,
        Self::NeedsAdminApproval,
        Self::ApprovalRequested,
        Self::AssignmentRequired,
        Self::WrongTenant,
        Self::TenantTaken,
        Self::PersonalAccount,
        Self::GuestRefused,
        Self::NotLinked,
        Self::LinkedToOther,
        Self::LinkedElsewhere,
        Self::RoleNeedsLink,
        Self::CreationOff,
        Self::CapReached,
        Self::DomainNotVerified,
        Self::PersonDisabled,
        Self::AccountBlocked,
        Self::BlockedByPolicy,
        Self::AppMisconfigured,
        Self::ProviderUnreachable,
        Self::SecretExpired,
        Self::CredentialRefused,
        Self::StateUnknown,
        Self::Expired,
        Self::SettingsChanged,
        Self::TestNotCounted,
        Self::TokenRefused,
        Self::OtherPerson,
        Self::ProviderRefused,
        Self::NotOffered,
    ];

    /// Stable key for texts, rows and links: `consent-denied`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::ConsentDenied => "consent-denied",
            Self::NeedsAdminApproval => "needs-admin-approval",
            Self::ApprovalRequested => "approval-requested",
            Self::AssignmentRequired => "assignment-required",
            Self::WrongTenant => "wrong-tenant",
            Self::TenantTaken => "tenant-taken",
            Self::PersonalAccount => "personal-account",
            Self::GuestRefused => "guest-refused",
            Self::NotLinked => "not-linked",
            Self::LinkedToOther => "linked-to-other",
            Self::LinkedElsewhere => "linked-elsewhere",
            Self::RoleNeedsLink => "role-needs-link",
            Self::CreationOff => "creation-off",
            Self::CapReached => "cap-reached",
            Self::DomainNotVerified => "domain-not-verified",
            Self::PersonDisabled => "person-disabled",
            Self::AccountBlocked => "account-blocked",
            Self::BlockedByPolicy => "blocked-by-policy",
            Self::AppMisconfigured => "app-misconfigured",
            Self::ProviderUnreachable => "provider-unreachable",
            Self::SecretExpired => "secret-expired",
            Self::CredentialRefused => "credential-refused",
            Self::StateUnknown => "state-unknown",
            Self::Expired => "expired",
            Self::SettingsChanged => "settings-changed",
            Self::TestNotCounted => "test-not-counted",
            Self::TokenRefused => "token-refused",
            Self::OtherPerson => "other-person",
            Self::ProviderRefused => "provider-refused",
            Self::NotOffered => "not-offered",
        }
    }

    /// The kind of a [`key`](Self::key).
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.key() == key)
    }

    /// Whether a colleague can help, so that the page offers a link to hand over. With three kinds the person can
    /// help as well, by another try; whoever administers the accounts knows which one to use, or consents for all.
    pub const fn can_be_handed_over(self) -> bool {
        matches!(self.who(), WhoCanHelp::TenantAdministrator | WhoCanHelp::Owner)
            || matches!(self, Self::ConsentDenied | Self::WrongTenant | Self::PersonalAccount)
    }

    /// Whether consent for everybody, given by an administrator of the tenant, would help.
    pub const fn consent_would_help(self) -> bool {
        matches!(self, Self::NeedsAdminApproval | Self::ApprovalRequested | Self::ConsentDenied)
    }

    /// Who can do something about it.
    pub const fn who(self) -> WhoCanHelp {
        match self {
            Self::ConsentDenied
            | Self::StateUnknown
            | Self::Expired
            | Self::SettingsChanged
            | Self::TestNotCounted
            | Self::WrongTenant
            | Self::PersonalAccount
            | Self::OtherPerson
            | Self::NotOffered => WhoCanHelp::You,
            Self::NeedsAdminApproval
            | Self::ApprovalRequested
            | Self::AssignmentRequired
            | Self::AccountBlocked
            | Self::BlockedByPolicy
            | Self::AppMisconfigured
            | Self::ProviderRefused => WhoCanHelp::TenantAdministrator,
            Self::GuestRefused
            | Self::NotLinked
            | Self::LinkedToOther
            | Self::RoleNeedsLink
            | Self::CreationOff
            | Self::CapReached
            | Self::DomainNotVerified
            | Self::PersonDisabled => WhoCanHelp::Owner,
            Self::TenantTaken | Self::LinkedElsewhere | Self::SecretExpired | Self::CredentialRefused | Self::TokenRefused => {
                WhoCanHelp::Operator
            }
            Self::ProviderUnreachable => WhoCanHelp::Time,
        }
    }
}

/// Who can do something about a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhoCanHelp {
    /// The person: try again, pick another account.
    You,
    /// An administrator of the Microsoft tenant.
    TenantAdministrator,
    /// An owner or security administrator of the organisation in this portal.
    Owner,
    /// Whoever runs this installation.
    Operator,
    /// Nobody; it passes.
    Time,
}

/// A link to hand to the colleague who can help: `/sso/handover/{token}`. Holds no personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct Handover {
    /// Token for the path.
    pub token: String,
    /// Until when it works.
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for Handover {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Handover").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// What the colleague sees who opens a hand-over link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandoverView {
    /// Name of the organisation that asks.
    pub organisation: String,
    /// What happened.
    pub kind: RefusalKind,
    /// Whether the provider is Microsoft.
    pub microsoft: bool,
    /// AADSTS code, if there was one.
    pub aadsts: Option<u32>,
    /// Whether admin consent, granted from this page, would help: then show "Grant admin consent".
    pub consent_helps: bool,
    /// Client id of the app, to find it in the tenant's Enterprise applications.
    pub client_id: Option<String>,
    /// Until when the link works.
    pub expires_at: Timestamp,
}

impl HandoverView {
    /// An approval that is missing.
    pub fn sample() -> Self {
        Self {
            organisation: "Nordvik".to_owned(),
            kind: RefusalKind::NeedsAdminApproval,
            microsoft: true,
            aadsts: Some(90094),
            consent_helps: true,
            client_id: Some("2f1b6c1e-0000-4000-8000-00000000c11e".to_owned()),
            expires_at: SAMPLE_NOW,
        }
    }
}

/// A sign-in that was refused.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// Why.
    pub kind: RefusalKind,
    /// Whether the provider is Microsoft, as far as is known: pages speak of another one in other words.
    pub microsoft: bool,
    /// Number of the AADSTS code that Microsoft gave, for [`crate::codes`].
    pub aadsts: Option<u32>,
    /// Microsoft's correlation id, for the tenant's sign-in log.
    pub correlation_id: Option<String>,
    /// Name of the check that the provider's answer did not pass ([`RefusalKind::TokenRefused`]).
    pub check: Option<&'static str>,
    /// User name that the account has at the provider, when the page should name it ("you signed in as …").
    pub username: Option<String>,
    /// Name of the request, for support.
    pub reference: RequestId,
    /// Organisation of the sign-in, if it is known: for "Try again".
    pub organisation: Option<OrganisationId>,
    /// What the sign-in was for.
    pub purpose: Purpose,
    /// Link for the colleague who can help, when somebody else can.
    pub handover: Option<Handover>,
}

impl Refusal {
    /// A refusal of every kind.
    pub fn samples() -> Vec<Self> {
        let sample = |kind: &RefusalKind| Self {
            kind: *kind,
            microsoft: true,
            aadsts: matches!(kind, RefusalKind::AssignmentRequired).then_some(50105),
            correlation_id: Some("7b1c2d3e-0000-4000-8000-1a2b3c4d5e01".to_owned()),
            check: matches!(kind, RefusalKind::TokenRefused).then_some("nonce"),
            username: Some("kari@nordvik.example".to_owned()),
            reference: RequestId(tillit_store::PersonId::from_uuid(Default::default()).uuid()),
            organisation: None,
            purpose: Purpose::SignIn,
            handover: kind.can_be_handed_over().then(|| Handover { token: "sample".to_owned(), expires_at: SAMPLE_NOW }),
        };
        RefusalKind::ALL.iter().map(sample).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_key_of_its_own() {
        for kind in RefusalKind::ALL {
            assert_eq!(RefusalKind::from_key(kind.key()), Some(*kind));
        }
    }
}
