//! The world of the model.

use std::collections::HashMap;

use tillit_store::PersonId;

use super::*;

pub const NOW: Timestamp = Timestamp::from_unix_seconds(1_800_000_000);
/// Half a wait: two of them are [`WAIT`].
const STEP: Duration = Duration::hours(36);

/// Who is in the hands of a thief.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Captured {
    Nobody,
    /// A's session and mailbox.
    OwnerA,
    Contact,
    /// The records of the domain, and so all mail there: of owners, and of whoever is named with an address of it.
    Dns,
    Employee,
}

impl Captured {
    pub const ALL: [Self; 5] = [Self::Nobody, Self::OwnerA, Self::Contact, Self::Dns, Self::Employee];
}

/// Whom the restore under way makes an owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Named {
    /// Somebody with a mailbox of one's own at the domain.
    Honest,
    /// A, who wants back in.
    A,
    /// The contact, who would bring both halves.
    Contact,
    /// Whoever captured the party.
    Thief,
}

/// What must never happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Breach {
    TooSoon,
    OldRecord,
    OwnWayTaken,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// The operator begins one for whoever calls.
    Begin(Named),
    Withdraw,
    /// The organisation puts the record into its DNS that was asked for last.
    PutRecord,
    /// Whoever captured the DNS does.
    ThiefPutsRecord,
    /// The server looks at the DNS.
    Look,
    ContactAgrees,
    Stop(Owner),
    ComesIn,
    /// Whoever came in sets a password.
    Settles,
    ThiefComesIn,
    SetContact,
    ThiefSetsContact,
    KeepContact,
    Seal,
    ThiefSeals,
    OpenGlass,
    CloseGlass,
    ThiefClosesGlass,
    /// The employee puts another name on the restore under way.
    Rename,
    TimePasses,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Owner {
    A,
    B,
}

impl Owner {
    fn person(self) -> PersonId {
        PersonId::from_uuid(uuid::Uuid::from_u128(1 + self as u128))
    }
}

impl Action {
    pub const HONEST: [Self; 15] = [
        Self::Begin(Named::Honest),
        Self::Begin(Named::A),
        Self::Withdraw,
        Self::PutRecord,
        Self::Look,
        Self::ContactAgrees,
        Self::Stop(Owner::B),
        Self::ComesIn,
        Self::Settles,
        Self::SetContact,
        Self::KeepContact,
        Self::Seal,
        Self::OpenGlass,
        Self::CloseGlass,
        Self::TimePasses,
    ];

    /// Whether it has to do with the restore under way, and not with the contact or the sealed account.
    pub const fn is_about_restore(self) -> bool {
        !matches!(
            self,
            Self::SetContact
                | Self::ThiefSetsContact
                | Self::KeepContact
                | Self::Seal
                | Self::ThiefSeals
                | Self::OpenGlass
                | Self::CloseGlass
                | Self::ThiefClosesGlass
        )
    }

    pub fn of_thief(captured: Captured) -> Vec<Self> {
        let own: &[Self] = match captured {
            Captured::Nobody => return vec![],
            Captured::OwnerA => &[Self::Stop(Owner::A), Self::ThiefSetsContact, Self::ThiefSeals, Self::ThiefClosesGlass],
            Captured::Contact => &[],
            Captured::Dns => &[Self::ThiefPutsRecord],
            Captured::Employee => &[Self::Rename],
        };
        // Whoever it is calls the operator, and tries to come in.
        [&[Self::Begin(Named::Thief), Self::Begin(Named::Contact), Self::ThiefComesIn], own].concat()
    }
}

/// Where the records stand that were asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Records {
    pub first: bool,
    pub second: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct World {
    pub captured: Captured,
    pub state: State,
    pub named: Named,
    pub records: Records,
    /// The contact agreed, and holds the code.
    pub code: bool,
    /// The last proof, as the model saw it: so long ago.
    pub last_proof: Option<Duration>,
    /// The contact's mailbox is the thief's, by a change that counts.
    pub thiefs_contact: bool,
    /// By a change that waits.
    pub thiefs_next_contact: bool,
    pub contact_changed: bool,
    pub vetoed: bool,
    /// The code in the organisation's safe works.
    pub safe: bool,
    pub honest_in: bool,
    pub thief_in: bool,
    pub breach: Option<Breach>,
}

impl World {
    pub fn new(captured: Captured) -> Self {
        let contact = Contact { set: true, next_from: None };
        Self {
            captured,
            state: State { contact, restore: None, glass: Glass::Sealed { at: NOW } },
            named: Named::Honest,
            records: Records::default(),
            code: false,
            last_proof: None,
            thiefs_contact: false,
            thiefs_next_contact: false,
            contact_changed: false,
            vetoed: false,
            safe: true,
            honest_in: false,
            thief_in: false,
            breach: None,
        }
    }

    fn contact_is_thiefs(&self, rules: &Rules) -> bool {
        let by_domain = self.captured == Captured::Dns && !rules.service.contact_is_elsewhere;
        self.captured == Captured::Contact || self.thiefs_contact || by_domain
    }
    /// Whether the thief reads the mail that whoever was named gets.
    fn link_is_thiefs(&self, rules: &Rules) -> bool {
        match self.named {
            Named::Thief => true,
            Named::Contact => self.contact_is_thiefs(rules),
            Named::A => matches!(self.captured, Captured::OwnerA | Captured::Dns),
            Named::Honest => self.captured == Captured::Dns,
        }
    }

    fn try_event(&self, rules: &Rules, event: Event) -> Option<Self> {
        let outcome = (rules.step)(&self.state, event, NOW).ok()?;
        Some(Self { state: outcome.state, ..self.clone() }.forgetting())
    }

    /// What belonged to a restore that is over counts no more.
    fn forgetting(mut self) -> Self {
        if view(&self.state, NOW) == View::None {
            self.state.restore = None;
            (self.records, self.code, self.last_proof, self.vetoed) = (Records::default(), false, None, false);
            self.named = Named::Honest;
        }
        // When the account was sealed or opened decides nothing.
        match &mut self.state.glass {
            Glass::Sealed { at } | Glass::Open { at } => *at = NOW,
            Glass::None => {}
        }
        self
    }

    pub fn after(&self, rules: &Rules, action: Action) -> Option<Self> {
        let thief = |owner: Owner| ByOwner { person: owner.person(), proved: !rules.service.proof_is_checked };
        let honest = ByOwner { person: Owner::B.person(), proved: true };
        match action {
            Action::Begin(Named::Contact) if rules.service.contact_is_not_named => None,
            Action::Begin(named) => Some(Self { named, ..self.try_event(rules, Event::Begin)? }),
            Action::Withdraw => self.try_event(rules, Event::Withdraw),
            Action::PutRecord => (self.named != Named::Thief).then(|| self.with_record()),
            Action::ThiefPutsRecord => Some(self.with_record()),
            Action::Look => self.look(rules),
            Action::ContactAgrees => {
                // An honest contact agrees to what the organisation wants, and hands the code to its people.
                (self.contact_is_thiefs(rules) || self.named != Named::Thief).then_some(())?;
                let before = view(&self.state, NOW);
                let next = self.try_event(rules, Event::ContactAgreed)?;
                let proof = matches!(before, View::Gathering { contact: false, .. });
                Some(Self { code: true, last_proof: if proof { Some(Duration::ZERO) } else { next.last_proof }, ..next })
            }
            Action::Stop(owner) => {
                let next = self.try_event(rules, Event::Stop(owner.person()))?;
                Some(Self { vetoed: true, records: Records { second: false, ..next.records }, ..next })
            }
            Action::ComesIn => {
                (self.named != Named::Thief && self.code && !self.contact_is_thiefs(rules)).then_some(())?;
                self.come_in(rules, |world| world.honest_in = true)
            }
            Action::Settles => self.try_event(rules, Event::Settle(Owner::A.person())),
            Action::ThiefComesIn => {
                let link = self.link_is_thiefs(rules) || !rules.service.link_needed;
                let code = (self.code && self.contact_is_thiefs(rules)) || !rules.service.code_needed;
                (link && code).then_some(())?;
                self.come_in(rules, |world| world.thief_in = true)
            }
            Action::SetContact => Some(Self { thiefs_next_contact: false, ..self.try_event(rules, Event::SetContact(honest))? }),
            Action::ThiefSetsContact => {
                Some(Self { thiefs_next_contact: true, ..self.try_event(rules, Event::SetContact(thief(Owner::A)))? }.contact_settled())
            }
            Action::KeepContact => Some(Self { thiefs_next_contact: false, ..self.try_event(rules, Event::KeepContact(honest))? }),
            Action::Seal => Some(Self { safe: true, ..self.try_event(rules, Event::Seal(honest))? }),
            Action::ThiefSeals => {
                let next = self.try_event(rules, Event::Seal(thief(Owner::A)))?;
                Some(Self { breach: self.safe.then_some(Breach::OwnWayTaken), safe: false, ..next })
            }
            Action::OpenGlass => self.safe.then(|| self.try_event(rules, Event::OpenGlass))?,
            Action::CloseGlass => Some(Self { safe: false, ..self.try_event(rules, Event::CloseGlass(honest))? }),
            Action::ThiefClosesGlass => {
                let next = self.try_event(rules, Event::CloseGlass(thief(Owner::A)))?;
                Some(Self { breach: Some(Breach::OwnWayTaken), safe: false, ..next })
            }
            Action::Rename => (!rules.service.name_is_fixed).then(|| Self { named: Named::Thief, code: false, ..self.clone() }),
            Action::TimePasses => Some(self.later()),
        }
    }

    fn with_record(&self) -> Self {
        let mut next = self.clone();
        match self.state.restore {
            Some(Restore::Gathering { .. }) => next.records.first = true,
            Some(Restore::Stopped { .. }) => next.records.second = true,
            _ => {}
        }
        next
    }

    fn look(&self, rules: &Rules) -> Option<Self> {
        let (record, there) = match self.state.restore? {
            Restore::Gathering { .. } => (Record::First, self.records.first),
            Restore::Stopped { .. } => (Record::Second, self.records.second || (!rules.service.second_record_is_new && self.records.first)),
            Restore::Waiting { .. } | Restore::Overriding { .. } | Restore::Entered { .. } => return None,
        };
        there.then_some(())?;
        let next = self.try_event(rules, Event::RecordSeen(record))?;
        let old = record == Record::Second && !self.records.second;
        Some(Self { last_proof: Some(Duration::ZERO), breach: old.then_some(Breach::OldRecord), ..next })
    }

    fn come_in(&self, rules: &Rules, enter: impl Fn(&mut Self)) -> Option<Self> {
        let soon = self.last_proof.is_none_or(|ago| ago < WAIT);
        let mut next = self.try_event(rules, Event::ComeIn(Owner::A.person()))?;
        enter(&mut next);
        next.vetoed = self.vetoed;
        next.breach = soon.then_some(Breach::TooSoon);
        Some(next)
    }

    /// 36 hours later: everything else is 36 hours earlier.
    fn later(&self) -> Self {
        let back = |at: &mut Timestamp| *at = *at - STEP;
        let mut next = self.clone();
        match &mut next.state.restore {
            Some(Restore::Gathering { asked_at, .. }) => back(asked_at),
            Some(Restore::Waiting { since } | Restore::Overriding { since, .. }) => back(since),
            Some(Restore::Stopped { at, .. }) => back(at),
            Some(Restore::Entered { until, .. }) => back(until),
            None => {}
        }
        if let Some(from) = &mut next.state.contact.next_from {
            back(from);
        }
        next.last_proof = next.last_proof.map(|ago| Duration((ago.0 + STEP.0).min(WAIT.0)));
        next.contact_settled().forgetting()
    }

    /// A change of contact whose time has come counts.
    fn contact_settled(mut self) -> Self {
        let settled = self.state.settled(NOW);
        if self.state.contact.next_from.is_some() && settled.contact.next_from.is_none() {
            self.state.contact = settled.contact;
            self.contact_changed = true;
            if self.thiefs_next_contact {
                (self.thiefs_contact, self.breach) = (true, Some(Breach::OwnWayTaken));
            }
            self.thiefs_next_contact = false;
        }
        self
    }

    /// Whether a restore for the organisation comes to its end, whatever a captured owner does in between. (A captured
    /// domain, contact or employee can refuse to take part in a restore; none of them touches the owners' own ways.)
    pub fn restore_goes_on(&self, rules: &Rules) -> bool {
        let judged = matches!(self.captured, Captured::Nobody | Captured::OwnerA);
        !judged || self.honest_in || self.breach.is_some() || self.arrives(rules, &mut HashMap::new(), 0)
    }

    fn arrives(&self, rules: &Rules, known: &mut HashMap<Self, bool>, depth: u32) -> bool {
        if self.honest_in {
            return true;
        }
        if depth > 60 {
            return false;
        }
        if let Some(known) = known.get(self) {
            return *known;
        }
        // Coming back to the same state would be going in a circle.
        known.insert(self.clone(), false);
        let after_thief = [Action::Stop(Owner::A), Action::ThiefSetsContact];
        let mut met = vec![self.clone()];
        if self.captured == Captured::OwnerA {
            met.extend(after_thief.into_iter().filter_map(|action| self.after(rules, action)));
        }
        let arrives = met.iter().all(|world| {
            if world.honest_in {
                return true;
            }
            let next = world.honest_move(rules).and_then(|action| world.after(rules, action));
            next.is_some_and(|next| next != *self && next.arrives(rules, known, depth + 1))
        });
        known.insert(self.clone(), arrives);
        arrives
    }

    /// What the operator, the domain's administrator and the contact do next.
    fn honest_move(&self, rules: &Rules) -> Option<Action> {
        Some(match view(&self.state, NOW) {
            View::None => Action::Begin(Named::Honest),
            View::Gathering { .. } if self.named == Named::Thief => Action::Withdraw,
            View::Gathering { dns: false, .. } if !self.records.first => Action::PutRecord,
            View::Stopped { .. } if !self.records.second => Action::PutRecord,
            View::Gathering { dns: false, .. } | View::Stopped { .. } => Action::Look,
            View::Gathering { .. } if self.contact_is_thiefs(rules) => return None,
            View::Gathering { .. } => Action::ContactAgrees,
            View::Waiting { .. } | View::Overriding { .. } => Action::TimePasses,
            View::Open { .. } => Action::ComesIn,
        })
    }

    /// Whether time alone ends a restore with which nobody goes on.
    pub fn ends_by_itself(&self, rules: &Rules) -> bool {
        let mut world = self.clone();
        for _ in 0..12 {
            world = world.later();
        }
        world.thief_in || view(&world.state, NOW) == View::None && (rules.step)(&world.state, Event::Begin, NOW).is_ok()
    }
}
