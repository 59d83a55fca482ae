//! Sessions of signed-in browsers.
//!
//! The token is 256 random bits, shown once; a code of authentication over it is stored, and one over the row: whoever can
//! write to the database, but has no keys, can neither add a session nor give one to somebody else. A session lasts 12 hours from
//! its start whatever happens, and ends earlier when it is ended, when its person is disabled, or
//! when the provider signs the person out.

use std::net::IpAddr;

use tillit_store::{
    ClientAddress, Cx, Duration, FromColumn, Id, OrganisationId, PersonId, Row, StoreError, Timestamp, Tx, Value, args, kinds,
};
use tillit_vault::Place;

use crate::browser::BrowserMark;
use crate::error::{AccountsError, Result};
use crate::fields::Carried;
use crate::permission::Permission;
use crate::role::Role;
use crate::secret_text::{Secret, SecretText};
use crate::session_end::{Endings, Since};
use crate::{Accounts, sql};

/// How long a session lasts, whatever happens.
pub const SESSION_LIFETIME: Duration = Duration::hours(12);
/// "Last seen" is noted at most this often, so that reading pages rarely writes.
const SEEN_EVERY: Duration = Duration::minutes(5);
/// An ending that is noted so far ahead was noted before the clock was put back: nobody's sign-in takes so long.
const AHEAD: Duration = Duration::minutes(10);
/// Longest label of a browser, in bytes.
const LONGEST_USER_AGENT: usize = 256;
/// Purpose of the code of authentication over a row.
const BOUND: &str = "session.mac";
/// Purpose of the blind index over (issuer, sid).
const IDP_SESSION: &str = "session.idp";

/// Id of a session.
pub type SessionId = Id<kinds::Session>;

/// What the browser's cookie holds. Debug output hides it.
#[derive(Debug, Clone)]
pub struct SessionToken(SecretText);

impl SessionToken {
    /// A token as a browser sent it; `None` if no session can have it.
    pub fn parse(text: &str) -> Option<Self> {
        SecretText::parse(text).map(Self)
    }
    /// For the cookie.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// How somebody signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignInMethod {
    /// With a local password.
    Password,
    /// With a local password and the second step.
    PasswordAndCode,
    /// With a passkey.
    Passkey,
    /// Through the organisation's provider.
    Sso,
    /// With a code of a recovery kit.
    RecoveryCode,
    /// With a link that the operator made on the host.
    OperatorLink,
    /// With the link that sets an account up.
    SetUpLink,
    /// With the code of the break-glass account.
    BreakGlass,
}

impl SignInMethod {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Passkey,
        Self::Password,
        Self::PasswordAndCode,
        Self::Sso,
        Self::RecoveryCode,
        Self::OperatorLink,
        Self::SetUpLink,
        Self::BreakGlass,
    ];
    /// What a session that began so may do at most, whatever the person's role is: all, but for the break-glass account,
    /// whose sessions may do what recovery needs: look, mend or turn off single sign-on, invite an owner, and, of employees
    /// only, end sessions and switch people off. Nobody above employee can be touched with it: those are who close it.
    pub const fn may(self, permission: Permission) -> bool {
        use Permission as P;
        !matches!(self, Self::BreakGlass)
            || matches!(
                permission,
                P::ViewOverview
                    | P::ReadGuides
                    | P::ViewSettings
                    | P::ViewPeople
                    | P::ManageEmployees
                    | P::ViewSignIns
                    | P::ViewAudit
                    | P::EndSessionsOfOthers
                    | P::ChangeSingleSignOn
                    | P::InviteOwners
                    | P::TurnOffSingleSignOn
            )
    }
    /// Whether somebody in a session that began so may send others links to choose a password: they outlive the session, and the
    /// break-glass account leaves nothing behind by which somebody comes in.
    pub const fn sends_password_links(self) -> bool {
        !matches!(self, Self::BreakGlass)
    }
    /// As stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::PasswordAndCode => "password_and_code",
            Self::Passkey => "passkey",
            Self::Sso => "sso",
            Self::RecoveryCode => "recovery_code",
            Self::OperatorLink => "operator_link",
            Self::SetUpLink => "set_up_link",
            Self::BreakGlass => "break_glass",
        }
    }
}
impl From<SignInMethod> for Value {
    fn from(method: SignInMethod) -> Self {
        method.code().into()
    }
}
impl FromColumn for SignInMethod {
    fn from_column(row: &Row, column: &'static str) -> Result<Self, StoreError> {
        let code: String = row.get(column)?;
        Self::ALL.into_iter().find(|method| method.code() == code).ok_or_else(|| row.inconsistent(column, "no such method"))
    }
}

/// A provider's own session, for front-channel logout (OpenID Connect Front-Channel Logout 1.0).
#[derive(Debug, Clone)]
pub struct IdpSession {
    /// The issuer, exactly as in the validated token.
    pub issuer: String,
    /// The claim `sid`.
    pub sid: String,
}

/// What a new session needs.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Who signed in.
    pub person: PersonId,
    /// How.
    pub method: SignInMethod,
    /// The provider's session, if it told.
    pub idp_session: Option<IdpSession>,
    /// When to ask the provider again; `None` for never (local sign-in).
    pub recheck: Option<Duration>,
    /// The browser's own name for itself, for the list of sessions.
    pub user_agent: Option<String>,
    /// The browser, so that a new one is noticed.
    pub browser: Option<BrowserMark>,
    /// Fields that are used at sign-in only: they live as long as the session.
    pub carried: Option<Carried>,
    /// As of when what was shown counts, if that was before this transaction: sessions that were all ended since then
    /// (a new password, a second factor taken away, a new role) make it void.
    pub since: Option<Since>,
    /// The token this browser had until now: that session ends (if it is of this organisation),
    /// so that signing in always changes the token.
    pub replaces: Option<SessionToken>,
}

impl NewSession {
    /// A session without the optional parts.
    pub const fn new(person: PersonId, method: SignInMethod) -> Self {
        Self {
            person,
            method,
            idp_session: None,
            recheck: None,
            user_agent: None,
            browser: None,
            carried: None,
            since: None,
            replaces: None,
        }
    }
}

/// A session that lasts, and whose person may sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// The person's organisation.
    pub organisation: OrganisationId,
    /// The person.
    pub person: PersonId,
    /// The person's role at this moment.
    pub role: Role,
    /// How it began.
    pub method: SignInMethod,
    /// When it began.
    pub started_at: Timestamp,
    /// When it was last used, give or take five minutes.
    pub last_seen_at: Timestamp,
    /// When the provider last confirmed it.
    pub rechecked_at: Timestamp,
    /// When the provider is to be asked again.
    pub recheck_at: Option<Timestamp>,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Whether it carries fields that are used at sign-in only ([`Accounts::carried`]).
    pub carries: bool,
}

impl Session {
    /// Whether the next page should go through the provider (`prompt=none`).
    pub fn recheck_due(&self, now: Timestamp) -> bool {
        self.recheck_at.is_some_and(|at| at <= now)
    }
    /// Whether the provider should have been asked one whole span ago. A browser asks with its next page, and
    /// may send a form that was open meanwhile; whoever opens no page for so long avoids being asked.
    pub fn recheck_overdue(&self, now: Timestamp) -> bool {
        self.recheck_at.is_some_and(|at| at + (at - self.rechecked_at) <= now)
    }
}

/// A session in the list a person sees.
#[derive(Debug, Clone)]
pub struct SessionListed {
    /// Its id.
    pub id: SessionId,
    /// How it began.
    pub method: SignInMethod,
    /// When it began.
    pub started_at: Timestamp,
    /// When it was last used, give or take five minutes.
    pub last_seen_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// What the browser called itself.
    pub user_agent: Option<String>,
    /// Where it signed in from.
    pub client: Option<ClientAddress>,
}

impl Accounts {
    /// Begins a session of an active person. The most recent 50 of a person are kept.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`] if there is no such person, the person is disabled, or all sessions were ended
    /// [`since`](NewSession::since); and for the break-glass account, unless its code begins the session.
    pub async fn start_session(&self, tx: &mut Tx, cx: &Cx, new: NewSession) -> Result<(SessionToken, SessionId)> {
        // One moment for the row and the code over it: a clock does not stand still.
        let (organisation, now) = (crate::scope(cx)?, cx.now());
        let (endings, moment) = match new.since {
            Some(Since::Endings(Endings(number))) => (Some(number), None),
            Some(Since::Moment(moment)) => (None, Some(moment)),
            None => (None, None),
        };
        let glass = new.method == SignInMethod::BreakGlass;
        let moment = moment.unwrap_or(Timestamp(i64::MAX));
        let values = args![organisation, new.person, now, moment, glass, endings, now + AHEAD];
        if tx.execute(sql::TOUCH_SIGN_IN, values).await? == 0 {
            return Err(AccountsError::NotFound);
        }
        if let Some(old) = &new.replaces {
            let values = args![old.0.stored(self, Secret::Session)?, organisation];
            // It may be another person's, whose row is not held: whoever ends that one holds the log first.
            if tx.fetch_optional(sql::FIND_SESSION_OF_TOKEN, values.clone()).await?.is_some() {
                self.hold_log(tx, cx).await?;
                tx.execute(sql::END_SESSION_OF_TOKEN, values).await?;
            }
        }
        self.meet_browser(tx, cx, &new).await?;
        let (id, token) = (cx.new_id(), SecretText::new(cx));
        let keys = self.vault().person(tx, organisation, new.person).await?;
        let user_agent = new.user_agent.as_deref().and_then(bounded_label);
        let user_agent = user_agent.map(|text| keys.seal(cx, place("user_agent", id), text.as_bytes())).transpose()?;
        let client = cx.client().map(|address| keys.seal(cx, place("client", id), address.0.to_string().as_bytes())).transpose()?;
        let idp_session = new.idp_session.map(|idp| self.idp_session_index(&idp)).transpose()?;
        let recheck_at = new.recheck.map(|after| now + after);
        let [profile, photo] = match &new.carried {
            Some(carried) => carried.seal(cx, &keys, id)?,
            None => [None, None],
        };
        let hash = token.stored(self, Secret::Session)?;
        let expires_at = now + SESSION_LIFETIME;
        let bound = Bound { id, organisation, person: new.person, method: new.method, started_at: now, expires_at };
        let mac = self.vault().installation()?.mac(BOUND, &bound.parts(&hash).each_ref().map(Vec::as_slice));
        let values = args![
            id,
            organisation,
            new.person,
            hash,
            new.method,
            now,
            recheck_at,
            expires_at,
            idp_session,
            user_agent,
            client,
            profile,
            photo,
            mac
        ];
        tx.execute(sql::ADD_SESSION, values).await?;
        tx.execute(sql::END_SURPLUS_SESSIONS, args![organisation, new.person]).await?;
        Ok((SessionToken(token), id))
    }

    /// The session of a token. Asked in installation scope by a face that does not know yet who
    /// is calling; in an organisation's scope it finds that organisation's sessions only.
    ///
    /// # Errors
    /// [`AccountsError::Store`].
    pub async fn session(&self, cx: &Cx, token: &SessionToken) -> Result<Option<Session>> {
        let mut tx = self.db().read(cx).await?;
        let hash = token.0.stored(self, Secret::Session)?;
        let found = tx.fetch_optional(sql::FIND_SESSION, args![hash, cx.organisation(), cx.now()]).await?;
        tx.rollback().await?;
        let Some(row) = found else { return Ok(None) };
        let bound = Bound::of_row(&row)?;
        let mac: Option<Vec<u8>> = row.get("mac")?;
        if !self.vault().installation()?.fits(BOUND, &bound.parts(&hash).each_ref().map(Vec::as_slice), &mac.unwrap_or_default()) {
            tracing::error!(session = %bound.id, "a session's row is not the one that this program wrote: it lets nobody in");
            return Ok(None);
        }
        let mut session = Session {
            id: row.get("id")?,
            organisation: row.get("organisation_id")?,
            person: row.get("person_id")?,
            role: row.get("role")?,
            method: row.get("method")?,
            started_at: row.get("started_at")?,
            last_seen_at: row.get("last_seen_at")?,
            rechecked_at: row.get("rechecked_at")?,
            recheck_at: row.get("recheck_at")?,
            expires_at: row.get("expires_at")?,
            carries: row.get("carries")?,
        };
        if cx.now() - session.last_seen_at >= SEEN_EVERY {
            let cx = cx.in_organisation(session.organisation);
            let mut tx = self.db().begin(&cx).await?;
            tx.execute(sql::TOUCH_SESSION, args![session.organisation, session.id, cx.now()]).await?;
            tx.commit().await?;
            session.last_seen_at = cx.now();
        }
        Ok(Some(session))
    }

    /// Gives a session a new token; the old one is worth nothing from the commit on. For every
    /// change of what the session may do.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`].
    pub async fn rotate(&self, tx: &mut Tx, cx: &Cx, id: SessionId) -> Result<SessionToken> {
        let token = SecretText::new(cx);
        let hash = token.stored(self, Secret::Session)?;
        let row = tx.fetch_optional(sql::ROTATE_SESSION, args![crate::scope(cx)?, id, hash, cx.now()]).await?;
        let bound = Bound::of_row(&row.ok_or(AccountsError::NotFound)?)?;
        let mac = self.vault().installation()?.mac(BOUND, &bound.parts(&hash).each_ref().map(Vec::as_slice));
        tx.execute(sql::BIND_SESSION, args![bound.organisation, id, mac]).await?;
        Ok(SessionToken(token))
    }

    /// Notes that the provider has confirmed the person just now, and when to ask again.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`].
    pub async fn mark_rechecked(&self, tx: &mut Tx, cx: &Cx, id: SessionId, next: Duration) -> Result<()> {
        let values = args![crate::scope(cx)?, id, cx.now(), cx.now() + next];
        if tx.execute(sql::RECHECK_SESSION, values).await? == 0 { Err(AccountsError::NotFound) } else { Ok(()) }
    }

    /// The sessions of a person, the newest first; at most 50.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`] if there is no such person.
    pub async fn sessions(&self, cx: &Cx, person: PersonId) -> Result<Vec<SessionListed>> {
        let organisation = crate::scope(cx)?;
        let mut tx = self.db().read(cx).await?;
        self.standing(&mut tx, cx, person).await?;
        let keys = self.vault().person(&mut tx, organisation, person).await?;
        let rows = tx.fetch_all(sql::LIST_SESSIONS, args![organisation, person, cx.now()]).await?;
        rows.iter()
            .map(|row| {
                let id: SessionId = row.get("id")?;
                let open = |column| -> Result<Option<String>> {
                    let Some(sealed) = row.get::<Option<Vec<u8>>>(column)? else { return Ok(None) };
                    Ok(Some(String::from_utf8_lossy(&keys.open(place(column, id), &sealed)?).into_owned()))
                };
                Ok(SessionListed {
                    id,
                    method: row.get("method")?,
                    started_at: row.get("started_at")?,
                    last_seen_at: row.get("last_seen_at")?,
                    expires_at: row.get("expires_at")?,
                    user_agent: open("user_agent")?,
                    client: open("client")?.and_then(|text| text.parse::<IpAddr>().ok()).map(ClientAddress),
                })
            })
            .collect()
    }

    /// Under the installation's key: the message names a session, not an organisation.
    pub(crate) fn idp_session_index(&self, idp: &IdpSession) -> Result<[u8; 32]> {
        let both = format!("{}|{}|{}", idp.issuer.len(), idp.issuer, idp.sid);
        Ok(self.vault().installation()?.blind(IDP_SESSION, &both))
    }
}

/// What a session's row says about whom it lets in, and until when. The role is looked up each time, and is not among it.
struct Bound {
    id: SessionId,
    organisation: OrganisationId,
    person: PersonId,
    method: SignInMethod,
    started_at: Timestamp,
    expires_at: Timestamp,
}

impl Bound {
    fn of_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            organisation: row.get("organisation_id")?,
            person: row.get("person_id")?,
            method: row.get("method")?,
            started_at: row.get("started_at")?,
            expires_at: row.get("expires_at")?,
        })
    }
    /// What the code of authentication covers.
    fn parts(&self, token: &[u8; 32]) -> [Vec<u8>; 7] {
        [
            self.id.uuid().as_bytes().to_vec(),
            self.organisation.uuid().as_bytes().to_vec(),
            self.person.uuid().as_bytes().to_vec(),
            self.method.code().as_bytes().to_vec(),
            self.started_at.0.to_be_bytes().to_vec(),
            self.expires_at.0.to_be_bytes().to_vec(),
            token.to_vec(),
        ]
    }
}

fn place(column: &'static str, id: SessionId) -> Place {
    Place::new("session", column, id.uuid())
}

/// A browser's name for itself: printable, cut to 256 bytes.
fn bounded_label(raw: &str) -> Option<String> {
    let mut text = String::new();
    for c in raw.chars().filter(|c| !c.is_control()) {
        if text.len() + c.len_utf8() > LONGEST_USER_AGENT {
            break;
        }
        text.push(c);
    }
    (!text.trim().is_empty()).then_some(text)
}
