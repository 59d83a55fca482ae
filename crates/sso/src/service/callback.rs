//! The provider's answer: used up first, judged afterwards.

use secrecy::SecretString;
use tillit_accounts::{Door, SignInMethod};
use tillit_store::{Cx, Duration, Timestamp};

use super::begin::still_current;
use super::credentials::{Registered, Used};
use super::guards::Guard;
use super::refusing::Trouble;
use super::transaction::{Awaited, Taken};
use super::views::{Browser, CallbackQuery, Landing, Purpose, RefusalKind};
use super::{Sso, ledger, progress, settings};
use crate::error::{Result, SsoError};
use crate::protocol::{Answer, Claims, Client, Expect, ProtocolError, ProviderError, RequestLog, Tokens};
use crate::service::settings::Connection;

/// What a validated answer consists of.
pub(crate) struct Arrival<'a> {
    pub taken: &'a Taken,
    pub browser: &'a Browser,
    pub connection: &'a Connection,
    pub client: &'a Client,
    pub tokens: &'a Tokens,
    pub claims: &'a Claims,
    pub used: Used,
    pub log: &'a RequestLog,
    /// When the browser came back, before the provider was asked.
    pub arrived_at: Timestamp,
}

impl Sso {
    /// Finishes what [`Sso::begin`] began. Every refusal is written down before this returns.
    ///
    /// Order: the state is used up in a transaction of its own; browser, time and settings are compared;
    /// then the provider is asked, with no transaction open; then one transaction decides and writes.
    ///
    /// A browser that hangs up meanwhile stops nothing of it.
    ///
    /// # Errors
    /// The database fails, or something stored cannot be opened.
    pub async fn callback(&self, cx: &Cx, query: &CallbackQuery, browser: &Browser) -> Result<Landing> {
        let (sso, cx, query, browser) = (self.clone(), cx.clone(), query.clone(), browser.clone());
        self.to_its_end(async move { sso.answered(&cx, &query, &browser).await }).await?
    }

    async fn answered(&self, cx: &Cx, query: &CallbackQuery, browser: &Browser) -> Result<Landing> {
        let Some(state) = query.state.as_deref() else {
            return self.unknown(cx, "state_missing").await;
        };
        // In a flood of answers to nothing, an answer that nobody waits for does not even take the write lock.
        if self.accounts().is_crowded(cx, Door::Answer) && self.awaited(cx, state).await?.is_none() {
            return self.unknown(cx, "state_unknown_or_used").await;
        }
        // Whoever sends invented codes makes us ask the provider, which throttles us, and so everybody. Told before the
        // answer is used up, so that it is still good when this browser's minute is over.
        if let Some(wait) = self.accounts().browser_waits(cx, Door::Code, browser.key.hash()) {
            self.too_many_codes(cx, state, browser, wait).await?;
        }
        let Some(taken) = self.take(cx, state).await? else {
            return self.unknown(cx, "state_unknown_or_used").await;
        };
        let cx = &cx.in_organisation(taken.organisation);
        if taken.browser != browser.key.hash() && !self.lacks(Guard::StateBrowser) {
            return self.refused(cx, &taken, Trouble::new(RefusalKind::StateUnknown, "state_of_another_browser")).await;
        }
        if cx.now() >= taken.expires_at && !self.lacks(Guard::StateTime) {
            return self.refused(cx, &taken, Trouble::new(RefusalKind::Expired, "state_expired")).await;
        }
        if taken.purpose == Purpose::AdminConsent {
            return self.consent_returned(cx, query, &taken, browser).await;
        }
        if let Some(error) = &query.error {
            let error = ProviderError::from_redirect(error, query.error_description.as_deref());
            return self.provider_refused(cx, &taken, browser, &error).await;
        }
        let Some(code) = query.code.clone().filter(|code| !code.is_empty()) else {
            return self.refused(cx, &taken, Trouble::new(RefusalKind::TokenRefused, "code_missing")).await;
        };

        let mut tx = self.db().read(cx).await?;
        let progress = progress::find(&mut tx, taken.organisation).await?;
        if !self.lacks(Guard::SameSettings) && !still_current(taken.purpose, taken.version, &progress, cx) {
            drop(tx);
            return self.settings_changed(cx, &taken).await;
        }
        let connection = settings::find(&mut tx, taken.organisation, taken.version).await?;
        let registered = self.client(&mut tx, cx, taken.organisation, &connection).await;
        drop(tx);
        let mut registered = match registered {
            Ok(registered) => registered,
            Err(_) if taken.purpose == Purpose::Recheck => {
                return self.recheck_unreachable(cx, &taken, browser, &RequestLog::new()).await;
            }
            Err(error) => {
                let trouble = Trouble::of_setup(&error).ok_or(error)?;
                return self.refused(cx, &taken, trouble).await;
            }
        };

        let (log, arrived_at) = (RequestLog::new(), cx.now());
        let answer = Answer { code: SecretString::from(code), iss: query.iss.clone() };
        let mut used = Used::default();
        let asked = self.ask(cx, &mut registered, &connection, &answer, &taken, &mut used, &log).await;
        let (tokens, claims) = match asked {
            Ok(both) => both,
            Err(error) => {
                if matches!(&error, ProtocolError::Provider(said) if said.error == "invalid_grant") {
                    self.accounts().count_for_browser(cx, Door::Code, taken.browser);
                }
                return self.protocol_failed(cx, &taken, browser, &connection, &error, used, &log).await;
            }
        };
        let client = &registered.client;
        let (taken, connection, tokens, claims, log) = (&taken, &connection, &tokens, &claims, &log);
        let arrival = Arrival { taken, browser, connection, client, tokens, claims, used, log, arrived_at };
        // Boxed: what follows is large, and most callbacks of a flood never come here.
        let landing = Box::pin(self.enter(cx, &arrival)).await?;
        if taken.purpose == Purpose::SignIn && matches!(landing, Landing::SignedIn(_)) {
            self.accounts().arrived(cx, taken.browser);
        }
        Ok(landing)
    }

    #[expect(clippy::too_many_arguments, reason = "one conversation with the provider")]
    async fn ask(
        &self,
        cx: &Cx,
        registered: &mut Registered,
        connection: &Connection,
        answer: &Answer,
        taken: &Taken,
        used: &mut Used,
        log: &RequestLog,
    ) -> Result<(Tokens, Claims), ProtocolError> {
        let protocol = &self.0.protocol;
        let mut redeemed = protocol.redeem(cx, &registered.client, answer, &taken.verifier, log).await;
        let refused = matches!(&redeemed, Err(ProtocolError::Provider(error)) if error.error == "invalid_client");
        used.refused = registered.credential.filter(|_| refused);
        if refused && let Some((id, authentication)) = registered.other.take() {
            // A client that was not recognised has not used up the code (RFC 6749 section 5.2).
            (registered.credential, registered.client.authentication) = (Some(id), authentication);
            redeemed = protocol.redeem(cx, &registered.client, answer, &taken.verifier, log).await;
        }
        let tokens = redeemed?;
        used.accepted = registered.credential;
        let expect = Expect { nonce: &taken.nonce, tenant: connection.tenant.as_ref() };
        let claims = protocol.validate(cx, &registered.client, &tokens, &expect, log).await?;
        Ok((tokens, claims))
    }

    /// A browser whose codes the provider did not know, again and again: its answer is put off and that written down.
    async fn too_many_codes(&self, cx: &Cx, state: &str, browser: &Browser, wait: Duration) -> Result<()> {
        let awaited = self.awaited(cx, state).await?;
        let of_this_browser = |awaited: &Awaited| awaited.purpose == Purpose::SignIn && awaited.browser == browser.key.hash();
        let Some(awaited) = awaited.filter(of_this_browser) else { return Ok(()) };
        let trouble = Trouble::new(RefusalKind::ProviderRefused, "too_many_unknown_codes");
        self.refuse(cx, Some(awaited.organisation), awaited.purpose, Some(awaited.version), trouble).await?;
        Err(SsoError::TooMany { wait })
    }

    async fn unknown(&self, cx: &Cx, reason: &'static str) -> Result<Landing> {
        self.accounts().knock(cx, Door::Answer).map_err(|wait| SsoError::TooMany { wait })?;
        let trouble = Trouble::new(RefusalKind::StateUnknown, reason);
        let refusal = self.refuse(cx, None, Purpose::SignIn, None, trouble).await?;
        Ok(Landing::Refused(Box::new(refusal)))
    }

    pub(crate) async fn refused(&self, cx: &Cx, taken: &Taken, trouble: Trouble) -> Result<Landing> {
        let refusal = self.refuse(cx, Some(taken.organisation), taken.purpose, Some(taken.version), trouble).await?;
        Ok(Landing::Refused(Box::new(refusal)))
    }

    pub(crate) async fn settings_changed(&self, cx: &Cx, taken: &Taken) -> Result<Landing> {
        if taken.purpose == Purpose::Recheck {
            // Whether the session goes on is for the settings that count now: the next page looks again, with those.
            return Ok(Landing::Rechecked { return_to: taken.return_to.clone(), unreachable: false });
        }
        self.refused(cx, taken, Trouble::new(RefusalKind::SettingsChanged, "settings_changed_meanwhile")).await
    }

    /// The provider said no on its own page.
    async fn provider_refused(&self, cx: &Cx, taken: &Taken, browser: &Browser, error: &ProviderError) -> Result<Landing> {
        self.consent_missed(cx, taken, error).await?;
        if taken.purpose == Purpose::Recheck {
            let trouble = Trouble::of_provider(error);
            // The redirect comes through the browser, which can write such an answer itself: once it is
            // believed, not hour after hour.
            let believed = trouble.kind == RefusalKind::ProviderUnreachable && !self.missed_last_time(cx, taken).await?;
            return if believed {
                self.recheck_unreachable(cx, taken, browser, &RequestLog::new()).await
            } else {
                self.recheck_ended(cx, taken, browser, trouble, &RequestLog::new()).await
            };
        }
        self.refused(cx, taken, Trouble::of_provider(error)).await
    }

    /// The provider could not be asked, said no, or sent what we do not accept.
    #[expect(clippy::too_many_arguments, reason = "one conversation with the provider")]
    async fn protocol_failed(
        &self,
        cx: &Cx,
        taken: &Taken,
        browser: &Browser,
        connection: &Connection,
        error: &ProtocolError,
        used: Used,
        log: &RequestLog,
    ) -> Result<Landing> {
        let trouble = Trouble::of_protocol(error);
        if let ProtocolError::Provider(said) = error {
            self.consent_missed(cx, taken, said).await?;
        }
        if taken.purpose == Purpose::Recheck {
            return match trouble.kind {
                // Our own credential being refused says nothing about the person.
                RefusalKind::ProviderUnreachable | RefusalKind::SecretExpired | RefusalKind::CredentialRefused => {
                    self.recheck_unreachable(cx, taken, browser, log).await
                }
                _ => self.recheck_ended(cx, taken, browser, trouble, log).await,
            };
        }
        let mut tx = self.db().begin(cx).await?;
        ledger::store(&mut tx, cx, taken.organisation, taken.purpose, &log.take()).await?;
        self.note_credential(&mut tx, cx, taken.organisation, connection, &used).await?;
        let trouble = Trouble { version: Some(taken.version), ..trouble };
        let refusal = self.refuse_in(&mut tx, cx, Some(taken.organisation), taken.purpose, trouble).await?;
        tx.commit().await?;
        Ok(Landing::Refused(Box::new(refusal)))
    }
}

/// Whether a session is one that speaks for its person beside the provider: everything but the provider's own.
pub(crate) fn is_second_side(method: SignInMethod) -> bool {
    method != SignInMethod::Sso
}
