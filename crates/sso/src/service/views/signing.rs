//! What goes in and out while somebody signs in.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tillit_accounts::{BrowserMark, LinkToken, Session, SessionId, SessionToken, Slug, Username};
use tillit_store::{Cx, Id, Kind, OrganisationId, PersonId, RequestId};
use url::Url;

use super::refusal::Refusal;

/// Marks ids of proposals.
#[derive(Debug)]
pub enum ProposalKind {}
impl Kind for ProposalKind {
    const PREFIX: &'static str = "prp";
}
/// Id of a proposal: what came back from the provider and waits for the administrator's yes.
pub type ProposalId = Id<ProposalKind>;

/// What a trip to the provider is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Somebody signs in. Begun after enforcing, by an owner, it also confirms the enforcing.
    SignIn,
    /// The administrator connects the organisation; ends in a proposal.
    Activate,
    /// The administrator proves that the draft works.
    Test,
    /// An administrator of the tenant consents for everybody.
    AdminConsent,
    /// A silent look whether the account is still good (`prompt=none`).
    Recheck,
    /// Somebody signed in who has nothing of their own to show signs in afresh (`prompt=login`), so that a session alone
    /// does not do what is dangerous.
    Prove,
}

impl Purpose {
    /// Stable key for rows and texts.
    pub const fn key(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Activate => "activate",
            Self::Test => "test",
            Self::AdminConsent => "admin-consent",
            Self::Recheck => "recheck",
            Self::Prove => "prove",
        }
    }
    /// The purpose of a [`key`](Self::key).
    pub fn from_key(key: &str) -> Option<Self> {
        let all = [Self::SignIn, Self::Activate, Self::Test, Self::AdminConsent, Self::Recheck, Self::Prove];
        all.into_iter().find(|purpose| purpose.key() == key)
    }
}

/// Path within the portal to return to. Parsed, so that it can never lead elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnTo(String);

impl ReturnTo {
    /// Longest path kept, in bytes.
    pub const MAX: usize = 512;

    /// Accepts an absolute path with optional query: begins with one `/`, no backslash, no control
    /// character or space, no second `/` at the front, no dots that climb, ASCII only, at most [`Self::MAX`] bytes.
    /// Anything else is `None`: open redirects (OWASP Unvalidated Redirects) are refused, not repaired.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix('/')?;
        let fine = text.len() <= Self::MAX
            && !rest.starts_with('/')
            && text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\' && b != b'#')
            // A decoder on the way must not find what we did not see.
            && !["%2f", "%5c", "%0", "%1", "%2e"].iter().any(|bad| path_of(text).to_ascii_lowercase().contains(bad))
            && !path_of(text).split('/').any(|segment| segment == ".." || segment == ".");
        fine.then(|| Self(text.to_owned()))
    }
    /// The portal's first page.
    pub fn home() -> Self {
        Self("/".to_owned())
    }
    /// The path.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn path_of(text: &str) -> &str {
    text.split('?').next().unwrap_or(text)
}

/// Secret of a browser, kept in a cookie (HttpOnly, SameSite=Lax): ties a sign-in to the browser
/// that began it. It says nothing about who sits in front of it. Never shown in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct BrowserKey([u8; 32]);

impl BrowserKey {
    /// A key for a browser that has none.
    pub fn generate(cx: &Cx) -> Self {
        Self(cx.random())
    }
    /// Reads a cookie's value; `None` if it is not one of ours.
    pub fn from_cookie(value: &str) -> Option<Self> {
        if value.len() != 43 {
            return None;
        }
        URL_SAFE_NO_PAD.decode(value).ok()?.try_into().ok().map(Self)
    }
    /// Value for the cookie.
    pub fn to_cookie(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
    /// What accounts know the browser by.
    pub fn mark(&self) -> BrowserMark {
        BrowserMark::of_hash(self.hash())
    }
    /// What is stored: a stolen database does not reveal the key.
    pub(crate) fn hash(&self) -> [u8; 32] {
        sha256(&self.0)
    }
}

impl fmt::Debug for BrowserKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BrowserKey(…)")
    }
}

/// SHA-256.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    for (to, from) in out.iter_mut().zip(digest(&SHA256, bytes).as_ref()) {
        *to = *from;
    }
    out
}

/// The browser that a request comes from, and who is signed in there.
#[derive(Debug, Clone)]
pub struct Browser {
    /// Key of the browser.
    pub key: BrowserKey,
    /// The session of the browser's cookie, if it lasts: as [`tillit_accounts::Accounts::session`] gave it.
    pub session: Option<Session>,
    /// The token of that cookie, so that signing in replaces it.
    pub token: Option<SessionToken>,
    /// What the browser calls itself, for the list of sessions.
    pub user_agent: Option<String>,
    /// The invitation that the person came with, until it is used: the second side for somebody who has no
    /// session here yet.
    pub invitation: Option<LinkToken>,
}

impl Browser {
    /// A browser in which nobody is signed in.
    pub const fn new(key: BrowserKey) -> Self {
        Self { key, session: None, token: None, user_agent: None, invitation: None }
    }
}

/// What somebody wants to be sent to the provider for.
#[derive(Debug, Clone)]
pub struct Begin {
    /// What for.
    pub purpose: Purpose,
    /// Which organisation: from [`Route::Provider`], or the signed-in person's.
    pub organisation: OrganisationId,
    /// User name that was typed; goes along as a hint.
    pub username: Option<Username>,
    /// Where to go afterwards.
    pub return_to: ReturnTo,
    /// Let the person choose the account, after the wrong one was used.
    pub select_account: bool,
}

impl Begin {
    /// Without the optional parts.
    pub fn new(purpose: Purpose, organisation: OrganisationId) -> Self {
        Self { purpose, organisation, username: None, return_to: ReturnTo::home(), select_account: false }
    }
}

/// What comes of beginning.
#[derive(Debug, Clone, PartialEq)]
pub enum Begun {
    /// Send the browser there (303), with `Referrer-Policy: no-referrer`.
    Go(Url),
    /// It cannot be begun. A silent re-check ([`Purpose::Recheck`]) that cannot be begun is no reason to
    /// stop: it was put off and noted, show the page that was asked for.
    Refused(Box<Refusal>),
}

/// Where a user name leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// To the organisation's provider: [`super::super::Sso::begin`] with this purpose.
    Provider {
        /// Which organisation.
        organisation: OrganisationId,
        /// [`Purpose::SignIn`]; in the browser that carries a draft [`Purpose::Activate`] or [`Purpose::Test`].
        purpose: Purpose,
    },
    /// To the local form.
    Local,
}

/// Where somebody signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// `/sign-in`: the domain of the user name tells the organisation.
    Portal,
    /// `/o/{slug}/sign-in`: the address does.
    Organisation(Slug),
}

/// Somebody was let in. Set the cookie to `token`, send the browser to `return_to`.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// For the session cookie.
    pub token: SessionToken,
    /// Id of the session.
    pub session: SessionId,
    /// Organisation of the person.
    pub organisation: OrganisationId,
    /// The person.
    pub person: PersonId,
    /// Where to go.
    pub return_to: ReturnTo,
    /// The person was created, or linked, just now: a word of welcome fits.
    pub first_time: bool,
    /// This sign-in confirmed an enforcing.
    pub confirmed: bool,
}

/// Where an answer of the provider leads.
#[derive(Debug, Clone)]
pub enum Landing {
    /// Signed in.
    SignedIn(Box<SignedIn>),
    /// Something came back that the person must look at and accept: show [`super::super::Sso::proposal`], to
    /// somebody who came with an invitation and has no session [`super::super::Sso::invited_proposal`].
    Proposal {
        /// Which.
        id: ProposalId,
    },
    /// The test passed: back to SECURITY.
    TestPassed,
    /// An administrator of the tenant came back from the consent page.
    AdminConsentReturned {
        /// What Microsoft's answer said. Unsigned: a hint until somebody of the tenant signs in.
        said_yes: bool,
        /// The answer named another tenant than the organisation's: then it was not noted.
        other_tenant: bool,
        /// Somebody is signed in here; else it was a colleague who came by a hand-over link.
        signed_in: bool,
    },
    /// The account is still good: back to where the person was.
    Rechecked {
        /// Where to go.
        return_to: ReturnTo,
        /// The provider could not be asked; the session goes on until its end, and this is noted.
        unreachable: bool,
    },
    /// The person signed in afresh: set the cookie to `token`, and back to what was to be done.
    Proved {
        /// Where to go.
        return_to: ReturnTo,
        /// For the session cookie.
        token: SessionToken,
    },
    /// The account is no longer signed in at the provider: the session has ended, sign in again.
    SignInAgain {
        /// Where to go afterwards.
        return_to: ReturnTo,
    },
    /// Somebody new, and Microsoft Graph does not answer: try again in a moment.
    Waiting {
        /// What the trip was for.
        purpose: Purpose,
        /// Organisation, for the button "Try again".
        organisation: OrganisationId,
        /// Where to go afterwards.
        return_to: ReturnTo,
        /// Name of the request, for support.
        reference: RequestId,
    },
    /// Not let in.
    Refused(Box<Refusal>),
}

/// Query of a request to `/sso/callback`, parsed. Debug output shows which parts are there, never their values.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct CallbackQuery {
    /// Authorisation code.
    pub code: Option<String>,
    /// The state that we sent.
    pub state: Option<String>,
    /// OAuth error, if the provider refused.
    pub error: Option<String>,
    /// Words to the error; used to find an AADSTS code in them, never shown.
    pub error_description: Option<String>,
    /// Issuer (RFC 9207), if the provider sends it.
    pub iss: Option<String>,
    /// Admin consent: Microsoft's unsigned word that it was asked for.
    pub admin_consent: Option<String>,
    /// Admin consent: Microsoft's unsigned word on the tenant.
    pub tenant: Option<String>,
}

/// The query of a callback is nonsense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CallbackQueryError {
    /// Longer than [`CallbackQuery::MAX`].
    #[error("the answer is longer than {max} bytes", max = CallbackQuery::MAX)]
    TooLong,
    /// A parameter comes twice (RFC 6749 section 3.1 forbids it).
    #[error("the parameter \"{0}\" comes twice")]
    Doubled(&'static str),
    /// A parameter is not UTF-8.
    #[error("the parameter \"{0}\" is not readable text")]
    Encoding(&'static str),
}

impl CallbackQuery {
    /// Longest query read, in bytes. Microsoft's codes are below 2 KiB; error texts are longer.
    pub const MAX: usize = 16 * 1024;

    /// Parses a raw query string (`application/x-www-form-urlencoded`). Parameters of other names are ignored (RFC 6749 section 4.1.2).
    ///
    /// # Errors
    /// [`CallbackQueryError`]: too long, a parameter twice, or not UTF-8.
    pub fn parse(raw: &str) -> Result<Self, CallbackQueryError> {
        if raw.len() > Self::MAX {
            return Err(CallbackQueryError::TooLong);
        }
        let mut query = Self::default();
        for pair in raw.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, slot) = match name {
                "code" => ("code", &mut query.code),
                "state" => ("state", &mut query.state),
                "error" => ("error", &mut query.error),
                "error_description" => ("error_description", &mut query.error_description),
                "iss" => ("iss", &mut query.iss),
                "admin_consent" => ("admin_consent", &mut query.admin_consent),
                "tenant" => ("tenant", &mut query.tenant),
                _ => continue,
            };
            let spaced = value.replace('+', " ");
            let value =
                percent_encoding::percent_decode_str(&spaced).decode_utf8().map_err(|_| CallbackQueryError::Encoding(name))?.into_owned();
            if slot.replace(value).is_some() {
                return Err(CallbackQueryError::Doubled(name));
            }
        }
        Ok(query)
    }
}

impl fmt::Debug for CallbackQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let there = |value: &Option<String>| value.is_some();
        f.debug_struct("CallbackQuery")
            .field("code", &there(&self.code))
            .field("state", &there(&self.state))
            .field("error", &there(&self.error))
            .field("admin_consent", &there(&self.admin_consent))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attack_33_return_to_never_leads_elsewhere() {
        for bad in [
            "",
            "x",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil",
            "https://evil.example",
            "javascript:alert(1)",
            "/%2f/evil",
            "/a%0d%0aSet-Cookie",
            "/a/../..//evil",
            "/a b",
            "/%5cevil",
            "/user@evil#x",
            "/%2e%2e/x",
            "/\u{2028}",
        ] {
            assert_eq!(ReturnTo::parse(bad), None, "{bad}");
        }
        assert_eq!(ReturnTo::parse(&format!("/{}", "a".repeat(600))), None);
        for good in ["/", "/settings/security?tab=2&x=%2Fy", "/o/nordvik/sign-in"] {
            assert_eq!(ReturnTo::parse(good).unwrap().as_str(), good);
        }
    }

    #[test]
    fn a_callback_with_a_doubled_or_broken_parameter_is_refused() {
        assert_eq!(CallbackQuery::parse("code=a&code=b"), Err(CallbackQueryError::Doubled("code")));
        assert_eq!(CallbackQuery::parse("state=%ff"), Err(CallbackQueryError::Encoding("state")));
        assert_eq!(CallbackQuery::parse(&"a".repeat(20_000)), Err(CallbackQueryError::TooLong));
        let query = CallbackQuery::parse("code=a%2Bb+c&state=s&session_state=q").unwrap();
        assert_eq!((query.code.as_deref(), query.state.as_deref()), (Some("a+b c"), Some("s")));
    }
}
