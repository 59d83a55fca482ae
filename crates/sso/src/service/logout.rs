//! Front-channel logout: the provider makes the browser ask for our logout page.

use tillit_accounts::IdpSession;
use tillit_store::{Cx, Scope};

use super::Sso;
use crate::error::Result;

/// Longest issuer or sid that is looked up.
const LONGEST: usize = 512;

impl Sso {
    /// Ends, on the server, every session that was begun with exactly this issuer and sid (OpenID Connect
    /// Front-Channel Logout 1.0 section 2). Whatever is absent, oversized or unknown ends nothing; the
    /// cookie of the browser that asks plays no part. How many ended: for tests and logs, not for the page,
    /// which answers the same to everybody.
    ///
    /// # Errors
    /// The database fails.
    pub async fn front_channel_logout(&self, cx: &Cx, iss: Option<&str>, sid: Option<&str>) -> Result<usize> {
        let fits = |text: &&str| !text.is_empty() && text.len() <= LONGEST;
        let (Some(iss), Some(sid)) = (iss.filter(fits), sid.filter(fits)) else { return Ok(0) };
        let idp = IdpSession { issuer: iss.to_owned(), sid: sid.to_owned() };
        Ok(self.accounts().end_sessions_of_idp(&cx.with_scope(Scope::Installation), &idp).await?)
    }
}
