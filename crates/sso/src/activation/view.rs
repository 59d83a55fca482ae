//! Where an organisation stands, read at a moment.

use serde::Serialize;
use tillit_store::{Id, PersonId, Timestamp, kinds};

use super::TEST_GOOD_FOR;
use super::state::{Draft, State, Test, Version};
use crate::protocol::Issuer;

/// Settings in preparation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DraftView {
    /// Which settings.
    pub version: Version,
    /// The issuer they are bound to. `None`: nobody was linked yet.
    pub issuer: Option<Issuer>,
    /// A passed test that may still be used for enforcing, by its tester only.
    pub tested: Option<Test>,
}

/// The phase of activation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Phase {
    /// Nothing is in preparation, nothing in force. Local passwords are accepted.
    Off,
    /// Settings are being prepared and bound to no issuer yet: next comes linking. Passwords are accepted.
    Draft(DraftView),
    /// Settings are bound to an issuer: next comes a test, then enforcing. Passwords are accepted.
    Testing(DraftView),
    /// Enforced, waiting for the confirmation. Passwords are not accepted.
    Enforced {
        /// In force for now.
        version: Version,
        /// Whose identities.
        issuer: Issuer,
        /// Who enforced.
        by: PersonId,
        /// The session that may only turn off.
        enforced_from: Id<kinds::Session>,
        /// When it was enforced: a sign-in begun after it confirms.
        enforced_at: Timestamp,
        /// When it is over unless confirmed.
        reverts_at: Timestamp,
        /// The version that comes back then; `None`: passwords.
        fallback: Option<Version>,
    },
    /// In force. Passwords are not accepted.
    On {
        /// Which settings.
        version: Version,
        /// Whose identities.
        issuer: Issuer,
        /// Since when for good.
        confirmed_at: Timestamp,
        /// Settings in preparation beside the live ones.
        draft: Option<DraftView>,
    },
}

/// Where `state` stands at `now`. An expired countdown reads as what it means, whether or not
/// anybody has written it down.
pub fn view(state: &State, now: Timestamp) -> Phase {
    let state = state.settled(now);
    let draft = state.draft.map(|draft| draft_view(draft, now));
    if let Some(waiting) = state.countdown {
        return Phase::Enforced {
            version: waiting.version,
            issuer: waiting.issuer,
            by: waiting.by,
            enforced_from: waiting.enforced_from,
            enforced_at: waiting.enforced_at,
            reverts_at: waiting.enforced_at + super::CONFIRM_WITHIN,
            fallback: state.live.map(|live| live.version),
        };
    }
    match (state.live, draft) {
        (Some(live), draft) => Phase::On { version: live.version, issuer: live.issuer, confirmed_at: live.confirmed_at, draft },
        (None, Some(draft)) if draft.issuer.is_some() => Phase::Testing(draft),
        (None, Some(draft)) => Phase::Draft(draft),
        (None, None) => Phase::Off,
    }
}

fn draft_view(draft: Draft, now: Timestamp) -> DraftView {
    let tested = draft.tested.filter(|test| now < test.at + TEST_GOOD_FOR);
    DraftView { version: draft.version, issuer: draft.issuer, tested }
}
