//! Who may come in how, and what a session may do. Evaluated whenever it is asked.

use serde::{Deserialize, Serialize};
use tillit_accounts::{Permission, Role};
use tillit_store::{Id, PersonId, Timestamp, kinds};

use super::state::{State, Version};
use crate::protocol::Issuer;

/// How a session came to be.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Entered {
    /// A local password, or the link that sets the first one.
    Password,
    /// A sign-in at the provider; the issuer of its validated token.
    Sso(Issuer),
    /// A code of the person's own recovery kit, or the one-time link made on the host.
    Recovery,
}

/// A session that acts, with what is known about its person now.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Acting {
    /// The session.
    pub session: Id<kinds::Session>,
    /// Whose it is.
    pub person: PersonId,
    /// The person's role now (not when the session began).
    pub role: Role,
    /// How the session began.
    pub entered: Entered,
}

/// What a session may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Admission {
    /// Everything the person's role allows.
    Full,
    /// Turn single sign-on off, nothing else: the session that enforced.
    OnlyTurnOff,
    /// Nothing until the person signs in again, in a way that is accepted now.
    SignInAgain,
}

/// What a session may do at `now`.
///
/// While a version is in force, sessions that its provider vouched for and recovery sessions of
/// owners go on; the session that enforced may turn off. While none is, sessions that a
/// provider vouched for end, save the one that turned single sign-on off.
pub fn admit(state: &State, acting: &Acting, now: Timestamp) -> Admission {
    let Some((_, in_force)) = state.in_force(now) else {
        let vouched_for_by_nobody = matches!(acting.entered, Entered::Sso(_)) && state.turned_off_from != Some(acting.session);
        return if vouched_for_by_nobody { Admission::SignInAgain } else { Admission::Full };
    };
    let enforced_from = match state.running_countdown(now) {
        Some(countdown) => Some(countdown.enforced_from),
        None => state.live.as_ref().map(|live| live.enforced_from),
    };
    match &acting.entered {
        Entered::Sso(issuer) if issuer == in_force => Admission::Full,
        Entered::Recovery if acting.role.may(Permission::HoldRecoveryKit) => Admission::Full,
        _ if enforced_from == Some(acting.session) && acting.role.may(Permission::TurnOffSingleSignOn) => Admission::OnlyTurnOff,
        Entered::Sso(_) | Entered::Recovery | Entered::Password => Admission::SignInAgain,
    }
}

/// A way of signing in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Door {
    /// Local password.
    Password,
    /// One-time link that sets the first password (set-up or invitation, used without the provider).
    SetUpLink,
    /// The organisation's provider.
    Sso,
    /// A code of the person's own recovery kit.
    RecoveryCode,
    /// One-time link made by the operator on the host.
    OperatorLink,
}

/// Whether a way of signing in is open.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Admits {
    /// Open.
    Yes,
    /// Open, with these settings, to identities of this issuer that are linked.
    By {
        /// Which settings.
        version: Version,
        /// Whose identities.
        issuer: Issuer,
    },
    /// Closed. To whoever knocks it must look like a wrong password.
    No,
}

/// Whether `door` is open at `now` for somebody with `role`.
///
/// The answer for [`Door::Password`] and [`Door::Sso`] is the same for everybody, so that it can be
/// asked before anybody knows who is there. Owners' recovery codes and the operator's link are always
/// accepted. Whether the provider answers plays no part: it being down opens nothing.
pub fn admits(state: &State, now: Timestamp, door: Door, role: Role) -> Admits {
    let in_force = state.in_force(now);
    let open = match door {
        Door::Sso => {
            return in_force.map_or(Admits::No, |(version, issuer)| Admits::By { version, issuer: issuer.clone() });
        }
        Door::Password | Door::SetUpLink => in_force.is_none(),
        Door::RecoveryCode => role.may(Permission::HoldRecoveryKit) || in_force.is_none(),
        Door::OperatorLink => true,
    };
    if open { Admits::Yes } else { Admits::No }
}
