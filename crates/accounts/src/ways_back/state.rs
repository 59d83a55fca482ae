//! What is stored: plain data. Whose mailbox the contact is, and who becomes owner, is kept sealed beside it.

use serde::{Deserialize, Serialize};
use tillit_store::{Duration, PersonId, Timestamp};

/// A first wait, and the one after a veto.
pub const WAIT: Duration = Duration::hours(72);
/// For so long both proofs may be brought; after a veto: the second record.
pub const PROOFS_WITHIN: Duration = Duration::days(14);
/// For so long the way in stays open when the wait is over.
pub const OPEN_FOR: Duration = Duration::days(7);
/// A new contact counts after so long, so that whoever answers for the organisation can say no.
pub const CONTACT_AFTER: Duration = Duration::days(7);

/// Where an organisation stands with its ways back. [`State::default`] is: nothing prepared.
///
/// Read a restore through [`super::view()`]: what is in here may be over.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// The contact that answers for the organisation.
    pub contact: Contact,
    /// The operator's restore, if one was asked for.
    pub restore: Option<Restore>,
    /// The break-glass account.
    pub glass: Glass,
}

/// Whether a contact is registered, and whether another one waits to take its place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Contact {
    /// There is one.
    pub set: bool,
    /// Another one counts from then on.
    pub next_from: Option<Timestamp>,
}

/// A restore that the operator began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Restore {
    /// Proofs are being brought.
    Gathering {
        /// When the operator began it.
        asked_at: Timestamp,
        /// The record was seen in the organisation's DNS.
        dns: bool,
        /// The contact confirmed.
        contact: bool,
    },
    /// Both proofs are there; owners have [`WAIT`] to stop it.
    Waiting {
        /// Since when.
        since: Timestamp,
    },
    /// An owner stopped it. A second record in DNS goes on.
    Stopped {
        /// When.
        at: Timestamp,
        /// Who.
        by: PersonId,
    },
    /// The second record was seen, after the veto. Nobody can stop it any more; [`WAIT`] runs again.
    Overriding {
        /// Since when.
        since: Timestamp,
        /// Who had stopped it.
        stopped_by: PersonId,
    },
    /// Whoever was named came in and is an owner. Link and code go on working until a password is set, since the page
    /// that leads on may never have reached the browser.
    Entered {
        /// Who.
        person: PersonId,
        /// Until then.
        until: Timestamp,
    },
}

/// The break-glass account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Glass {
    /// There is none.
    #[default]
    None,
    /// Its code lies in a safe.
    Sealed {
        /// Since when.
        at: Timestamp,
    },
    /// It was opened; every owner is alarmed until one closes it.
    Open {
        /// When it was first opened.
        at: Timestamp,
    },
}

/// What a restore is at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum View {
    /// None is under way.
    None,
    /// Proofs are missing.
    Gathering {
        /// The record was seen.
        dns: bool,
        /// The contact confirmed.
        contact: bool,
        /// Until then both must be there.
        until: Timestamp,
    },
    /// Owners can stop it until then.
    Waiting {
        /// When the way in opens.
        until: Timestamp,
    },
    /// An owner stopped it; a second record until then goes on.
    Stopped {
        /// Who.
        by: PersonId,
        /// When it is over.
        until: Timestamp,
    },
    /// The domain showed itself twice: nobody can stop it any more.
    Overriding {
        /// When the way in opens.
        until: Timestamp,
    },
    /// The person who was named can come in.
    Open {
        /// Until then.
        until: Timestamp,
    },
}

/// What the restore is at `now`. Nothing has to run for that: whoever asks compares the time.
pub fn view(state: &State, now: Timestamp) -> View {
    let waited = |since: Timestamp, until: View| match since + WAIT {
        end if now < end => until,
        end if now < end + OPEN_FOR => View::Open { until: end + OPEN_FOR },
        _ => View::None,
    };
    match state.restore {
        Some(Restore::Gathering { asked_at, dns, contact }) if now < asked_at + PROOFS_WITHIN => {
            View::Gathering { dns, contact, until: asked_at + PROOFS_WITHIN }
        }
        Some(Restore::Stopped { at, by }) if now < at + PROOFS_WITHIN => View::Stopped { by, until: at + PROOFS_WITHIN },
        Some(Restore::Waiting { since }) => waited(since, View::Waiting { until: since + WAIT }),
        Some(Restore::Overriding { since, .. }) => waited(since, View::Overriding { until: since + WAIT }),
        Some(Restore::Entered { until, .. }) if now < until => View::Open { until },
        None | Some(Restore::Gathering { .. } | Restore::Stopped { .. } | Restore::Entered { .. }) => View::None,
    }
}

impl State {
    /// The same with what time alone has decided written down.
    #[must_use]
    pub fn settled(&self, now: Timestamp) -> Self {
        Self {
            restore: self.restore.filter(|_| view(self, now) != View::None),
            contact: match self.contact.next_from {
                Some(from) if from <= now => Contact { set: true, next_from: None },
                _ => self.contact,
            },
            glass: self.glass,
        }
    }
}
