//! Hand-over links: the colleague who can help opens one without having an account here.

use tillit_accounts::Door;
use tillit_store::{Cx, OrganisationId, Scope, Timestamp, args};

use super::begin::Bound;
use super::transaction;
use super::views::{Begin, Begun, Browser, HandoverView, Purpose, RefusalKind, WhoCanHelp, sha256};
use super::{Sso, settings};
use crate::activation::Version;
use crate::error::{Result, SsoError};
use crate::service::settings::Settings;
use crate::sql;

struct Found {
    organisation: OrganisationId,
    version: Version,
    kind: RefusalKind,
    aadsts: Option<u32>,
    expires_at: Timestamp,
}

impl Sso {
    /// What a hand-over link shows.
    ///
    /// # Errors
    /// [`SsoError::NotFound`] for a link that never was or whose time is over.
    pub async fn handover(&self, cx: &Cx, token: &str) -> Result<HandoverView> {
        let found = self.find_handover(cx, token).await?;
        let cx = cx.in_organisation(found.organisation);
        let organisation = self.accounts().organisation(&cx).await?.name;
        let mut tx = self.db().read(&cx).await?;
        let connection = settings::find(&mut tx, found.organisation, found.version).await?;
        let microsoft = !matches!(connection.settings, Settings::OpenId { .. });
        Ok(HandoverView {
            organisation,
            kind: found.kind,
            microsoft,
            aadsts: found.aadsts,
            consent_helps: microsoft && found.kind.consent_would_help(),
            // An owner works in the portal; whoever works at the provider has to find the app there.
            client_id: match found.kind.who() {
                WhoCanHelp::Owner => None,
                _ => Some(connection.client_id(self.config())?.as_str().to_owned()),
            },
            expires_at: found.expires_at,
        })
    }

    /// Sends the colleague to Microsoft's page on which an administrator consents for everybody.
    ///
    /// # Errors
    /// [`SsoError::NotFound`] for a link that never was, whose time is over, or that consent does not help; [`SsoError::TooMany`].
    pub async fn begin_handover(&self, cx: &Cx, token: &str, browser: &Browser) -> Result<Begun> {
        if !self.handover(cx, token).await?.consent_helps {
            return Err(SsoError::NotFound);
        }
        let found = self.find_handover(cx, token).await?;
        let cx = &cx.in_organisation(found.organisation);
        self.accounts().knock(cx, Door::Begin).map_err(|wait| SsoError::TooMany { wait })?;
        let mut tx = self.db().read(cx).await?;
        let connection = settings::find(&mut tx, found.organisation, found.version).await?;
        let client = self.client(&mut tx, cx, found.organisation, &connection).await?.client;
        drop(tx);
        let begin = Begin::new(Purpose::AdminConsent, found.organisation);
        self.send_away(cx, &begin, browser, &client, Bound { version: found.version, session: None }, None).await
    }

    async fn find_handover(&self, cx: &Cx, token: &str) -> Result<Found> {
        let cx = cx.with_scope(Scope::Installation);
        let mut tx = self.db().read(&cx).await?;
        let row = tx.fetch_optional(sql::FIND_HANDOVER, args![sha256(token.as_bytes())]).await?.ok_or(SsoError::NotFound)?;
        let expires_at: Timestamp = row.get("expires_at")?;
        if cx.now() >= expires_at {
            return Err(SsoError::NotFound);
        }
        Ok(Found {
            organisation: row.get("organisation_id")?,
            version: transaction::version(row.get("version")?),
            kind: RefusalKind::from_key(&row.get::<String>("kind")?).ok_or(SsoError::Inconsistent("handover kind"))?,
            aadsts: row.get::<Option<i64>>("aadsts")?.and_then(|code| u32::try_from(code).ok()),
            expires_at,
        })
    }
}
