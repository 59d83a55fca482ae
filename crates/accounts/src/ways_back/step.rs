//! The only thing that changes a [`State`].

use serde::{Deserialize, Serialize};
use tillit_store::{PersonId, Timestamp};

use super::state::{CONTACT_AFTER, Contact, Glass, Restore, State, View, view};

/// An owner who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ByOwner {
    /// Who.
    pub person: PersonId,
    /// The owner has shown a password, a recovery code or a link beside the session: a session may be stolen.
    pub proved: bool,
}

/// Which record was seen in DNS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Record {
    /// The one that was asked for when the restore began.
    First,
    /// The one that was asked for after the veto.
    Second,
}

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Event {
    /// An owner registers the contact, or another one.
    SetContact(ByOwner),
    /// An owner keeps the contact that counts; the other one never does.
    KeepContact(ByOwner),
    /// The operator begins a restore. Whom it makes an owner is fixed with it.
    Begin,
    /// The operator takes it back while proofs are missing.
    Withdraw,
    /// A record was seen in the organisation's DNS.
    RecordSeen(Record),
    /// The contact agreed.
    ContactAgreed,
    /// An owner stops it: signed in, or by the link in a mail.
    Stop(PersonId),
    /// Whoever was named came in, with the mailed link and the contact's code; again, as long as no password is set.
    ComeIn(PersonId),
    /// Whoever came in has a password.
    Settle(PersonId),
    /// An owner seals the break-glass account: a new code, an old one is void.
    Seal(ByOwner),
    /// Somebody opens it with the code.
    OpenGlass,
    /// An owner closes it: its sessions end, its code is void.
    CloseGlass(ByOwner),
}

/// Something that happened: for the audit log, and for what people are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// There is a contact now.
    ContactSet,
    /// Another contact counts from then on.
    ContactWillChange(Timestamp),
    /// The contact stays.
    ContactKept,
    /// A restore was begun.
    Begun,
    /// It was taken back.
    Withdrawn,
    /// A record was seen.
    RecordSeen(Record),
    /// The contact agreed.
    ContactAgreed,
    /// The wait runs; owners can stop it until then.
    WaitBegan(Timestamp),
    /// An owner stopped it.
    Stopped(PersonId),
    /// The wait runs, and nobody can stop it.
    OverrideBegan(Timestamp),
    /// Somebody came in by it.
    CameIn,
    /// Whoever came in has a password; it is over.
    Settled,
    /// The break-glass account has a new code.
    GlassSealed,
    /// It was opened.
    GlassOpened,
    /// It was closed.
    GlassClosed,
}

/// Why nothing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum WaysBackRefusal {
    /// A session is not enough.
    #[error("the password or a code of the recovery kit is needed as well")]
    ProofNeeded,
    /// No contact is registered.
    #[error("the organisation has registered no contact")]
    NoContact,
    /// A restore is under way.
    #[error("a restore is under way")]
    RestoreRuns,
    /// None is, or it is at another point.
    #[error("no restore is under way, or it is at another point")]
    NotNow,
    /// Nobody can stop it any more.
    #[error("the domain has shown itself twice, or whoever was named came in: nobody can stop the restore any more")]
    TooLateToStop,
    /// No other contact waits.
    #[error("no other contact waits")]
    NoOtherContact,
    /// There is no sealed account.
    #[error("there is no break-glass account")]
    NotSealed,
    /// Another address is registered as the contact.
    #[error("this is not the contact for emergencies")]
    OtherContact,
    /// Whoever holds the domain reads the contact's mail: the two proofs of a restore would be one.
    #[error(
        "the contact's address is at a domain of the organisation itself, so it does not count: an owner registers one that is elsewhere"
    )]
    ContactAtOwnDomain,
    /// Whoever was named would bring both halves of coming in alone.
    #[error("the contact cannot become the owner: somebody else agrees to a restore than comes in by it")]
    NamedIsContact,
    /// The operator did not vouch for the domain, or it is not the organisation's.
    #[error("the operator did not vouch for this domain of the organisation")]
    DomainNotVouchedFor,
    /// The contact's code is another one, or wrong ones were typed too often.
    #[error("this is not the contact's code")]
    WrongCode,
    /// It is open: it is closed before it is sealed again.
    #[error("the break-glass account is open")]
    GlassOpen,
}

/// The new state, and what happened, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// To be stored.
    pub state: State,
    /// To be written down and told.
    pub effects: Vec<Effect>,
}

/// What comes of `event` at `now`. The caller stores the state and writes the effects down in one transaction.
///
/// # Errors
/// [`WaysBackRefusal`] says why nothing changed.
pub fn step(state: &State, event: Event, now: Timestamp) -> Result<Outcome, WaysBackRefusal> {
    let mut state = state.settled(now);
    let effects = match event {
        Event::SetContact(by) => set_contact(&mut state, by, now)?,
        Event::KeepContact(by) => {
            proved(by)?;
            state.contact.next_from.take().ok_or(WaysBackRefusal::NoOtherContact)?;
            vec![Effect::ContactKept]
        }
        Event::Begin => {
            if state.restore.is_some() {
                return Err(WaysBackRefusal::RestoreRuns);
            }
            if !state.contact.set {
                return Err(WaysBackRefusal::NoContact);
            }
            state.restore = Some(Restore::Gathering { asked_at: now, dns: false, contact: false });
            vec![Effect::Begun]
        }
        Event::Withdraw => match state.restore {
            Some(Restore::Gathering { .. } | Restore::Entered { .. }) => {
                state.restore = None;
                vec![Effect::Withdrawn]
            }
            _ => return Err(WaysBackRefusal::NotNow),
        },
        Event::RecordSeen(record) => record_seen(&mut state, record, now)?,
        Event::ContactAgreed => match state.restore {
            Some(Restore::Gathering { asked_at, dns, contact }) => {
                let mut effects: Vec<Effect> = (!contact).then_some(Effect::ContactAgreed).into_iter().collect();
                effects.extend(gather(&mut state, asked_at, dns, true, now));
                effects
            }
            // The contact may look again, and gets another code. Nothing else happens by it.
            Some(_) => vec![],
            None => return Err(WaysBackRefusal::NotNow),
        },
        Event::Stop(by) => match (state.restore, view(&state, now)) {
            (Some(Restore::Overriding { .. } | Restore::Entered { .. }), _) => return Err(WaysBackRefusal::TooLateToStop),
            (_, View::Waiting { .. } | View::Open { .. }) => {
                state.restore = Some(Restore::Stopped { at: now, by });
                vec![Effect::Stopped(by)]
            }
            _ => return Err(WaysBackRefusal::NotNow),
        },
        Event::ComeIn(person) => match (state.restore, view(&state, now)) {
            (Some(Restore::Entered { person: entered, .. }), View::Open { .. }) if entered == person => vec![],
            (Some(Restore::Waiting { .. } | Restore::Overriding { .. }), View::Open { until }) => {
                state.restore = Some(Restore::Entered { person, until });
                vec![Effect::CameIn]
            }
            _ => return Err(WaysBackRefusal::NotNow),
        },
        Event::Settle(person) => match state.restore {
            Some(Restore::Entered { person: entered, .. }) if entered == person => {
                state.restore = None;
                vec![Effect::Settled]
            }
            _ => return Err(WaysBackRefusal::NotNow),
        },
        Event::Seal(by) => {
            proved(by)?;
            if matches!(state.glass, Glass::Open { .. }) {
                return Err(WaysBackRefusal::GlassOpen);
            }
            state.glass = Glass::Sealed { at: now };
            vec![Effect::GlassSealed]
        }
        Event::OpenGlass => {
            match state.glass {
                Glass::None => return Err(WaysBackRefusal::NotSealed),
                Glass::Sealed { .. } => state.glass = Glass::Open { at: now },
                Glass::Open { .. } => {}
            }
            vec![Effect::GlassOpened]
        }
        Event::CloseGlass(by) => {
            proved(by)?;
            match state.glass {
                Glass::None => return Err(WaysBackRefusal::NotSealed),
                Glass::Sealed { .. } | Glass::Open { .. } => state.glass = Glass::None,
            }
            vec![Effect::GlassClosed]
        }
    };
    Ok(Outcome { state, effects })
}

fn proved(by: ByOwner) -> Result<(), WaysBackRefusal> {
    if by.proved { Ok(()) } else { Err(WaysBackRefusal::ProofNeeded) }
}

fn set_contact(state: &mut State, by: ByOwner, now: Timestamp) -> Result<Vec<Effect>, WaysBackRefusal> {
    proved(by)?;
    // A restore under way holds nobody up here, else whoever begins restores could keep a contact in place.
    if !state.contact.set {
        state.contact = Contact { set: true, next_from: None };
        return Ok(vec![Effect::ContactSet]);
    }
    let from = now + CONTACT_AFTER;
    state.contact.next_from = Some(from);
    Ok(vec![Effect::ContactWillChange(from)])
}

fn record_seen(state: &mut State, record: Record, now: Timestamp) -> Result<Vec<Effect>, WaysBackRefusal> {
    match (state.restore, record) {
        (Some(Restore::Gathering { asked_at, contact, dns: false }), Record::First) => {
            let mut effects = vec![Effect::RecordSeen(record)];
            effects.extend(gather(state, asked_at, true, contact, now));
            Ok(effects)
        }
        (Some(Restore::Stopped { by, .. }), Record::Second) => {
            state.restore = Some(Restore::Overriding { since: now, stopped_by: by });
            Ok(vec![Effect::RecordSeen(record), Effect::OverrideBegan(now + super::WAIT)])
        }
        _ => Err(WaysBackRefusal::NotNow),
    }
}

fn gather(state: &mut State, asked_at: Timestamp, dns: bool, contact: bool, now: Timestamp) -> Option<Effect> {
    let both = dns && contact;
    state.restore = Some(if both { Restore::Waiting { since: now } } else { Restore::Gathering { asked_at, dns, contact } });
    both.then(|| Effect::WaitBegan(now + super::WAIT))
}
