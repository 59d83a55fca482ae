//! The world of the model: small enough to be enumerated, turned into a real [`State`] for every step.

use super::*;

pub const NOW: Timestamp = Timestamp::from_unix_seconds(1_800_000_000);

/// A, B: owners. C: another administrator. Glass: the break-glass account, an owner of the organisation and no person's; it
/// may be open at any time, holds no kit, and may not enforce.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    A,
    B,
    C,
    Glass,
}

/// Tenants: the organisation's first, its second after an exchange, and one of the thief's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Iss {
    First,
    Second,
    Thiefs,
}

/// Accounts at the provider: A's, B's and C's in the first tenant, A's in the second, and two of the
/// thief's, who bears A's user name: in a tenant of his own, and as an insider in the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OidcAccount {
    A1,
    B1,
    C1,
    A2,
    Thiefs,
    Insiders,
}

/// Whether the organisation's tenant answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Provider {
    #[default]
    Up,
    Down,
    /// The first tenant is gone for good, the second one answers.
    Exchanged,
    /// The second one does not answer either.
    ExchangedDown,
}

impl Provider {
    const fn failed(self) -> Self {
        match self {
            Self::Up | Self::Down => Self::Down,
            Self::Exchanged | Self::ExchangedDown => Self::ExchangedDown,
        }
    }
    const fn back(self) -> Self {
        match self {
            Self::Up | Self::Down => Self::Up,
            Self::Exchanged | Self::ExchangedDown => Self::Exchanged,
        }
    }
}

/// Just now, or so long ago that deadlines are over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Age {
    Fresh,
    Old,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SmallDraft {
    pub issuer: Option<Iss>,
    pub tested: Option<(Who, Age)>,
}

/// A recovery kit as it is, not as anybody believes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct SmallKit {
    /// Codes that still work of the kit that was tried. `None`: there is no such kit.
    pub codes: Option<u8>,
    /// A new kit was made and none of its codes tried.
    pub untried: bool,
    /// The thief has the codes, not the owner.
    pub stolen: bool,
}

/// What must never happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Breach {
    StrangerLetIn,
    EnforcedUntested,
    ConfirmedByOldSignIn,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct World {
    pub draft: Option<SmallDraft>,
    pub live: Option<(Iss, Who)>,
    pub waiting: Option<(Iss, Who, Age)>,
    pub turned_off_from: Option<Who>,
    /// Bit per account: it is linked to its bearer (the thief's: to A).
    pub links: u8,
    pub provider: Provider,
    pub kits: [SmallKit; 2],
    /// Owners asked for the codes of two of them together.
    pub two_together: bool,
    /// A passkey of the thief's, and an app of the thief's, at A's account.
    pub thiefs_passkey: bool,
    pub thiefs_app: bool,
    /// An accomplice of the thief's is an owner.
    pub accomplice: bool,
    /// A and B are owners no more.
    pub owners_gone: bool,
    /// The model's own record of the last test that really passed since the last edit.
    pub really_tested: Option<(Who, Age)>,
    pub breach: Option<Breach>,
}

impl Who {
    pub const ALL: [Self; 4] = [Self::A, Self::B, Self::C, Self::Glass];

    pub fn person(self) -> PersonId {
        PERSONS.with(|persons| persons[self as usize])
    }
    pub const fn role(self) -> Role {
        match self {
            Self::A | Self::B | Self::Glass => Role::Owner,
            Self::C => Role::SecurityAdministrator,
        }
    }
}

impl Iss {
    pub fn issuer(self) -> Issuer {
        ISSUERS.with(|issuers| issuers[self as usize].clone())
    }
    fn of(issuer: &Issuer) -> Self {
        ISSUERS.with(|issuers| [Self::First, Self::Second, Self::Thiefs].into_iter().find(|iss| issuers[*iss as usize] == *issuer)).unwrap()
    }
}

thread_local! {
    static PERSONS: [PersonId; 4] = [1, 2, 3, 4].map(|n: u32| format!("usr_{n:032x}").parse().unwrap());
    static SESSIONS: [tillit_store::Id<tillit_store::kinds::Session>; 4] = [1, 2, 3, 4].map(|n: u32| format!("ses_{n:032x}").parse().unwrap());
    static ISSUERS: [Issuer; 3] = ["https://first.test", "https://second.test", "https://thief.test"].map(|text| text.parse().unwrap());
}

impl OidcAccount {
    pub const ALL: [Self; 6] = [Self::A1, Self::B1, Self::C1, Self::A2, Self::Thiefs, Self::Insiders];

    pub const fn iss(self) -> Iss {
        match self {
            Self::A1 | Self::B1 | Self::C1 | Self::Insiders => Iss::First,
            Self::A2 => Iss::Second,
            Self::Thiefs => Iss::Thiefs,
        }
    }
    /// The person in whose session it is linked and tested, and whose user name it bears. The thief works as A.
    const fn works_as(self) -> Who {
        match self {
            Self::A1 | Self::A2 | Self::Thiefs | Self::Insiders => Who::A,
            Self::B1 => Who::B,
            Self::C1 => Who::C,
        }
    }
    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// Ways in which a session can have begun; all that are thinkable are tried, in this order. The sealed code is the only one
/// of the break-glass account.
fn ways_to_enter(who: Who) -> impl Iterator<Item = Entered> {
    let issuers = [Iss::First, Iss::Second, Iss::Thiefs].into_iter().map(|iss| Entered::Sso(iss.issuer()));
    let all = [Entered::Recovery, Entered::Password].into_iter().chain(issuers);
    all.take(if who == Who::Glass { 1 } else { usize::MAX })
}

fn acting(who: Who, entered: Entered) -> Acting {
    Acting { session: SESSIONS.with(|sessions| sessions[who as usize]), person: who.person(), role: who.role(), entered }
}

fn time_of(age: Age) -> Timestamp {
    match age {
        Age::Fresh => NOW,
        Age::Old => NOW - Duration::hours(2),
    }
}

fn age_of(moment: Timestamp) -> Age {
    if moment < NOW { Age::Old } else { Age::Fresh }
}

fn who_of(session: tillit_store::Id<tillit_store::kinds::Session>) -> Who {
    Who::ALL.into_iter().find(|who| acting(*who, Entered::Password).session == session).unwrap()
}

const LIVE: Version = Version(1);
const WAITING: Version = Version(2);
const DRAFT: Version = Version(3);
const GONE: Version = Version(0);

impl World {
    /// The real state that this world stands for.
    pub fn state(&self) -> State {
        let session = |who: Who| acting(who, Entered::Password).session;
        State {
            last_version: DRAFT,
            draft: self.draft.map(|draft| Draft {
                version: DRAFT,
                issuer: draft.issuer.map(Iss::issuer),
                tested: draft.tested.map(|(who, age)| Test { by: who.person(), at: time_of(age) }),
            }),
            live: self.live.map(|(iss, who)| Live { version: LIVE, issuer: iss.issuer(), enforced_from: session(who), confirmed_at: NOW }),
            countdown: self.waiting.map(|(iss, who, age)| Countdown {
                version: WAITING,
                issuer: iss.issuer(),
                by: who.person(),
                enforced_from: session(who),
                enforced_at: time_of(age),
            }),
            turned_off_from: self.turned_off_from.map(session),
        }
    }

    fn with(&self, state: State) -> Self {
        let person = |id: PersonId| Who::ALL.into_iter().find(|who| who.person() == id).unwrap();
        Self {
            draft: state.draft.map(|draft| SmallDraft {
                issuer: draft.issuer.as_ref().map(Iss::of),
                tested: draft.tested.map(|test| (person(test.by), age_of(test.at))),
            }),
            live: state.live.map(|live| (Iss::of(&live.issuer), who_of(live.enforced_from))),
            waiting: state.countdown.map(|over| (Iss::of(&over.issuer), who_of(over.enforced_from), age_of(over.enforced_at))),
            turned_off_from: state.turned_off_from.map(who_of),
            ..*self
        }
    }

    /// What the service knows of somebody's kit: it cannot tell who holds the paper.
    pub fn kit_of(&self, who: Who) -> Kit {
        match self.kits.get(who as usize) {
            Some(SmallKit { codes: Some(codes), .. }) => Kit::Tried { codes_left: u32::from(*codes) },
            Some(SmallKit { untried: true, .. }) => Kit::Untried,
            _ => Kit::None,
        }
    }

    fn linked(&self, account: OidcAccount) -> bool {
        self.links & account.bit() != 0
    }

    fn answers(&self, iss: Iss) -> bool {
        match iss {
            Iss::First => self.provider == Provider::Up,
            Iss::Second => self.provider == Provider::Exchanged,
            Iss::Thiefs => true,
        }
    }

    /// What the service knows when `account` comes back from the provider.
    fn facts(&self, account: OidcAccount, purpose: Purpose, bound: Option<&Issuer>) -> Facts {
        let who = account.works_as();
        let other_of_issuer = OidcAccount::ALL
            .into_iter()
            .any(|other| other != account && self.linked(other) && other.iss() == account.iss() && other.works_as() == who);
        Facts {
            purpose,
            tenant: if bound == Some(&account.iss().issuer()) { Tenant::BoundHere } else { Tenant::NotBound },
            identity: if self.linked(account) { Linked::Active(who.person()) } else { Linked::Unknown },
            account: Account::Member,
            domain_verified: true,
            namesake: if other_of_issuer { Namesake::LinkedToOther(who.person()) } else { Namesake::AboveEmployee(who.person()) },
            creation: Creation::Off,
            guests_allowed: false,
            graph: Graph::Answered,
            carried: match purpose {
                Purpose::SignIn => Carried::Nothing,
                _ => Carried::Session { person: who.person(), linked_to_other: other_of_issuer },
            },
        }
    }

    /// The first session of `who` for which `event` is not refused.
    fn try_event(&self, rules: &Rules, who: Who, event: impl Fn(Acting) -> Event) -> Option<Self> {
        let state = self.state();
        ways_to_enter(who)
            .find_map(|entered| (rules.step)(&state, &event(acting(who, entered)), NOW).ok())
            .map(|outcome| self.with(outcome.state))
    }

    pub fn after(&self, rules: &Rules, action: Action) -> Option<Self> {
        match action {
            Action::Edit(by, iss) => {
                let next = self.try_event(rules, by, |by| Event::Edit { by, issuer: iss.map(Iss::issuer) })?;
                Some(Self { really_tested: None, ..next })
            }
            Action::Discard(by) => {
                let next = self.try_event(rules, by, |by| Event::Discard { by })?;
                Some(Self { really_tested: None, ..next })
            }
            Action::Link(account) => {
                self.answers(account.iss()).then_some(())?;
                let who = account.works_as();
                let bound = self.draft?.issuer.map(Iss::issuer);
                let proposed = (rules.decide)(&self.facts(account, Purpose::Activate, bound.as_ref())).outcome;
                (proposed == Becomes::ProposeLink(who.person())).then_some(())?;
                let next = self.try_event(rules, who, |by| Event::Link { by, version: DRAFT, issuer: account.iss().issuer() })?;
                Some(Self { links: self.links | account.bit(), ..next })
            }
            Action::Test(account) => {
                self.answers(account.iss()).then_some(())?;
                let next = self.test(rules, account, DRAFT)?;
                Some(Self { really_tested: Some((account.works_as(), Age::Fresh)), ..next })
            }
            Action::LateTest(account) => self.test(rules, account, GONE),
            Action::Enforce(by) => self.enforce(rules, by, DRAFT),
            Action::EnforceOther(by) => {
                let next = self.enforce(rules, by, GONE)?;
                Some(Self { breach: Some(Breach::EnforcedUntested), ..next })
            }
            Action::SignIn(account) => self.sign_in(rules, account, NOW + Duration::seconds(1)),
            Action::LateSignIn(account) => {
                let next = self.sign_in(rules, account, self.state().countdown?.enforced_at)?;
                let confirmed = self.waiting.is_some_and(|(_, _, age)| age == Age::Fresh) && next.waiting.is_none();
                Some(Self { breach: next.breach.or(confirmed.then_some(Breach::ConfirmedByOldSignIn)), ..next })
            }
            Action::TurnOff(by) => self.try_event(rules, by, |by| Event::TurnOff { by }),
            Action::MakeKit(who) => self.with_kit(who, |kit| {
                let codes = kit.codes.filter(|_| rules.kits.old_kit_works_until_new_is_tried);
                Some(SmallKit { codes, untried: true, ..kit })
            }),
            Action::TryCode(who) => {
                self.with_kit(who, |kit| kit.untried.then_some(SmallKit { codes: Some(1), untried: false, stolen: false }))
            }
            Action::UseCode(who) => self.with_kit(who, |kit| {
                let left = kit.codes.filter(|codes| *codes > 0)? - 1;
                let left = if rules.kits.last_code_stays { left.max(1) } else { left };
                Some(SmallKit { codes: Some(left), ..kit })
            }),
            Action::AskForTwo => {
                let holders = [Who::A, Who::B].into_iter().filter(|owner| self.kit_of(*owner).works()).count();
                KitRule::default().choose(2, u32::try_from(holders).ok()?, NOW).ok()?;
                Some(Self { two_together: true, ..*self })
            }
            Action::AskForOne => Some(Self { two_together: false, ..*self }),
            Action::ThiefTakesKit => {
                let proved = !rules.kits.replacing_needs_own_proof || self.thief_proves();
                (proved && self.try_admission(Who::A) == Admission::Full).then_some(())?;
                self.with_kit(Who::A, |_| Some(SmallKit { codes: Some(1), untried: false, stolen: true }))
            }
            Action::ThiefAddsPasskey => {
                self.thief_may(!rules.proofs.factors_need_a_fresh_one)?;
                Some(Self { thiefs_passkey: true, ..*self })
            }
            Action::ThiefAddsApp => {
                self.thief_may(!rules.proofs.factors_need_a_fresh_one)?;
                Some(Self { thiefs_app: true, ..*self })
            }
            Action::ThiefMakesOwner => {
                self.thief_may(!rules.proofs.owners_need_a_fresh_one)?;
                Some(Self { accomplice: true, ..*self })
            }
            Action::AccompliceRemovesOwners => {
                self.accomplice.then_some(())?;
                may_stop_being_owner(&self.state(), NOW, &[Kit::Tried { codes_left: 1 }]).ok()?;
                Some(Self { owners_gone: true, ..*self })
            }
            Action::TimePasses => Some(Self {
                draft: self.draft.map(|draft| SmallDraft { tested: draft.tested.map(|(who, _)| (who, Age::Old)), ..draft }),
                waiting: self.waiting.map(|(iss, who, _)| (iss, who, Age::Old)),
                really_tested: self.really_tested.map(|(who, _)| (who, Age::Old)),
                ..*self
            }),
            Action::ProviderFails => Some(Self { provider: self.provider.failed(), ..*self }),
            Action::ProviderReturns => Some(Self { provider: self.provider.back(), ..*self }),
            Action::TenantIsExchanged => Some(Self { provider: Provider::Exchanged, ..*self }),
        }
    }

    fn test(&self, rules: &Rules, account: OidcAccount, version: Version) -> Option<Self> {
        let bound = self.draft?.issuer.map(Iss::issuer);
        let identity_of = match (rules.decide)(&self.facts(account, Purpose::Test, bound.as_ref())).outcome {
            Becomes::SignIn(person) => Some(person),
            _ => None,
        };
        let issuer = account.iss().issuer();
        self.try_event(rules, account.works_as(), |by| Event::TestPassed { by, version, issuer: issuer.clone(), identity_of })
    }

    fn enforce(&self, rules: &Rules, who: Who, version: Version) -> Option<Self> {
        let kit = self.kit_of(who);
        let next = self.try_event(rules, who, |by| Event::Enforce { by, version, kit })?;
        let tested = self.really_tested == Some((who, Age::Fresh));
        Some(Self { breach: (!tested).then_some(Breach::EnforcedUntested), really_tested: None, ..next })
    }

    fn sign_in(&self, rules: &Rules, account: OidcAccount, begun_at: Timestamp) -> Option<Self> {
        self.answers(account.iss()).then_some(())?;
        let state = self.state();
        let Admits::By { version, issuer } = (rules.admits)(&state, NOW, Door::Sso, Role::Employee) else { return None };
        let decision = (rules.decide)(&self.facts(account, Purpose::SignIn, Some(&issuer))).outcome;
        let (Becomes::SignIn(person) | Becomes::LinkOnce(person)) = decision else { return None };
        if !self.linked(account) {
            return Some(Self { breach: Some(Breach::StrangerLetIn), ..*self });
        }
        let role = Who::ALL.into_iter().find(|who| who.person() == person)?.role();
        let event = Event::SignedIn { person, role, version, issuer: account.iss().issuer(), begun_at };
        (rules.step)(&state, &event, NOW).ok().map(|outcome| self.with(outcome.state))
    }

    fn with_kit(&self, who: Who, change: impl Fn(SmallKit) -> Option<SmallKit>) -> Option<Self> {
        let mut next = *self;
        let kit = next.kits.get_mut(who as usize)?;
        *kit = change(*kit)?;
        Some(next)
    }

    /// What the thief can show beside A's session.
    pub fn thief_proves(&self) -> bool {
        self.thiefs_passkey || self.thiefs_app || self.kits.first().is_some_and(|kit| kit.stolen)
    }

    /// Whether the thief, in A's session, may do what takes an own proof; `recent`: one that A showed before is enough.
    fn thief_may(&self, recent: bool) -> Option<()> {
        ((recent || self.thief_proves()) && self.try_admission(Who::A) == Admission::Full).then_some(())
    }

    fn try_admission(&self, who: Who) -> Admission {
        let state = self.state();
        let full = ways_to_enter(who).any(|entered| admit(&state, &acting(who, entered), NOW) == Admission::Full);
        if full { Admission::Full } else { Admission::SignInAgain }
    }

    /// Whether `owners` have a way in of their own: the password one knows, or kits that as many hold as are needed together,
    /// and can then turn single sign-on off.
    pub fn some_owner_gets_in(&self, rules: &Rules, owners: &[Who]) -> bool {
        let state = self.state();
        if self.owners_gone {
            return false;
        }
        // A password is not enough beside somebody else's app.
        let knows = |owner: &Who| *owner != Who::A || !self.thiefs_app;
        if (rules.admits)(&state, NOW, Door::Password, Role::Owner) == Admits::Yes && owners.iter().any(knows) {
            return true;
        }
        let able = owners.iter().filter(|owner| {
            let holds_kit = self.kit_of(**owner).works() && !self.kits.get(**owner as usize).is_none_or(|kit| kit.stolen);
            let recovered = acting(**owner, Entered::Recovery);
            holds_kit
                && (rules.admits)(&state, NOW, Door::RecoveryCode, Role::Owner) == Admits::Yes
                && admit(&state, &recovered, NOW) == Admission::Full
                && (rules.step)(&state, &Event::TurnOff { by: recovered }, NOW).is_ok()
        });
        u32::try_from(able.count()).unwrap() >= self.needed(rules, owners)
    }

    /// How many of `owners` must type a code together; the service cannot tell who holds the paper.
    pub fn needed(&self, rules: &Rules, owners: &[Who]) -> u32 {
        let rule = if self.two_together { KitRule::default().choose(2, 2, NOW).unwrap() } else { KitRule::default() };
        let holders = owners.iter().filter(|owner| self.kit_of(**owner).works()).count();
        (rules.needed)(&rule, NOW, u32::try_from(holders).unwrap())
    }

    pub fn an_expired_enforcement_is_over(&self, rules: &Rules) -> bool {
        let Some((_, _, Age::Old)) = self.waiting else { return true };
        let state = self.state();
        match &state.live {
            None => (rules.admits)(&state, NOW, Door::Password, Role::Employee) == Admits::Yes,
            Some(live) => {
                (rules.admits)(&state, NOW, Door::Sso, Role::Employee) == Admits::By { version: live.version, issuer: live.issuer.clone() }
            }
        }
    }

    pub fn view_agrees_with_admits(&self, rules: &Rules) -> bool {
        let state = self.state();
        let password = (rules.admits)(&state, NOW, Door::Password, Role::Employee) == Admits::Yes;
        let sso = (rules.admits)(&state, NOW, Door::Sso, Role::Employee);
        match view(&state, NOW) {
            Phase::Off | Phase::Draft(_) | Phase::Testing(_) => password && sso == Admits::No,
            Phase::Enforced { version, issuer, .. } | Phase::On { version, issuer, .. } => {
                !password && sso == Admits::By { version, issuer }
            }
        }
    }
}
