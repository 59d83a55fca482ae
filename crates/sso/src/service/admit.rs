//! What a session may do, asked for every page. One read.

use tillit_accounts::{Permission, PersonState, Role, Session, SignInMethod};
use tillit_store::{Cx, Tx, args};

use super::{Sso, progress};
use crate::activation::{self, Acting, Entered, State};
use crate::error::{Result, SsoError};
use crate::protocol::Issuer;
use crate::sql;

/// What a session may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// Everything the person's role allows.
    Full,
    /// Turn single sign-on off, nothing else: the session that enforced.
    OnlyTurnOff,
    /// Nothing until the person signs in again, in a way that is accepted now.
    SignInAgain,
    /// Everything; but before the next page is shown (never before a form is taken), send the browser
    /// through [`Sso::begin`] with [`super::views::Purpose::Recheck`].
    Recheck,
}

impl Sso {
    /// What `session` may do now.
    ///
    /// # Errors
    /// The database fails.
    pub async fn admit(&self, cx: &Cx, session: &Session) -> Result<Admission> {
        let cx = cx.in_organisation(session.organisation);
        let mut tx = self.db().read(&cx).await?;
        let row = tx.fetch_one(sql::FIND_ADMISSION, args![session.organisation, session.id]).await?;
        let state = match row.get::<Option<String>>("state")? {
            Some(text) => progress::parse(&text)?,
            None => State::default(),
        };
        let Some(acting) = acting(session, session.role, row.get("issuer")?)? else { return Ok(Admission::SignInAgain) };
        Ok(match activation::admit(&state, &acting, cx.now()) {
            activation::Admission::Full if session.recheck_due(cx.now()) => Admission::Recheck,
            activation::Admission::Full => Admission::Full,
            activation::Admission::OnlyTurnOff => Admission::OnlyTurnOff,
            activation::Admission::SignInAgain => Admission::SignInAgain,
        })
    }

    /// The session as the activation's rules see it, with the role its person has at this moment.
    ///
    /// # Errors
    /// [`SsoError::NotFound`] outside of its organisation, [`SsoError::Denied`] if the provider's session has ended,
    /// or the person was disabled since it was read.
    pub(crate) async fn acting(&self, tx: &mut Tx, cx: &Cx, session: &Session) -> Result<Acting> {
        if cx.organisation() != Some(session.organisation) {
            return Err(SsoError::NotFound);
        }
        let row = tx.fetch_optional(sql::FIND_SESSION, args![session.organisation, session.id]).await?;
        let issuer = row.map(|row| row.get("issuer")).transpose()?;
        let (role, state) = self.accounts().standing(tx, cx, session.person).await?;
        if state != PersonState::Active {
            return Err(SsoError::Denied);
        }
        acting(session, role, issuer)?.ok_or(SsoError::Denied)
    }

    /// Refuses unless the session is fully admitted and its person may change the settings.
    pub(crate) async fn require_change(&self, tx: &mut Tx, cx: &Cx, session: &Session) -> Result<Acting> {
        let acting = self.acting(tx, cx, session).await?;
        let progress = progress::find(tx, session.organisation).await?;
        let admitted = activation::admit(&progress.state, &acting, cx.now()) == activation::Admission::Full;
        if admitted && acting.role.may(Permission::ChangeSingleSignOn) { Ok(acting) } else { Err(SsoError::Denied) }
    }
}

/// `None`: a session that a provider vouched for has ended since it was read.
fn acting(session: &Session, role: Role, issuer: Option<String>) -> Result<Option<Acting>> {
    let entered = match (session.method, issuer) {
        (SignInMethod::Sso, None) => return Ok(None),
        (SignInMethod::Sso, Some(issuer)) => Entered::Sso(parse_issuer(&issuer)?),
        (SignInMethod::Password | SignInMethod::PasswordAndCode | SignInMethod::Passkey | SignInMethod::SetUpLink, _) => Entered::Password,
        (SignInMethod::RecoveryCode | SignInMethod::OperatorLink | SignInMethod::BreakGlass, _) => Entered::Recovery,
    };
    Ok(Some(Acting { session: session.id, person: session.person, role, entered }))
}

/// An issuer that was checked before it was stored, or came in a validated token.
pub(crate) fn parse_issuer(text: &str) -> Result<Issuer> {
    text.parse().map_err(|_| SsoError::Inconsistent("issuer"))
}
