//! What the section "Single sign-on" of SECURITY shows, from before the activation to its receipt.

use tillit_store::{Id, PersonId, Timestamp, kinds};

use crate::activation::Version;
pub use crate::registration::Stage as ExpiryStage;

use super::records::{LedgerEntry, SignInRecord};
use super::{ProposalId, SAMPLE_NOW};

/// Permissions that are asked for. Nothing else, ever; no `offline_access`.
pub const PERMISSIONS: [&str; 4] = ["openid", "profile", "email", "User.Read"];

/// A field of a profile that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ProfileField {
    Email,
    Name,
    Title,
    Company,
    Department,
    Phone,
    Address,
    Language,
    ProfileImage,
}

/// The nine fields that are read.
pub const PROFILE_FIELDS: [ProfileField; 9] = [
    ProfileField::Email,
    ProfileField::Name,
    ProfileField::Title,
    ProfileField::Company,
    ProfileField::Department,
    ProfileField::Phone,
    ProfileField::Address,
    ProfileField::Language,
    ProfileField::ProfileImage,
];

impl ProfileField {
    /// Stable key for texts: `profile-image`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Name => "name",
            Self::Title => "title",
            Self::Company => "company",
            Self::Department => "department",
            Self::Phone => "phone",
            Self::Address => "address",
            Self::Language => "language",
            Self::ProfileImage => "profile-image",
        }
    }
}

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
    /// Said for the whole organisation, and then seen: somebody signed in without a consent page of his own.
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

/// Whether an administrator will match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatchVerdict {
    /// Already linked.
    Linked,
    /// Will match: the user name is on a domain of this tenant (before a tenant is known: of the organisation).
    /// The link itself is made in the person's own session.
    WillMatch,
    /// Has no Microsoft account on a domain of this tenant.
    WillNotMatch,
}

/// An administrator, and whether single sign-on will find him or her.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdministratorMatch {
    /// Who.
    pub person: PersonId,
    /// Name to show.
    pub name: String,
    /// User name here.
    pub username: String,
    /// Whether an owner.
    pub owner: bool,
    /// Will match or not.
    pub verdict: MatchVerdict,
    /// Whether the person who looks.
    pub you: bool,
}

impl AdministratorMatch {
    /// One of each.
    pub fn sample() -> Vec<Self> {
        let person = PersonId::from_uuid(Default::default());
        let one = |name: &str, username: &str, owner, verdict, you| Self {
            person,
            name: name.to_owned(),
            username: username.to_owned(),
            owner,
            verdict,
            you,
        };
        vec![
            one("Ingrid Solheim", "ingrid@nordvik.example", true, MatchVerdict::WillMatch, true),
            one("Jonas Berg", "jonas@consultant.example", false, MatchVerdict::WillNotMatch, false),
        ]
    }
}

/// What is shown before anything happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BeforeActivation {
    /// Permissions that will be asked for.
    pub permissions: Vec<&'static str>,
    /// Fields that will be read.
    pub fields: Vec<ProfileField>,
    /// The administrators.
    pub administrators: Vec<AdministratorMatch>,
    /// Host where the sign-in happens.
    pub login_host: String,
    /// Domains of the organisation: whoever types such a user name will be sent there once it is enforced.
    pub domains: Vec<String>,
    /// Recovery of the person who looks: the way back.
    pub recovery: RecoveryView,
    /// How to connect: whether the operator has a registration (else own or another provider only).
    pub operator_registration: bool,
    /// Minutes that enforcing lasts unless confirmed.
    pub confirm_minutes: i64,
}

impl BeforeActivation {
    /// As the owner of Nordvik sees it.
    pub fn sample() -> Self {
        Self {
            permissions: PERMISSIONS.to_vec(),
            fields: PROFILE_FIELDS.to_vec(),
            administrators: AdministratorMatch::sample(),
            login_host: "login.microsoftonline.com".to_owned(),
            domains: vec!["nordvik.example".to_owned()],
            recovery: RecoveryView { has_kit: true, tried: false, codes_left: 10, some_owner_ready: false },
            operator_registration: true,
            confirm_minutes: 15,
        }
    }
}

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
            consent: ConsentState { reach: ConsentReach::Unknown, seen_at: None, claimed_at: None, accounts: 0, scopes: vec![] },
            credentials: vec![],
            ledger: vec![],
            ledger_total: 0,
            sign_ins: vec![],
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

/// The printable end of an activation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Name of the organisation.
    pub organisation: String,
    /// When it was printed.
    pub printed_at: Timestamp,
    /// Where the activation stands.
    pub stage: Stage,
    /// The connection.
    pub connection: ConnectionView,
    /// Who activated, by name.
    pub activated_by: Option<String>,
    /// When the test passed.
    pub tested_at: Option<Timestamp>,
    /// Permissions that were asked for.
    pub permissions: Vec<&'static str>,
    /// Fields that are read.
    pub fields: Vec<ProfileField>,
    /// Consent, as far as it is known.
    pub consent: ConsentState,
    /// The owners, by name, who hold a tried recovery kit: the way back.
    pub way_back: Vec<String>,
    /// Domains that lead to the provider.
    pub domains: Vec<String>,
    /// Credentials and their ends.
    pub credentials: Vec<CredentialView>,
    /// What the organisation decided about people.
    pub policy: PolicyView,
}

impl Receipt {
    /// Of Nordvik.
    pub fn sample() -> Self {
        let view = SecurityView::sample();
        Self {
            organisation: view.organisation,
            printed_at: SAMPLE_NOW,
            stage: view.stage,
            connection: ConnectionView::sample(),
            activated_by: Some("Ingrid Solheim".to_owned()),
            tested_at: Some(SAMPLE_NOW),
            permissions: PERMISSIONS.to_vec(),
            fields: PROFILE_FIELDS.to_vec(),
            consent: view.consent,
            way_back: vec!["Ingrid Solheim".to_owned()],
            domains: view.domains,
            credentials: view.credentials,
            policy: view.policy,
        }
    }
}
