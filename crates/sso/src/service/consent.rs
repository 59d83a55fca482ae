//! Consent: what is known of it, and how. Never more is claimed than was seen.

use tillit_accounts::audit::Entry;
use tillit_store::{Cx, OrganisationId, Timestamp, Tx, args};

use super::begin::still_current;
use super::callback::Arrival;
use super::guards::Guard;
use super::refusing::Trouble;
use super::sign_ins::{self, NewSignIn};
use super::transaction::Taken;
use super::views::{Browser, CallbackQuery, ConsentReach, ConsentState, Landing, SignInOutcome};
use super::{Sso, actions, progress, settings};
use crate::error::Result;
use crate::protocol::{ProviderError, TenantId, Tokens};
use crate::sql;

/// Whether these tokens carry the permission to read the person's profile. Microsoft writes it short or with
/// its Graph's address in front.
pub(crate) fn granted(tokens: &Tokens) -> bool {
    tokens.scope.iter().any(|scope| scope.rsplit('/').next().is_some_and(|name| name.eq_ignore_ascii_case("User.Read")))
}

/// Notes that a sign-in brought the permissions. Only a newcomer, an account that had never brought them here before,
/// bears out that an administrator consented for everybody: any other may have consented for itself long ago.
pub(crate) async fn seen(tx: &mut Tx, cx: &Cx, organisation: OrganisationId, arrival: &Arrival<'_>, newcomer: bool) -> Result<()> {
    if granted(arrival.tokens) {
        let (issuer, scopes) = (arrival.claims.issuer.as_str(), arrival.tokens.scope.join(" "));
        tx.execute(sql::SEE_CONSENT, args![organisation, issuer, scopes, cx.now()]).await?;
        if newcomer {
            tx.execute(sql::BEAR_OUT_CONSENT, args![organisation, issuer, arrival.taken.begun_at, cx.now()]).await?;
        }
    }
    Ok(())
}

/// Whether the provider turned somebody away since nobody consented: AADSTS65001, 90094, 90095, or the error of
/// OpenID Connect Core 1.0 section 3.1.2.6.
fn is_missing(error: &ProviderError) -> bool {
    matches!(error.code, Some(65001 | 90094 | 90095)) || error.error == "consent_required"
}

/// What is known for the accounts of one issuer.
pub(crate) async fn state(tx: &mut Tx, organisation: OrganisationId, issuer: Option<&str>) -> Result<ConsentState> {
    let nothing =
        ConsentState { reach: ConsentReach::Unknown, seen_at: None, claimed_at: None, borne_out_at: None, accounts: 0, scopes: vec![] };
    let Some(issuer) = issuer else { return Ok(nothing) };
    let Some(row) = tx.fetch_optional(sql::FIND_CONSENT, args![organisation, issuer]).await? else { return Ok(nothing) };
    let seen_at: Option<Timestamp> = row.get("seen_at")?;
    let claimed_at: Option<Timestamp> = row.get("claimed_at")?;
    let borne_out_at: Option<Timestamp> = row.get("borne_out_at")?;
    let accounts: i64 = tx.fetch_one(sql::COUNT_CONSENTED, args![organisation, issuer]).await?.get("n")?;
    let reach = match (borne_out_at, claimed_at, seen_at) {
        (Some(_), _, _) => ConsentReach::OrganisationSeen,
        (None, Some(_), _) => ConsentReach::OrganisationClaimed,
        (None, None, Some(_)) => ConsentReach::ThisAccount,
        (None, None, None) => ConsentReach::Unknown,
    };
    let scopes = row.get::<String>("scopes")?.split_ascii_whitespace().map(str::to_owned).collect();
    Ok(ConsentState { reach, seen_at, claimed_at, borne_out_at, accounts: u64::try_from(accounts).unwrap_or(0), scopes })
}

impl Sso {
    /// The provider says that consent is missing: what was said and seen before this trip began holds no longer. The
    /// answer may be the browser's own invention; then less is claimed than could be.
    pub(crate) async fn consent_missed(&self, cx: &Cx, taken: &Taken, error: &ProviderError) -> Result<()> {
        if !is_missing(error) {
            return Ok(());
        }
        let mut tx = self.db().begin(cx).await?;
        let connection = settings::find(&mut tx, taken.organisation, taken.version).await?;
        if let Some(issuer) = self.issuer_of(&connection)? {
            tx.execute(sql::MISS_CONSENT, args![taken.organisation, issuer.as_str(), taken.begun_at]).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Somebody came back from the tenant's consent page. The answer is not signed
    /// (learn.microsoft.com/entra/identity-platform/v2-admin-consent), so it binds nothing: it is noted as
    /// "said", and only for the tenant that a validated token bound before. `admin_consent=True` comes with
    /// errors too, so the error is looked at first. Whoever comes by a hand-over link can be anybody: what they say is
    /// shown as said, and nothing bears it out.
    pub(crate) async fn consent_returned(&self, cx: &Cx, query: &CallbackQuery, taken: &Taken, browser: &Browser) -> Result<Landing> {
        if let Some(error) = &query.error {
            let error = ProviderError::from_redirect(error, query.error_description.as_deref());
            return self.refused(cx, taken, Trouble::of_provider(&error)).await;
        }
        let mut tx = self.db().begin(cx).await?;
        let progress = progress::find(&mut tx, taken.organisation).await?;
        if !still_current(taken.purpose, taken.version, &progress, cx) {
            drop(tx);
            return self.settings_changed(cx, taken).await;
        }
        let connection = settings::find(&mut tx, taken.organisation, taken.version).await?;
        let said_yes = query.admin_consent.as_deref().is_some_and(|said| said.eq_ignore_ascii_case("true"));
        let named: Option<TenantId> = query.tenant.as_deref().and_then(|tenant| tenant.parse().ok());
        let other_tenant = connection.tenant.is_some() && named != connection.tenant && !self.lacks(Guard::ConsentTenant);
        if said_yes
            && !other_tenant
            && let (Some(cloud), Some(tenant)) = (connection.cloud(self.config())?, &connection.tenant)
        {
            let issuer = settings::microsoft_issuer(&cloud, tenant)?;
            let vouched = taken.session.is_some() || self.lacks(Guard::ConsentVouched);
            tx.execute(sql::CLAIM_CONSENT, args![taken.organisation, issuer.as_str(), cx.now(), vouched.then(|| cx.now())]).await?;
        }
        self.tally().sign_in(taken.purpose, SignInOutcome::Consented);
        let record = NewSignIn {
            purpose: taken.purpose,
            outcome: SignInOutcome::Consented,
            rule: None,
            reason: None,
            aadsts: None,
            trace_id: None,
            correlation_id: None,
            person: taken.person,
            username: None,
        };
        sign_ins::add(&mut tx, cx, self.vault(), taken.organisation, &record).await?;
        let reason = match (said_yes, other_tenant) {
            (_, true) => "answer_names_another_tenant",
            (true, false) => "answer_says_yes",
            (false, false) => "answer_says_nothing",
        };
        self.accounts().record(&mut tx, cx, Entry::new(actions::CONSENT_CLAIMED).reason(reason)).await?;
        tx.commit().await?;
        let signed_in = browser.session.as_ref().is_some_and(|session| session.organisation == taken.organisation);
        Ok(Landing::AdminConsentReturned { said_yes, other_tenant, signed_in })
    }
}
