//! What is stored: plain data, versions by number. The settings themselves (client id, tenant,
//! credential …) are kept by the service under their version number.

use std::fmt;

use serde::{Deserialize, Serialize};
use tillit_store::{Id, PersonId, Timestamp, kinds};

use crate::protocol::Issuer;

/// Number of one version of an organisation's settings. Grows with every edit, is never used twice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(pub u32);

impl Version {
    /// The version after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A test sign-in that passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Test {
    /// Who tested; it counts for nobody else.
    pub by: PersonId,
    /// When it passed.
    pub at: Timestamp,
}

/// Settings being prepared. They route nobody but the browser that carries the activation.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Draft {
    /// Which settings.
    pub version: Version,
    /// Whose identities: from the settings, or learned when the first identity was linked. For Microsoft an
    /// issuer names cloud and tenant (`https://login.microsoftonline.com/{tid}/v2.0`), so two tenants are two issuers.
    pub issuer: Option<Issuer>,
    /// The last passed test of exactly this version.
    pub tested: Option<Test>,
}

/// Settings that were enforced and confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Live {
    /// Which settings.
    pub version: Version,
    /// Whose identities.
    pub issuer: Issuer,
    /// The session that enforced this version: it may still turn single sign-on off.
    pub enforced_from: Id<kinds::Session>,
    /// When it was confirmed.
    pub confirmed_at: Timestamp,
}

/// Settings that are enforced and wait for their confirmation.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Countdown {
    /// Which settings.
    pub version: Version,
    /// Whose identities.
    pub issuer: Issuer,
    /// The owner who enforced.
    pub by: PersonId,
    /// The session that enforced: it may still turn single sign-on off.
    pub enforced_from: Id<kinds::Session>,
    /// When it was enforced. Over [`super::CONFIRM_WITHIN`] later.
    pub enforced_at: Timestamp,
}

/// Where an organisation stands with single sign-on. [`State::default`] is: never switched on.
///
/// Read it through [`super::view()`]; a countdown in here may be long over.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct State {
    /// The highest version number given so far.
    pub last_version: Version,
    /// Settings being prepared.
    pub draft: Option<Draft>,
    /// Confirmed settings: in force, or waiting behind a countdown to come back.
    pub live: Option<Live>,
    /// Enforced settings that wait for their confirmation.
    pub countdown: Option<Countdown>,
    /// The session that turned single sign-on off last: it goes on although the provider that
    /// vouched for it no longer counts.
    pub turned_off_from: Option<Id<kinds::Session>>,
}

impl State {
    /// The version in force at `now`, and whose identities it lets in.
    pub(super) fn in_force(&self, now: Timestamp) -> Option<(Version, &Issuer)> {
        match self.running_countdown(now) {
            Some(countdown) => Some((countdown.version, &countdown.issuer)),
            None => self.live.as_ref().map(|live| (live.version, &live.issuer)),
        }
    }

    /// The countdown, unless its time is over.
    pub(super) fn running_countdown(&self, now: Timestamp) -> Option<&Countdown> {
        self.countdown.as_ref().filter(|countdown| now < countdown.enforced_at + super::CONFIRM_WITHIN)
    }

    /// The same state with an expired countdown written down as what it means: its settings are a
    /// draft again, untested, and what was in force before is in force.
    pub(super) fn settled(&self, now: Timestamp) -> Self {
        let mut state = self.clone();
        if state.running_countdown(now).is_none()
            && let Some(over) = state.countdown.take()
        {
            state.draft = Some(Draft { version: over.version, issuer: Some(over.issuer), tested: None });
        }
        state
    }
}
