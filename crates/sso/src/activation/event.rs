//! What can happen, what comes of it, and why it is refused.

use serde::{Deserialize, Serialize};
use tillit_accounts::Role;
use tillit_store::{PersonId, Timestamp};

use super::admit::Acting;
use super::state::{State, Version};
use crate::protocol::Issuer;

/// What is known about a person's recovery kit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Kit {
    /// There is none.
    #[default]
    None,
    /// There is one, but none of its codes was ever tried: it may never have been written down.
    Untried,
    /// One of its codes was tried.
    Tried {
        /// Codes that still work.
        codes_left: u32,
    },
}

impl Kit {
    /// The person can get in with it.
    pub const fn works(self) -> bool {
        matches!(self, Self::Tried { codes_left: 1.. })
    }
}

/// What happens to an organisation's single sign-on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Event {
    /// "Activate SSO", or any change of the settings: makes the next version, a draft. An edit while
    /// a version is live makes a draft beside it.
    Edit {
        /// Who.
        by: Acting,
        /// The issuer that the settings pin (own registration with a tenant, OpenID Connect issuer),
        /// or the one that the draft was bound to and is not touched by this edit. `None`: the first link tells.
        issuer: Option<Issuer>,
    },
    /// Drops the draft. What is live stays.
    Discard {
        /// Who.
        by: Acting,
    },
    /// The person saw what came back from the provider and agreed to be linked to it.
    Link {
        /// Who; the identity becomes this person's.
        by: Acting,
        /// The draft that the sign-in was begun with.
        version: Version,
        /// Issuer of the validated token.
        issuer: Issuer,
    },
    /// A test sign-in with the draft came back and was validated.
    TestPassed {
        /// The session that began the test.
        by: Acting,
        /// The draft that the test was begun with.
        version: Version,
        /// Issuer of the validated token.
        issuer: Issuer,
        /// The person to whom the identity that came back is linked.
        identity_of: Option<PersonId>,
    },
    /// From now on nobody gets in with a password, unless nobody confirms in time.
    Enforce {
        /// Who.
        by: Acting,
        /// The version that this person saw and means.
        version: Version,
        /// This person's recovery kit.
        kit: Kit,
    },
    /// Somebody linked signed in at the provider (not a test). Confirms an enforcement if it can.
    SignedIn {
        /// The person that the identity is linked to.
        person: PersonId,
        /// The person's role.
        role: Role,
        /// The version that the sign-in was begun with.
        version: Version,
        /// Issuer of the validated token.
        issuer: Issuer,
        /// When the browser was sent to the provider.
        begun_at: Timestamp,
    },
    /// Local passwords are accepted again, at once.
    TurnOff {
        /// Who.
        by: Acting,
    },
    /// Somebody looks after the deadline. Changes nothing but that a countdown which is over is written down
    /// as what it reads as anyway, and so is told once.
    DeadlineSeen,
}

/// The new state, and what to write to the audit log and to tell people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// To be stored.
    pub state: State,
    /// In the order in which they happened; empty if nothing changed.
    pub effects: Vec<Effect>,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Effect {
    /// A new draft; tests of earlier drafts are void.
    Drafted(Version),
    /// The draft is gone.
    Discarded(Version),
    /// The acting person's identity is to be linked.
    Linked(PersonId),
    /// A test passed.
    Tested(Version),
    /// The countdown runs.
    Enforced {
        /// Which settings.
        version: Version,
        /// When it is over unless confirmed.
        reverts_at: Timestamp,
    },
    /// The version is in force for good.
    Confirmed(Version),
    /// Found while doing something else: a countdown had run out unconfirmed.
    RanOut(Version),
    /// Single sign-on is off; passwords are accepted.
    TurnedOff(Version),
}

impl Effect {
    /// Name of the action in the audit log.
    pub const fn action(&self) -> &'static str {
        match self {
            Self::Drafted(_) => "sso.drafted",
            Self::Discarded(_) => "sso.draft_discarded",
            Self::Linked(_) => "sso.linked",
            Self::Tested(_) => "sso.tested",
            Self::Enforced { .. } => "sso.enforced",
            Self::Confirmed(_) => "sso.confirmed",
            Self::RanOut(_) => "sso.enforcement_ran_out",
            Self::TurnedOff(_) => "sso.turned_off",
        }
    }

    /// Every owner is told by mail: it changes who can come in.
    pub const fn concerns_owners(&self) -> bool {
        matches!(self, Self::Enforced { .. } | Self::Confirmed(_) | Self::RanOut(_) | Self::TurnedOff(_))
    }
}

/// Why an event was refused. Nothing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refused {
    /// The session may not do this now: it must sign in again first.
    #[error("this session must sign in again first")]
    SignInAgain,
    /// The role does not allow it.
    #[error("the role does not allow this")]
    NotPermitted,
    /// There is no draft.
    #[error("there are no settings in preparation")]
    NoDraft,
    /// The draft was edited since; `current` is its version now.
    #[error("the settings were changed meanwhile (now version {current})")]
    OtherVersion {
        /// The draft's version.
        current: Version,
    },
    /// A countdown runs; nothing may change until it is over.
    #[error("an enforcement is waiting for its confirmation")]
    CountdownRuns,
    /// The identity comes from another tenant or provider than the settings are bound to.
    #[error("the identity comes from another tenant than the settings name")]
    OtherIssuer,
    /// The identity that came back is not linked to the person who tests.
    #[error("the identity is not linked to the person who tests")]
    NotLinked,
    /// This version was not tested by this person.
    #[error("this version was not tested by the person who enforces it")]
    NotTested,
    /// The test is older than [`super::TEST_GOOD_FOR`].
    #[error("the test is too old")]
    TestTooOld,
    /// The person has no recovery kit.
    #[error("the person has no recovery kit")]
    NoKit,
    /// No code of the recovery kit was tried.
    #[error("no code of the recovery kit was tried")]
    KitUntried,
    /// All codes of the recovery kit are used up.
    #[error("the recovery kit has no code left")]
    KitUsedUp,
    /// Single sign-on is off already.
    #[error("single sign-on is off")]
    AlreadyOff,
    /// No version number is left.
    #[error("no version number is left")]
    VersionsUsedUp,
    /// No other owner could get in without the provider.
    #[error("no other owner could get in without the provider")]
    LastWayBack,
}
