//! Model check: every state that the rule and the typing of codes can reach, with a thief beside three owners.
//!
//! The world is three owners (A, B, C) whose kits work, what they chose, the codes that wait, and time. The thief has a copy of
//! A's sheet, perhaps with A's session (so also with a proof that is A's own), or with B's session, which proves nothing.
//! Honest owners read their mail within 36 hours, and stop a lower number that none of them chose. It uses the very
//! functions that the service uses: [`KitRule::choose`], [`KitRule::needed`], [`is_enough`].
//!
//! To be finite it keeps what matters: a moment is a distance from now, in steps of 36 hours; a code that waits is in time
//! or late. It allows more than reality does, never less: whoever has a sheet has codes without end.

use stateright::{Checker, Model, Property};

use super::*;

mod mutations;

const NOW: Timestamp = Timestamp::from_unix_seconds(1_800_000_000);
const STEP: Duration = Duration::hours(36);

/// The rules under test. The true ones, or ones that are broken on purpose.
#[derive(Clone, Copy)]
struct Rules {
    choose: fn(&KitRule, u32, u32, Timestamp) -> Result<KitRule, KitRuleRefusal>,
    needed: fn(&KitRule, Timestamp, u32) -> u32,
    is_enough: fn(usize, u32) -> bool,
    service: ServiceRules,
}

/// What the service around them promises.
#[derive(Clone, Copy)]
struct ServiceRules {
    /// Choosing needs what a session does not carry.
    proof_is_checked: bool,
    /// Every owner is told of a lower number when it is chosen.
    owners_are_told: bool,
    /// Codes of one owner count once.
    one_code_of_each: bool,
    /// A code waits for one hour.
    late_codes_are_void: bool,
    /// The code of somebody who is no owner any more is void.
    codes_of_leavers_are_void: bool,
    /// A code is used up when it lets its owner in, not when it is typed.
    used_up_by_coming_in: bool,
}

const TRUE_RULES: Rules = Rules {
    choose: KitRule::choose,
    needed: KitRule::needed,
    is_enough,
    service: ServiceRules {
        proof_is_checked: true,
        owners_are_told: true,
        one_code_of_each: true,
        late_codes_are_void: true,
        codes_of_leavers_are_void: true,
        used_up_by_coming_in: true,
    },
};

/// What a thief has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Stolen {
    Nothing,
    SheetOfA,
    SheetAndSessionOfA,
    SheetOfAAndSessionOfB,
}

/// Who typed a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum By {
    Owner,
    Thief,
}

/// A code that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Code {
    owner: usize,
    by: By,
    late: bool,
}

/// What must never happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Breach {
    ThiefIn,
    VoidCodeCounted,
    UsedUpInVain,
    ChangedByASession,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct World {
    stolen: Stolen,
    rule: KitRule,
    /// Whether the lower number that waits, if one does, was chosen by an honest owner.
    honest_next: bool,
    /// Whether honest owners asked for several codes, and none of them for one since.
    guarded: bool,
    owners: [bool; 3],
    waiting: Vec<Code>,
    came_in: Option<usize>,
    breach: Option<Breach>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Choose(u32),
    ThiefChooses(u32),
    Type(usize),
    ThiefTypes,
    Leaves(usize),
    HourPasses,
    DaysPass,
}

impl World {
    fn new(stolen: Stolen) -> Self {
        Self {
            stolen,
            rule: KitRule::default(),
            honest_next: true,
            guarded: false,
            owners: [true; 3],
            waiting: Vec::new(),
            came_in: None,
            breach: None,
        }
    }
    fn holders(&self) -> u32 {
        self.owners.iter().map(|owner| u32::from(*owner)).sum()
    }
    /// With moments that are over written down as what they mean.
    fn settled(mut self) -> Self {
        self.rule = KitRule { chosen: self.rule.in_force(NOW), next: self.rule.next(NOW) };
        self.honest_next |= self.rule.next.is_none();
        self
    }

    fn choose(&self, rules: &Rules, number: u32) -> Option<Self> {
        let rule = (rules.choose)(&self.rule, number, self.holders(), NOW).ok()?;
        Some(Self { rule, ..self.clone() })
    }

    fn after(&self, rules: &Rules, action: Action) -> Option<Self> {
        let next = match action {
            Action::Choose(number) => {
                // Where somebody has a sheet, honest owners do not go back to what made it worth stealing.
                (self.stolen == Stolen::Nothing || number > 1).then_some(())?;
                let next = self.choose(rules, number)?;
                Self { guarded: number > 1, honest_next: true, ..next }
            }
            Action::ThiefChooses(number) => {
                let proof = self.stolen == Stolen::SheetAndSessionOfA;
                let session = proof || self.stolen == Stolen::SheetOfAAndSessionOfB;
                (session && (proof || !rules.service.proof_is_checked)).then_some(())?;
                let next = self.choose(rules, number)?;
                let breach = (!proof).then_some(Breach::ChangedByASession);
                Self { honest_next: false, breach, ..next }
            }
            Action::Type(owner) => self.typed(rules, Code { owner, by: By::Owner, late: false })?,
            Action::ThiefTypes => {
                (self.stolen != Stolen::Nothing).then_some(())?;
                self.typed(rules, Code { owner: 0, by: By::Thief, late: false })?
            }
            Action::Leaves(owner) => {
                // There is always an owner.
                (self.owners[owner] && self.holders() > 1).then_some(())?;
                let mut next = self.clone();
                next.owners[owner] = false;
                next
            }
            Action::HourPasses => Self { waiting: self.late(rules), ..self.clone() },
            Action::DaysPass => {
                let waits = self.rule.next.is_some() && !self.honest_next;
                let stopped = (waits && rules.service.owners_are_told)
                    .then(|| self.choose(rules, self.rule.in_force(NOW)).unwrap_or_else(|| self.clone()));
                let before = stopped.unwrap_or_else(|| self.clone());
                let next = before.rule.next.map(|(number, from)| (number, from - STEP));
                Self { waiting: self.late(rules), rule: KitRule { next, ..before.rule }, ..before }
            }
        };
        Some(next.settled())
    }

    fn late(&self, rules: &Rules) -> Vec<Code> {
        if rules.service.late_codes_are_void {
            return Vec::new();
        }
        self.waiting.iter().map(|code| Code { late: true, ..*code }).collect()
    }

    /// Somebody types a right code.
    fn typed(&self, rules: &Rules, code: Code) -> Option<Self> {
        self.owners[code.owner].then_some(())?;
        let mut next = self.clone();
        if rules.service.one_code_of_each {
            next.waiting.retain(|other| other.owner != code.owner);
        }
        (next.waiting.len() < 4).then_some(())?;
        next.waiting.push(code);
        next.waiting.sort_by_key(|code| (code.owner, code.by as u8, code.late));
        let counted: Vec<Code> =
            next.waiting.iter().copied().filter(|code| self.owners[code.owner] || !rules.service.codes_of_leavers_are_void).collect();
        if !(rules.is_enough)(counted.len(), (rules.needed)(&self.rule, NOW, self.holders())) {
            next.breach = (!rules.service.used_up_by_coming_in).then_some(Breach::UsedUpInVain);
            return Some(next);
        }
        next.waiting.clear();
        next.came_in = Some(counted.len());
        let void = counted.iter().any(|code| code.late || !self.owners[code.owner]);
        let thief = counted.iter().any(|code| code.by == By::Thief) && counted.iter().all(|code| code.by == By::Thief);
        // Where one owner is left, or one code is what honest owners want, a sheet is a way in.
        let guarded = self.guarded && self.holders() > 1;
        next.breach = if void { Some(Breach::VoidCodeCounted) } else { (thief && guarded).then_some(Breach::ThiefIn) };
        Some(next)
    }
}

impl Model for Rules {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        [Stolen::Nothing, Stolen::SheetOfA, Stolen::SheetAndSessionOfA, Stolen::SheetOfAAndSessionOfB].map(World::new).into()
    }

    fn actions(&self, _: &World, actions: &mut Vec<Action>) {
        for number in 1..=3 {
            actions.extend([Action::Choose(number), Action::ThiefChooses(number)]);
        }
        for owner in 0..3 {
            actions.extend([Action::Type(owner), Action::Leaves(owner)]);
        }
        actions.extend([Action::ThiefTypes, Action::HourPasses, Action::DaysPass]);
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        if world.breach.is_some() || world.came_in.is_some() {
            return None;
        }
        let next = world.after(self, action)?;
        (next != *world).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(NOT_WITH_FEWER, |_, world: &World| world.breach != Some(Breach::ThiefIn)),
            Property::always(NOBODY_LOCKED_OUT, |rules: &Self, world: &World| {
                let holders = world.holders();
                (rules.is_enough)(usize::try_from(holders).unwrap(), (rules.needed)(&world.rule, NOW, holders))
            }),
            Property::always(CODES_OF_NOW, |_, world: &World| world.breach != Some(Breach::VoidCodeCounted)),
            Property::always(NOT_IN_VAIN, |_, world: &World| world.breach != Some(Breach::UsedUpInVain)),
            Property::always(NO_SESSION_ALONE, |_, world: &World| world.breach != Some(Breach::ChangedByASession)),
            Property::sometimes("two owners come in together", |_, world: &World| world.came_in == Some(2)),
            Property::sometimes("three owners come in together", |_, world: &World| world.came_in == Some(3)),
            Property::sometimes("one owner comes in where two were asked for and one is left", |_, world: &World| {
                world.came_in == Some(1) && world.guarded && world.holders() == 1
            }),
            Property::sometimes("a thief with a sheet waits in vain", |_, world: &World| {
                world.guarded && world.waiting.iter().any(|code| code.by == By::Thief)
            }),
            Property::sometimes("a lower number waits that a thief chose", |_, world: &World| !world.honest_next && world.guarded),
            Property::sometimes("a lower number that owners chose counts", |_, world: &World| {
                world.stolen == Stolen::Nothing && !world.guarded && world.rule == KitRule::default() && world.came_in == Some(1)
            }),
        ]
    }
}

const NOT_WITH_FEWER: &str = "one owner's sheet lets nobody in where owners asked for several codes, whatever session is stolen beside it";
const NOBODY_LOCKED_OUT: &str = "the owners who hold a kit that works get in together, however many they are";
const CODES_OF_NOW: &str = "only codes of owners, typed within the hour, count";
const NOT_IN_VAIN: &str = "a code that waits in vain is not used up";
const NO_SESSION_ALONE: &str = "a session alone changes nothing";

#[test]
fn in_every_reachable_state_one_sheet_is_not_enough_and_the_owners_who_are_left_are() {
    let checker = TRUE_RULES.checker().threads(2).spawn_bfs().join();
    checker.assert_properties();
    let states = checker.unique_state_count();
    assert!(states > 500, "the model became too small to mean anything: {states}");
}
