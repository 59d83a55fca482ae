//! A fresh sign-in at the provider, asked for by a session that has nothing else to show: `prompt=login`, begun in this
//! browser by this session, and answered by the account that is linked to its person. It links nothing and lets nobody in.
//!
//! Whoever holds the session drives the browser and could leave `prompt=login` out on the way; then the provider's own
//! session in that browser answers. Where the provider says when somebody really signed in (`auth_time`, OpenID Connect Core
//! section 2), an old sign-in shows nothing. Where it does not say: a copied cookie brings no session of the provider along,
//! and that is whom this keeps out.

use tillit_accounts::AccountsError;
use tillit_accounts::audit::Entry;
use tillit_store::{Cx, Duration, PersonId, Tx};

use super::callback::Arrival;
use super::invitation::not_found;
use super::recheck::own_session;
use super::refusing::Trouble;
use super::views::{Landing, RefusalKind, SignInOutcome};
use super::{Sso, actions, identity, scope};
use crate::decide::Rule;
use crate::error::{Result, SsoError};
use crate::protocol::SKEW;

/// Whether the person signed in at the provider since this was begun, as far as the provider says.
fn is_afresh(arrival: &Arrival<'_>) -> bool {
    let since = arrival.taken.begun_at - Duration::seconds(SKEW);
    arrival.claims.authenticated_at.is_none_or(|at| at >= since)
}

impl Sso {
    /// Whether a fresh sign-in at the provider is what the person can show: linked to an account of the provider in
    /// force, and without an own proof.
    ///
    /// # Errors
    /// [`SsoError::NotFound`] if there is no such person; the database fails.
    pub async fn proves_at_provider(&self, cx: &Cx, person: PersonId) -> Result<bool> {
        let mut tx = self.db().read(cx).await?;
        self.proves_at_provider_in(&mut tx, cx, person).await
    }

    pub(crate) async fn proves_at_provider_in(&self, tx: &mut Tx, cx: &Cx, person: PersonId) -> Result<bool> {
        if self.accounts().own_proofs_in(tx, cx, person).await.map_err(not_found)?.any() {
            return Ok(false);
        }
        match self.issuer_in_force(tx, cx).await? {
            Some(issuer) => identity::is_linked(tx, scope(cx)?, person, &issuer).await,
            None => Ok(false),
        }
    }

    /// The account that is linked to the session's person signed in just now.
    pub(crate) async fn proved(&self, tx: &mut Tx, cx: &Cx, arrival: &Arrival<'_>, person: PersonId, rule: Rule) -> Result<Landing> {
        let taken = arrival.taken;
        if !is_afresh(arrival) {
            let trouble = Trouble { version: Some(taken.version), ..Trouble::new(RefusalKind::TokenRefused, "not_signed_in_afresh") };
            let refusal = self.refuse_in(tx, cx, Some(taken.organisation), taken.purpose, trouble).await?;
            return Ok(Landing::Refused(Box::new(refusal)));
        }
        let gone = || Trouble { version: Some(taken.version), ..Trouble::new(RefusalKind::Expired, "session_gone") };
        let session = own_session(taken, arrival.browser).filter(|session| session.person == person && taken.person == Some(person));
        let token = match session {
            Some(session) => self.accounts().note_provider_proof(tx, cx, person, session.id).await,
            None => Err(AccountsError::NotFound),
        };
        let token = match token {
            Ok(token) => token,
            // It ended while the browser was away, or something of the person's own was made meanwhile, which counts instead.
            Err(AccountsError::NotFound | AccountsError::Denied) => {
                let refusal = self.refuse_in(tx, cx, Some(taken.organisation), taken.purpose, gone()).await?;
                return Ok(Landing::Refused(Box::new(refusal)));
            }
            Err(error) => return Err(SsoError::from(error)),
        };
        self.note_person(tx, cx, taken, rule, SignInOutcome::Rechecked, person).await?;
        self.accounts().record(tx, cx, Entry::new(actions::PROVED).target(person)).await?;
        Ok(Landing::Proved { return_to: taken.return_to.clone(), token })
    }
}
