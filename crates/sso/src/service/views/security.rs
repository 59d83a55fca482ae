//! What the section "Single sign-on" of SECURITY shows, from before the activation to its receipt.

use tillit_store::{Id, PersonId, Timestamp, kinds};

use crate::activation::Version;
pub use crate::registration::Stage as ExpiryStage;
pub use tillit_accounts::ProfileField;

use super::administrators::AdministratorMatch;
use super::records::{LedgerEntry, SignInRecord};
use super::{ProposalId, SAMPLE_NOW};

/// Permissions that are asked for. Nothing else, ever; no `offline_access`.
pub const PERMISSIONS: [&str; 4] = ["openid", "profile", "email", "User.Read"];

/// The nine fields that can be read; which are is the organisation's choice ([`tillit_accounts::FieldChoices`]).
pub const PROFILE_FIELDS: [ProfileField; 9] = ProfileField::ALL;

/// Where the activation stands: the pill of the section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Single sign-on is off.
    Off,
    /// Begun: settings exist, no tenant was accepted yet.
    Draft,
    /// A tenant was accepted; a test must pass (or has passed) before enforcing.
    Testing,
    /// Enforced, and reverting at this moment unless confirmed.
    Enforced {
        /// When it reverts by itself.
        reverts_at: Timestamp,
    },
    /// Enforced and confirmed.
    On {
        /// When it was confirmed.
        since: Timestamp,
    },
}

impl Stage {
    /// Stable key for texts: `off`, `draft`, `testing`, `enforced`, `on`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Draft => "draft",
            Self::Testing => "testing",
            Self::Enforced { .. } => "enforced",
            Self::On { .. } => "on",
        }
    }
}

/// A step of the activation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepKind {
    /// Choose how to connect and see what will be read.
    Begin,
    /// Sign in at the provider, consent, and accept what came back.
    Connect,
    /// Make a recovery kit and try one of its codes.
    RecoveryKit,
    /// Pass a test sign-in.
    Test,
    /// Enforce.
    Enforce,
    /// Confirm from a private window.
    Confirm,
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    /// Done.
    Done,
    /// To be done now.
    Current,
    /// Comes later.
    Later,
}

/// A step and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Which.
    pub kind: StepKind,
    /// Where it stands.
    pub state: StepState,
}

/// What stands in the way of enforcing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// No tenant was accepted yet.
    NotConnected,
    /// No test has passed for the present settings.
    NotTested,
    /// A test passed, but the settings were changed since.
    TestVoid,
    /// The test that passed was somebody else's: whoever enforces tests.
    TestedByOther,
    /// The person who enforces is not linked.
    NotLinked,
    /// The person who enforces holds no recovery kit that works and of which a code was tried.
    NoTriedRecoveryKit,
    /// The person may not enforce.
    NotPermitted,
}

/// How an organisation is connected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConnectionKind {
    /// The operator's registration with Microsoft: the customer only consents.
    Operator,
    /// The organisation's own registration with Microsoft.
    Own,
    /// Another OpenID Connect provider.
    OpenId,
}

/// The connection of an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionView {
    /// How.
    pub kind: ConnectionKind,
    /// Cloud of Microsoft: `global`, `us-gov`, `us-dod`, `china`, `custom`; `None` with another provider.
    pub cloud: Option<String>,
    /// Tenant id, once bound or configured.
    pub tenant_id: Option<String>,
    /// Name of the tenant, as Graph told it.
    pub tenant_name: Option<String>,
    /// Issuer, with another provider.
    pub issuer: Option<String>,
    /// Client id of the registration.
    pub client_id: String,
    /// Host where people will sign in.
    pub login_host: String,
    /// Redirect URI that must be registered.
    pub redirect_uri: String,
    /// Front-channel logout URL that should be registered.
    pub logout_uri: String,
    /// Version of the settings. A test counts for exactly one.
    pub version: Version,
}

/// A passed test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestView {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: PersonId,
    /// Name of that person.
    pub by_name: String,
    /// Version of the settings that was tested.
    pub version: Version,
    /// Whether it still counts.
    pub counts: bool,
}

/// Whom a consent covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsentReach {
    /// Nothing was seen.
    Unknown,
    /// At least one account has consented: its sign-in brought the permissions.
    ThisAccount,
    /// Microsoft's answer said "for the whole organisation"; the answer is not signed.
    OrganisationClaimed,
    /// Said for the whole organisation, in the session of an administrator here; and then a newcomer came in.
    OrganisationSeen,
}

/// What is known about consent, and how. Tillit does not ask for the permission to read grants, so
/// it never claims more than it saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentState {
    /// Whom it covers.
    pub reach: ConsentReach,
    /// When an account's sign-in last brought the permissions.
    pub seen_at: Option<Timestamp>,
    /// When Microsoft's (unsigned) answer last said that an administrator consented for everybody.
    pub claimed_at: Option<Timestamp>,
    /// When a newcomer last bore that out.
    pub borne_out_at: Option<Timestamp>,
    /// How many accounts have signed in with the permissions.
    pub accounts: u64,
    /// Permissions seen in the last sign-in.
    pub scopes: Vec<String>,
}

/// What a credential is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialKind {
    /// A certificate with its key.
    Certificate,
    /// A client secret.
    Secret,
}

impl CredentialKind {
    /// Stable key for rows and texts.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::Secret => "secret",
        }
    }
    /// The kind of a [`key`](Self::key).
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Certificate, Self::Secret].into_iter().find(|kind| kind.key() == key)
    }
}

/// A credential of the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialView {
    /// Id; the operator's has none.
    pub id: Option<Id<kinds::Credential>>,
    /// Slot, 1 or 2; 0 is the operator's.
    pub slot: u8,
    /// What it is.
    pub kind: CredentialKind,
    /// SHA-256 thumbprint of a certificate, hexadecimal.
    pub thumbprint: Option<String>,
    /// When it ends. Unknown for secrets whose end nobody entered.
    pub not_after: Option<Timestamp>,
    /// How near that is.
    pub stage: ExpiryStage,
    /// Whether sign-ins use this one.
    pub in_use: bool,
    /// When it was added.
    pub added_at: Option<Timestamp>,
}

/// What the organisation decided about people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PolicyView {
    /// Whether a first sign-in may create an employee.
    pub create_people: bool,
    /// At most how many people sign-ins may create.
    pub cap: u32,
    /// How many they have created.
    pub created: u32,
    /// Whether guests of the tenant may enter.
    pub guests: bool,
    /// Minutes between silent re-checks.
    pub recheck_minutes: u32,
}

/// Recovery of the person who looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecoveryView {
    /// Whether the person holds a kit.
    pub has_kit: bool,
    /// Whether one of its codes was tried.
    pub tried: bool,
    /// Codes left.
    pub codes_left: u32,
    /// Whether any owner holds a tried kit (what enforcing needs).
    pub some_owner_ready: bool,
}

/// Everything the section "Single sign-on" shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityView {
    /// Name of the organisation.
    pub organisation: String,
    /// Path of the organisation's own sign-in page, for people without a domain of ours.
    pub sign_in_path: String,
    /// Where the activation stands.
    pub stage: Stage,
    /// Revision of what is shown. Send it back with every change: a change made by somebody else in between is refused.
    pub revision: i64,
    /// Steps of the activation.
    pub steps: Vec<Step>,
    /// What stands in the way of enforcing; empty when it can be enforced.
    pub obstacles: Vec<Obstacle>,
    /// The connection, once there is one.
    pub connection: Option<ConnectionView>,
    /// A proposal that waits for an answer.
    pub proposal: Option<ProposalId>,
    /// The last passed test.
    pub test: Option<TestView>,
    /// Consent, as far as it is known.
    pub consent: ConsentState,
    /// Credentials of the connection.
    pub credentials: Vec<CredentialView>,
    /// What the organisation decided about people.
    pub policy: PolicyView,
    /// Recovery of the person who looks.
    pub recovery: RecoveryView,
    /// The administrators.
    pub administrators: Vec<AdministratorMatch>,
    /// Verified domains of the organisation.
    pub domains: Vec<String>,
    /// The last requests to the provider.
    pub ledger: Vec<LedgerEntry>,
    /// How many there were in all.
    pub ledger_total: u64,
    /// The last sign-ins.
    pub sign_ins: Vec<SignInRecord>,
    /// Sign-ins of the last week that came with another account than the one their person is linked to: rule (e).
    pub other_accounts: u64,
    /// Whether the person who looks may change anything here.
    pub may_change: bool,
    /// Whether the session of the person who looks can do nothing but turn single sign-on off.
    pub only_turn_off: bool,
}

impl SecurityView {
    /// Switched on, a month ago.
    pub fn sample() -> Self {
        let step = |kind, state| Step { kind, state };
        Self {
            organisation: "Nordvik".to_owned(),
            sign_in_path: "/o/nordvik/sign-in".to_owned(),
            stage: Stage::On { since: SAMPLE_NOW },
            revision: 7,
            steps: vec![
                step(StepKind::Begin, StepState::Done),
                step(StepKind::Connect, StepState::Done),
                step(StepKind::RecoveryKit, StepState::Done),
                step(StepKind::Test, StepState::Done),
                step(StepKind::Enforce, StepState::Done),
                step(StepKind::Confirm, StepState::Done),
            ],
            obstacles: vec![],
            connection: Some(ConnectionView::sample()),
            proposal: None,
            test: Some(TestView {
                at: SAMPLE_NOW,
                by: PersonId::from_uuid(Default::default()),
                by_name: "Ingrid Solheim".to_owned(),
                version: Version(2),
                counts: true,
            }),
            consent: ConsentState {
                reach: ConsentReach::OrganisationSeen,
                seen_at: Some(SAMPLE_NOW),
                claimed_at: Some(SAMPLE_NOW),
                borne_out_at: Some(SAMPLE_NOW),
                accounts: 12,
                scopes: PERMISSIONS.iter().map(|scope| (*scope).to_owned()).collect(),
            },
            credentials: vec![CredentialView {
                id: None,
                slot: 1,
                kind: CredentialKind::Certificate,
                thumbprint: Some("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned()),
                not_after: Some(SAMPLE_NOW),
                stage: ExpiryStage::Days30,
                in_use: true,
                added_at: Some(SAMPLE_NOW),
            }],
            policy: PolicyView { create_people: true, cap: 100, created: 12, guests: false, recheck_minutes: 60 },
            recovery: RecoveryView { has_kit: true, tried: true, codes_left: 9, some_owner_ready: true },
            administrators: AdministratorMatch::sample(),
            domains: vec!["nordvik.example".to_owned()],
            ledger: LedgerEntry::sample(),
            ledger_total: 148,
            sign_ins: SignInRecord::sample(),
            other_accounts: 2,
            may_change: true,
            only_turn_off: false,
        }
    }

    /// Before anything happened.
    pub fn sample_off() -> Self {
        Self {
            stage: Stage::Off,
            steps: vec![],
            obstacles: vec![Obstacle::NotConnected],
            connection: None,
            test: None,
            consent: ConsentState {
                reach: ConsentReach::Unknown,
                seen_at: None,
                claimed_at: None,
                borne_out_at: None,
                accounts: 0,
                scopes: vec![],
            },
            credentials: vec![],
            ledger: vec![],
            ledger_total: 0,
            sign_ins: vec![],
            other_accounts: 0,
            ..Self::sample()
        }
    }

    /// Enforced a moment ago, seen by the session that enforced.
    pub fn sample_enforced() -> Self {
        Self { stage: Stage::Enforced { reverts_at: SAMPLE_NOW }, only_turn_off: true, ..Self::sample() }
    }
}

impl ConnectionView {
    /// The operator's registration, bound to a tenant.
    pub fn sample() -> Self {
        Self {
            kind: ConnectionKind::Operator,
            cloud: Some("global".to_owned()),
            tenant_id: Some("8f5b6a3e-0000-4000-8000-00000000a001".to_owned()),
            tenant_name: Some("Nordvik AS".to_owned()),
            issuer: None,
            client_id: "2f1b6c1e-0000-4000-8000-00000000c11e".to_owned(),
            login_host: "login.microsoftonline.com".to_owned(),
            redirect_uri: "https://portal.example/sso/callback".to_owned(),
            logout_uri: "https://portal.example/sso/logout".to_owned(),
            version: Version(2),
        }
    }
}
