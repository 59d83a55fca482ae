//! Refusing: one way, so that every refusal commits, with its exact reason in the audit log.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tillit_accounts::audit::Entry;
use tillit_accounts::{MORE, Recorded};
use tillit_store::{Cx, Duration, OrganisationId, PersonId, RequestId, Scope, Tx, args};

use super::settings::{self, Settings};
use super::sign_ins::{self, NewSignIn};
use super::views::{Handover, Purpose, Refusal, RefusalKind, SignInOutcome, sha256};
use super::{Sso, actions};
use crate::activation::Version;
use crate::error::{Result, SsoError};
use crate::protocol::{ProtocolError, ProviderError};
use crate::{decide, sql};

/// How long a hand-over link works.
const HANDOVER_GOOD_FOR: Duration = Duration::days(7);

/// Why somebody is refused: the kind for the page, the exact reason for the audit log.
#[derive(Debug, Clone)]
pub(crate) struct Trouble {
    pub kind: RefusalKind,
    /// A fixed word.
    pub reason: &'static str,
    pub check: Option<&'static str>,
    pub aadsts: Option<u32>,
    pub trace_id: Option<String>,
    pub correlation_id: Option<String>,
    pub rule: Option<decide::Rule>,
    pub person: Option<PersonId>,
    /// What the account is called at the provider.
    pub username: Option<String>,
    /// Version of the settings that the trip was begun with, for the hand-over link.
    pub version: Option<Version>,
    /// Whether the provider is known to be another than Microsoft; else `version` tells.
    pub other_provider: bool,
}

impl Trouble {
    pub fn new(kind: RefusalKind, reason: &'static str) -> Self {
        Self {
            kind,
            reason,
            check: None,
            aadsts: None,
            trace_id: None,
            correlation_id: None,
            rule: None,
            person: None,
            username: None,
            version: None,
            other_provider: false,
        }
    }

    /// What the operator or an administrator must put right before anybody can be sent to the provider.
    pub fn of_setup(error: &SsoError) -> Option<Self> {
        match error {
            SsoError::NoCredential | SsoError::Certificate(_) => Some(Self::new(RefusalKind::CredentialRefused, "no_usable_credential")),
            SsoError::NoOperatorRegistration => Some(Self::new(RefusalKind::AppMisconfigured, "no_operator_registration")),
            SsoError::UnknownCloud => Some(Self::new(RefusalKind::AppMisconfigured, "cloud_not_configured")),
            SsoError::IssuerNotAllowed => Some(Self::new(RefusalKind::AppMisconfigured, "issuer_not_allowed_any_more")),
            _ => None,
        }
    }

    /// A failure of the protocol.
    pub fn of_protocol(error: &ProtocolError) -> Self {
        match error {
            ProtocolError::Unreachable(_) => Self::new(RefusalKind::ProviderUnreachable, "provider_unreachable"),
            ProtocolError::MetadataRefused { check } => Self { check: Some(check), ..Self::new(RefusalKind::TokenRefused, check) },
            ProtocolError::Refused(refusal) => {
                Self { check: Some(refusal.check), ..Self::new(kind_of_check(refusal.check), refusal.check) }
            }
            ProtocolError::Credential => Self::new(RefusalKind::CredentialRefused, "credential_cannot_sign"),
            ProtocolError::Provider(error) => Self::of_provider(error),
        }
    }

    /// A refusal by the provider, at its sign-in page or at its token endpoint.
    pub fn of_provider(error: &ProviderError) -> Self {
        Self {
            aadsts: error.code,
            trace_id: error.trace_id.clone(),
            correlation_id: error.correlation_id.clone(),
            ..Self::new(kind_of_provider(error), reason_of_provider(error))
        }
    }

    /// A refusal by the table "who becomes whom".
    pub fn of_decision(rule: decide::Rule, kind: decide::RefusalKind) -> Self {
        let (kind, reason) = match kind {
            decide::RefusalKind::TenantTaken => (RefusalKind::TenantTaken, "tenant_taken"),
            decide::RefusalKind::WrongTenant => (RefusalKind::WrongTenant, "wrong_tenant"),
            decide::RefusalKind::OtherOrganisation => (RefusalKind::LinkedElsewhere, "linked_in_another_organisation"),
            decide::RefusalKind::Disabled => (RefusalKind::PersonDisabled, "person_disabled"),
            decide::RefusalKind::GuestRefused => (RefusalKind::GuestRefused, "guests_off"),
            decide::RefusalKind::SessionGone => (RefusalKind::Expired, "session_gone"),
            decide::RefusalKind::OtherAccount => (RefusalKind::OtherPerson, "account_of_somebody_else"),
            decide::RefusalKind::NotLinked => (RefusalKind::NotLinked, "not_linked"),
            decide::RefusalKind::LinkedToOther => (RefusalKind::LinkedToOther, "person_linked_to_other_account"),
            decide::RefusalKind::DomainNotVerified => (RefusalKind::DomainNotVerified, "domain_not_verified"),
            decide::RefusalKind::RoleNeedsLink => (RefusalKind::RoleNeedsLink, "role_needs_second_side"),
            decide::RefusalKind::CreationOff => (RefusalKind::CreationOff, "creation_off"),
            decide::RefusalKind::CapReached => (RefusalKind::CapReached, "cap_reached"),
        };
        Self { rule: Some(rule), ..Self::new(kind, reason) }
    }
}

/// Two checks have pages of their own: people meet them without anybody attacking.
fn kind_of_check(check: &str) -> RefusalKind {
    match check {
        "tenant" => RefusalKind::WrongTenant,
        "personal-account" => RefusalKind::PersonalAccount,
        _ => RefusalKind::TokenRefused,
    }
}

/// Which page explains an error. The OAuth error decides what it is; the AADSTS number only refines
/// the words, since Microsoft changes numbers.
fn kind_of_provider(error: &ProviderError) -> RefusalKind {
    match error.code {
        Some(65004) => return RefusalKind::ConsentDenied,
        Some(90094 | 65001) => return RefusalKind::NeedsAdminApproval,
        Some(90095) => return RefusalKind::ApprovalRequested,
        Some(50105) => return RefusalKind::AssignmentRequired,
        Some(50020 | 16000 | 16003 | 50034 | 51004 | 90072) => return RefusalKind::WrongTenant,
        Some(500_208) => return RefusalKind::PersonalAccount,
        Some(7_000_222) => return RefusalKind::SecretExpired,
        Some(7_000_215 | 7_000_218 | 700_025 | 700_027 | 50012 | 700_030) => return RefusalKind::CredentialRefused,
        Some(53000..=53003 | 530_032 | 530_035 | 50131 | 500_021 | 500_022 | 500_212 | 500_213) => return RefusalKind::BlockedByPolicy,
        Some(50053 | 50055 | 50057 | 50126 | 50144) => return RefusalKind::AccountBlocked,
        Some(650_052 | 650_054 | 650_056 | 650_057 | 65005 | 700_016 | 700_011 | 7_000_112 | 70001 | 1_000_031 | 50011 | 900_971) => {
            return RefusalKind::AppMisconfigured;
        }
        Some(90033 | 90006 | 90024 | 90055) => return RefusalKind::ProviderUnreachable,
        _ => {}
    }
    match error.error.as_str() {
        "access_denied" => RefusalKind::ConsentDenied,
        "consent_required" | "interaction_required" => RefusalKind::NeedsAdminApproval,
        "invalid_client" | "unauthorized_client" => RefusalKind::CredentialRefused,
        "server_error" | "temporarily_unavailable" => RefusalKind::ProviderUnreachable,
        "account_selection_required" | "login_required" => RefusalKind::Expired,
        _ => RefusalKind::ProviderRefused,
    }
}

/// A fixed word for each OAuth error (RFC 6749 sections 4.1.2.1 and 5.2, OpenID Connect Core 1.0 section 3.1.2.6).
fn reason_of_provider(error: &ProviderError) -> &'static str {
    const KNOWN: [&str; 13] = [
        "access_denied",
        "consent_required",
        "interaction_required",
        "login_required",
        "account_selection_required",
        "invalid_client",
        "unauthorized_client",
        "invalid_grant",
        "invalid_request",
        "invalid_scope",
        "server_error",
        "temporarily_unavailable",
        "unsupported_response_type",
    ];
    KNOWN.into_iter().find(|known| *known == error.error).unwrap_or("provider_refused")
}

impl Sso {
    /// Refuses in a transaction of its own.
    pub(crate) async fn refuse(
        &self,
        cx: &Cx,
        organisation: Option<OrganisationId>,
        purpose: Purpose,
        version: Option<Version>,
        trouble: Trouble,
    ) -> Result<Refusal> {
        let scope = organisation.map_or(Scope::Installation, Scope::Organisation);
        let cx = &cx.with_scope(scope);
        let mut tx = self.db().begin(cx).await?;
        let trouble = Trouble { version: trouble.version.or(version), ..trouble };
        let refusal = self.refuse_in(&mut tx, cx, organisation, purpose, trouble).await?;
        tx.commit().await?;
        Ok(refusal)
    }

    /// Writes the refusal down in `tx`, which the caller commits; unless this network has caused so many in this
    /// hour that only the fact is written, once.
    pub(crate) async fn refuse_in(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        organisation: Option<OrganisationId>,
        purpose: Purpose,
        trouble: Trouble,
    ) -> Result<Refusal> {
        self.tally().sign_in(purpose, SignInOutcome::Refused(trouble.kind));
        self.tally().refusal(trouble.kind);
        let recorded = self.accounts().may_record(cx);
        let mut handover = None;
        let mut microsoft = !trouble.other_provider;
        if let (Some(organisation), Some(version)) = (organisation, trouble.version) {
            microsoft = match settings::find(tx, organisation, version).await {
                Ok(connection) => !matches!(connection.settings, Settings::OpenId { .. }),
                Err(SsoError::NotFound) => microsoft,
                Err(error) => return Err(error),
            };
        }
        if let (Some(organisation), Recorded::Yes) = (organisation, recorded) {
            let record = NewSignIn {
                purpose,
                outcome: SignInOutcome::Refused(trouble.kind),
                rule: trouble.rule,
                reason: Some(trouble.reason),
                aadsts: trouble.aadsts,
                trace_id: trouble.trace_id.as_deref(),
                correlation_id: trouble.correlation_id.as_deref(),
                person: trouble.person,
                username: trouble.username.as_deref(),
            };
            sign_ins::add(tx, cx, self.vault(), organisation, &record).await?;
            if let (true, Some(version)) = (trouble.kind.can_be_handed_over(), trouble.version) {
                handover = Some(add_handover(tx, cx, organisation, version, &trouble).await?);
            }
        }
        let detail = serde_json::json!({ "purpose": purpose.key(), "kind": trouble.kind.key(), "aadsts": trouble.aadsts });
        let mut entry = Entry::new(actions::SIGN_IN_REFUSED).reason(trouble.reason).detail(detail);
        if let Some(person) = trouble.person {
            entry = entry.target(person);
        }
        match recorded {
            Recorded::Yes => self.accounts().record(tx, cx, entry).await?,
            Recorded::Summary => self.accounts().record(tx, cx, Entry::new(actions::SIGN_IN_REFUSED).reason(MORE)).await?,
            Recorded::No => {}
        }
        Ok(Refusal {
            kind: trouble.kind,
            microsoft,
            aadsts: trouble.aadsts,
            correlation_id: trouble.correlation_id,
            check: trouble.check,
            username: trouble.username,
            reference: RequestId(cx.request().0),
            organisation,
            purpose,
            handover,
        })
    }
}

async fn add_handover(tx: &mut Tx, cx: &Cx, organisation: OrganisationId, version: Version, trouble: &Trouble) -> Result<Handover> {
    let token = URL_SAFE_NO_PAD.encode(cx.random::<32>());
    let expires_at = cx.now() + HANDOVER_GOOD_FOR;
    let row = args![sha256(token.as_bytes()), organisation, version.0, trouble.kind.key(), trouble.aadsts.map(i64::from), expires_at];
    tx.execute(sql::ADD_HANDOVER, row).await?;
    Ok(Handover { token, expires_at })
}
