//! What came back from the provider, waiting for the administrator's yes.

use tillit_store::Timestamp;

use super::administrators::AdministratorMatch;
use super::security::ProfileField;
use super::{ProposalId, SAMPLE_NOW};

/// Whose a domain of the tenant is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DomainState {
    /// Will become the organisation's.
    WillBeAdded,
    /// Already is the organisation's.
    Yours,
    /// Belongs to another organisation here; ask the operator.
    BelongsToAnother,
}

/// A verified domain of the tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposalDomain {
    /// Name.
    pub name: String,
    /// Whose it is.
    pub state: DomainState,
}

/// A field as the provider tells it, beside ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileComparison {
    /// Which.
    pub field: ProfileField,
    /// What the provider says (for the image: whether there is one, as a word is the face's business, `None` for no).
    pub theirs: Option<String>,
    /// What is stored here now.
    pub ours: Option<String>,
}

/// What keeps a proposal from being accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProposalProblem {
    /// The tenant belongs to another organisation here; the operator must help.
    TenantTaken,
    /// The account is linked to another person here.
    AccountTaken,
    /// The person is linked to another account.
    PersonLinkedToOther,
    /// The account is a guest of the tenant and cannot connect it.
    Guest,
    /// More than an hour passed, or the settings were changed.
    Stale,
    /// The account bears neither the address that the invitation was sent to, nor the invited person's name.
    NotInvited,
}

/// What came back from the provider, waiting for the administrator's yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Id.
    pub id: ProposalId,
    /// When it was made.
    pub made_at: Timestamp,
    /// Until when it can be accepted.
    pub expires_at: Timestamp,
    /// Cloud of Microsoft, `None` with another provider.
    pub cloud: Option<String>,
    /// Tenant id; issuer with another provider.
    pub tenant: String,
    /// Name of the tenant, if Graph told it.
    pub tenant_name: Option<String>,
    /// Object id; subject with another provider.
    pub object_id: String,
    /// Name of the account.
    pub name: Option<String>,
    /// User name of the account.
    pub username: Option<String>,
    /// User name here.
    pub own_username: String,
    /// Whether the two user names differ: then the page names the difference.
    pub usernames_differ: bool,
    /// Verified domains of the tenant.
    pub domains: Vec<ProposalDomain>,
    /// Whether Graph could be read. If not, domains and profile are missing and come with a later sign-in.
    pub graph_read: bool,
    /// The nine fields, theirs and ours.
    pub profile: Vec<ProfileComparison>,
    /// The administrators, now that the tenant is known.
    pub administrators: Vec<AdministratorMatch>,
    /// What stands in the way; empty when it can be accepted.
    pub problems: Vec<ProposalProblem>,
}

impl Proposal {
    /// As the owner of Nordvik sees it.
    pub fn sample() -> Self {
        let domain = |name: &str, state| ProposalDomain { name: name.to_owned(), state };
        let field =
            |field, theirs: &str, ours: &str| ProfileComparison { field, theirs: Some(theirs.to_owned()), ours: Some(ours.to_owned()) };
        Self {
            id: ProposalId::from_uuid(Default::default()),
            made_at: SAMPLE_NOW,
            expires_at: SAMPLE_NOW,
            cloud: Some("global".to_owned()),
            tenant: "8f5b6a3e-0000-4000-8000-00000000a001".to_owned(),
            tenant_name: Some("Nordvik AS".to_owned()),
            object_id: "4c1d2e3f-0000-4000-8000-00000000b001".to_owned(),
            name: Some("Ingrid Solheim".to_owned()),
            username: Some("ingrid.solheim@nordvik.example".to_owned()),
            own_username: "ingrid@nordvik.example".to_owned(),
            usernames_differ: true,
            domains: vec![domain("nordvik.example", DomainState::Yours), domain("nordvik.onmicrosoft.example", DomainState::WillBeAdded)],
            graph_read: true,
            profile: vec![
                field(ProfileField::Name, "Ingrid Solheim", "Ingrid Solheim"),
                field(ProfileField::Title, "Head of IT", "IT manager"),
            ],
            administrators: AdministratorMatch::sample(),
            problems: vec![],
        }
    }
}
