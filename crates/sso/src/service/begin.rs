//! Sending somebody to the provider.

use tillit_accounts::{Permission, Session, SignInMethod};
use tillit_store::{Cx, RequestId, Tx};
use url::Url;

use super::progress::Progress;
use super::settings::{self, Connection, Settings};
use super::transaction::{self, NewTransaction};
use super::views::{Begin, Begun, Browser, Purpose, Refusal, RefusalKind};
use super::{Sso, identity, ledger, progress};
use crate::activation::{self, Version};
use crate::error::{Result, SsoError};
use crate::protocol::{self, AuthorizeOptions, Client, Pending, Prompt, Provider, RequestEntry, RequestLog};
use crate::service::refusing::Trouble;

impl Sso {
    /// Begins a trip to the provider: remembers it for ten minutes, tied to this browser and to the
    /// present settings, and says where to send the browser.
    ///
    /// # Errors
    /// [`SsoError::Denied`] if the purpose needs a session or a role that is not there;
    /// [`SsoError::NotFound`] if there is nothing to begin with; [`SsoError::TooMany`]. What a person can meet without doing
    /// anything wrong comes back as [`Begun::Refused`].
    pub async fn begin(&self, cx: &Cx, begin: &Begin, browser: &Browser) -> Result<Begun> {
        let cx = &cx.in_organisation(begin.organisation);
        if begin.purpose == Purpose::SignIn {
            // Anybody can begin, and each trip is a row: given back when it arrives.
            self.accounts().knock_to_begin(cx, browser.key.hash()).map_err(|wait| SsoError::TooMany { wait })?;
        }
        let session = browser.session.as_ref().filter(|session| session.organisation == begin.organisation);
        let mut tx = self.db().read(cx).await?;
        let progress = progress::find(&mut tx, begin.organisation).await?;
        self.may_begin(&mut tx, cx, begin.purpose, session, &progress).await?;
        let Some(version) = version_for(begin.purpose, &progress, cx) else {
            drop(tx);
            return self.cannot_begin(cx, begin, session, Trouble::new(RefusalKind::NotOffered, "not_offered")).await;
        };
        let connection = settings::find(&mut tx, begin.organisation, version).await?;
        let client = match self.client(&mut tx, cx, begin.organisation, &connection).await {
            Ok(registered) => registered.client,
            Err(error) => {
                drop(tx);
                // Something is missing on our side: a page says what, and nobody's session ends for it.
                let trouble = Trouble::of_setup(&error).ok_or(error)?;
                let trouble = Trouble { other_provider: matches!(connection.settings, Settings::OpenId { .. }), ..trouble };
                return self.cannot_begin(cx, begin, session, trouble).await;
            }
        };
        let hint = self.login_hint(&mut tx, cx, begin, &connection, session).await?;
        drop(tx);

        let bound = Bound { version, session: session.filter(|_| begin.purpose != Purpose::SignIn) };
        self.send_away(cx, begin, browser, &client, bound, hint.as_deref()).await
    }

    /// The trip itself, once it is clear with which settings.
    pub(crate) async fn send_away(
        &self,
        cx: &Cx,
        begin: &Begin,
        browser: &Browser,
        client: &Client,
        bound: Bound<'_>,
        hint: Option<&str>,
    ) -> Result<Begun> {
        let log = RequestLog::new();
        let pending = Pending::new(cx);
        let address = match begin.purpose {
            Purpose::AdminConsent => protocol::admin_consent_url(client, &pending.state).ok_or(SsoError::NotFound).map(Ok)?,
            _ => {
                let prompt = match begin.purpose {
                    Purpose::Recheck => Prompt::None,
                    Purpose::Prove => Prompt::Login,
                    _ if begin.select_account => Prompt::SelectAccount,
                    _ => Prompt::Usual,
                };
                self.0.protocol.authorize_url(cx, client, &pending, &AuthorizeOptions { login_hint: hint, prompt }, &log).await
            }
        };
        let address: Url = match address {
            Ok(address) => address,
            Err(error) if begin.purpose == Purpose::Recheck => {
                // Nobody is refused for a look that could not be made: the session goes on.
                self.recheck_missed(cx, bound.session, begin.organisation, &log.take()).await?;
                return Ok(Begun::Refused(Box::new(Trouble::of_protocol(&error).unrecorded(cx, begin))));
            }
            Err(error) => {
                self.store_ledger(cx, begin, &log.take()).await?;
                let other_provider = matches!(client.provider, Provider::OpenId { .. });
                return self.refuse_begin(cx, begin, Trouble { other_provider, ..Trouble::of_protocol(&error) }).await;
            }
        };
        let mut tx = self.db().begin(cx).await?;
        let new = NewTransaction {
            purpose: begin.purpose,
            version: bound.version,
            browser: &browser.key,
            session: bound.session.map(|session| session.id),
            person: bound.session.map(|session| session.person),
            return_to: &begin.return_to,
            pending: &pending,
        };
        transaction::add(&mut tx, cx, self.vault(), begin.organisation, &new).await?;
        ledger::store(&mut tx, cx, begin.organisation, begin.purpose, &log.take()).await?;
        tx.commit().await?;
        Ok(Begun::Go(address))
    }

    /// Who may begin what.
    async fn may_begin(&self, tx: &mut Tx, cx: &Cx, purpose: Purpose, session: Option<&Session>, progress: &Progress) -> Result<()> {
        if purpose == Purpose::SignIn {
            return Ok(());
        }
        let session = session.ok_or(SsoError::Denied)?;
        let acting = self.acting(tx, cx, session).await?;
        let full = activation::admit(&progress.state, &acting, cx.now()) == activation::Admission::Full;
        let may = match purpose {
            Purpose::SignIn => true,
            Purpose::Recheck => full && session.method == SignInMethod::Sso,
            Purpose::Prove => full && self.proves_at_provider_in(tx, cx, session.person).await?,
            Purpose::Activate | Purpose::Test | Purpose::AdminConsent => full && acting.role.may(Permission::ChangeSingleSignOn),
        };
        if may { Ok(()) } else { Err(SsoError::Denied) }
    }

    /// What helps the provider to find the account: what was typed; for somebody signed in, what the
    /// provider itself gave last time.
    async fn login_hint(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        begin: &Begin,
        connection: &Connection,
        session: Option<&Session>,
    ) -> Result<Option<String>> {
        if let Some(username) = &begin.username {
            return Ok(Some(username.as_str().to_owned()));
        }
        let Some(session) = session.filter(|_| begin.purpose != Purpose::AdminConsent) else { return Ok(None) };
        let person = self.accounts().person_in(tx, cx, session.person).await?;
        let known = match self.issuer_of(connection)? {
            Some(issuer) => identity::account_of(tx, self.vault(), begin.organisation, session.person, &issuer).await?,
            None => None,
        };
        Ok(known.and_then(|account| account.login_hint).or_else(|| Some(person.username.as_str().to_owned())))
    }

    async fn store_ledger(&self, cx: &Cx, begin: &Begin, entries: &[RequestEntry]) -> Result<()> {
        let mut tx = self.db().begin(cx).await?;
        ledger::store(&mut tx, cx, begin.organisation, begin.purpose, entries).await?;
        Ok(tx.commit().await?)
    }

    /// A look that cannot be begun is put off, not asked for again with every page; anything else is refused.
    async fn cannot_begin(&self, cx: &Cx, begin: &Begin, session: Option<&Session>, trouble: Trouble) -> Result<Begun> {
        if begin.purpose == Purpose::Recheck {
            self.recheck_missed(cx, session, begin.organisation, &[]).await?;
            return Ok(Begun::Refused(Box::new(trouble.unrecorded(cx, begin))));
        }
        self.refuse_begin(cx, begin, trouble).await
    }

    async fn refuse_begin(&self, cx: &Cx, begin: &Begin, trouble: Trouble) -> Result<Begun> {
        let refusal = self.refuse(cx, Some(begin.organisation), begin.purpose, None, trouble).await?;
        Ok(Begun::Refused(Box::new(refusal)))
    }
}

impl Trouble {
    /// The refusal as a page may show it, written down nowhere.
    fn unrecorded(self, cx: &Cx, begin: &Begin) -> Refusal {
        Refusal {
            kind: self.kind,
            microsoft: !self.other_provider,
            aadsts: self.aadsts,
            correlation_id: self.correlation_id,
            check: self.check,
            username: None,
            reference: RequestId(cx.request().0),
            organisation: Some(begin.organisation),
            purpose: begin.purpose,
            handover: None,
        }
    }
}

/// What a trip is tied to.
#[derive(Clone, Copy)]
pub(crate) struct Bound<'a> {
    pub version: Version,
    pub session: Option<&'a Session>,
}

/// With which version of the settings.
fn version_for(purpose: Purpose, progress: &Progress, cx: &Cx) -> Option<Version> {
    match purpose {
        Purpose::SignIn | Purpose::Recheck | Purpose::Prove => progress.in_force(cx),
        Purpose::Test => progress.draft(cx),
        Purpose::Activate | Purpose::AdminConsent => progress.draft(cx).or_else(|| progress.in_force(cx)),
    }
}

/// Whether a trip's settings are still those that it was begun with.
pub(crate) fn still_current(purpose: Purpose, version: Version, progress: &Progress, cx: &Cx) -> bool {
    version_for(purpose, progress, cx) == Some(version)
}
