use tillit_store::testing::TestDb;
use tillit_store::{Actor, Cx, Duration, PersonId, on_both_engines};

use crate::audit::actions;
use crate::browser::BrowserMark;
use crate::testing::{TestAccounts, TestOrganisation, password};
use crate::{
    AccountsError, AuditPage, CodeSignIn, KIT_RULE_WAIT, KitRuleRefusal, KitTicket, KitWaits, LocalRefusal, OwnProof, RecoveryCode,
    RecoveryCodes, Role, SignInPlace, TOGETHER_WITHIN, Username,
};

/// An owner with a kit that works.
struct Holder {
    person: PersonId,
    username: Username,
    cx: Cx,
    codes: RecoveryCodes,
}

/// An organisation whose owners all hold a kit of which a code was tried.
struct Stage {
    a: TestAccounts,
    org: TestOrganisation,
    owners: Vec<Holder>,
}

impl Stage {
    async fn new(t: &TestDb, names: &[&str]) -> Self {
        let a = TestAccounts::new(t).await;
        let org = a.organisation("nordvik").await;
        let mut owners = Vec::new();
        for (place, name) in names.iter().enumerate() {
            let (person, username) = match place {
                0 => (org.owner, org.username.clone()),
                _ => (a.person(&org.cx, name, Role::Owner).await, name.parse().unwrap()),
            };
            let cx = org.cx.with_actor(Actor::Person(person));
            let codes = a.accounts.make_kit(&cx, person, OwnProof::Password(&password())).await.unwrap();
            a.accounts.try_code(&cx, person, &codes.codes[0]).await.unwrap();
            owners.push(Holder { person, username, cx, codes });
        }
        Self { a, org, owners }
    }
    async fn two(t: &TestDb) -> Self {
        Self::new(t, &["", "kari@nordvik.example"]).await
    }
    async fn three(t: &TestDb) -> Self {
        Self::new(t, &["", "kari@nordvik.example", "lars@nordvik.example"]).await
    }
    async fn choose(&self, number: u32) -> Result<(), LocalRefusal> {
        let owner = &self.owners[0];
        self.a.accounts.choose_kit_rule(&owner.cx, owner.person, OwnProof::Password(&password()), number).await.map(drop)
    }
    /// Owner `who` types code number `code`.
    async fn types(&self, t: &TestDb, who: usize, code: usize) -> Result<CodeSignIn, LocalRefusal> {
        let owner = &self.owners[who];
        self.a.accounts.sign_in_with_code(&t.cx(), SignInPlace::Domain, &owner.username, &owner.codes.codes[code]).await
    }
    async fn waits(&self, t: &TestDb, who: usize, code: usize) -> KitTicket {
        self.ticket(t, &waiting(self.types(t, who, code).await), who)
    }
    fn ticket(&self, t: &TestDb, waits: &KitWaits, browser: usize) -> KitTicket {
        let ticket = self.a.accounts.kit_ticket(&t.cx(), waits, mark(browser)).unwrap();
        KitTicket::parse(&ticket.to_text()).unwrap()
    }
    async fn looks(&self, t: &TestDb, ticket: &KitTicket, browser: usize) -> Result<CodeSignIn, LocalRefusal> {
        self.a.accounts.sign_in_together(&t.cx(), ticket, mark(browser)).await
    }
    async fn left(&self, who: usize) -> u32 {
        self.a.accounts.kit_state(&self.org.cx, self.owners[who].person).await.unwrap().unwrap().left
    }
    async fn log(&self) -> Vec<String> {
        let rows = self.a.accounts.audit_log(&self.org.cx, AuditPage { before: None, limit: 50 }).await.unwrap();
        rows.into_iter().rev().map(|row| row.action).collect()
    }
}

fn mark(browser: usize) -> BrowserMark {
    BrowserMark::of_hash([u8::try_from(browser).unwrap(); 32])
}
fn waiting(answer: Result<CodeSignIn, LocalRefusal>) -> KitWaits {
    match answer.unwrap() {
        CodeSignIn::Waits(waits) => waits,
        CodeSignIn::In(who) => panic!("{who:?} is in"),
    }
}
fn entered(answer: Result<CodeSignIn, LocalRefusal>) -> PersonId {
    match answer.unwrap() {
        CodeSignIn::In(who) => who.person,
        CodeSignIn::Waits(waits) => panic!("{waits:?}"),
    }
}
fn nothing_waits(answer: Result<CodeSignIn, LocalRefusal>) -> bool {
    matches!(answer, Err(LocalRefusal::Failed(AccountsError::NotFound)))
}

on_both_engines!(two_owners_come_in_together_and_neither_alone, |t| {
    let s = Stage::two(&t).await;
    s.choose(2).await.unwrap();
    let waits = waiting(s.types(&t, 0, 1).await);
    assert_eq!((waits.more, waits.until), (1, t.cx().now() + TOGETHER_WITHIN));
    let ticket = s.ticket(&t, &waits, 0);
    assert_eq!(waiting(s.looks(&t, &ticket, 0).await).more, 1, "nobody else came");
    assert_eq!((s.left(0).await, s.left(1).await), (9, 9), "nothing is used up by waiting");
    t.clock.advance(Duration::minutes(59));
    assert_eq!(entered(s.types(&t, 1, 1).await), s.owners[1].person);
    assert_eq!((s.left(0).await, s.left(1).await), (8, 8), "a code of each is used up");
    t.clock.advance(Duration::minutes(30));
    assert!(nothing_waits(s.looks(&t, &ticket, 1).await), "another browser");
    assert_eq!(entered(s.looks(&t, &ticket, 0).await), s.owners[0].person);
    assert!(nothing_waits(s.looks(&t, &ticket, 0).await), "once");
    for who in [0, 1] {
        assert!(matches!(s.types(&t, who, 1).await, Err(LocalRefusal::Refused { .. })), "a code that let in is none any more");
    }
    let log = s.log().await;
    let of = |action: &str| log.iter().filter(|row| *row == action).count();
    assert_eq!((of(actions::CODE_WAITS), of(actions::CODES_TOGETHER), of(actions::RECOVERY_ACCEPTED)), (1, 2, 2), "{log:?}");
});

on_both_engines!(two_codes_of_one_sheet_are_one_owners, |t| {
    let s = Stage::two(&t).await;
    s.choose(2).await.unwrap();
    let first = s.waits(&t, 0, 1).await;
    let second = s.waits(&t, 0, 2).await;
    assert!(nothing_waits(s.looks(&t, &first, 0).await), "the later code waits in its place");
    assert_eq!(waiting(s.looks(&t, &second, 0).await).more, 1);
    entered(s.types(&t, 1, 1).await);
    assert_eq!(s.left(0).await, 8, "the one that waited is used up");
    assert!(s.types(&t, 0, 2).await.is_err());
});

on_both_engines!(an_hour_that_is_over_lets_nobody_in_and_uses_nothing_up, |t| {
    let s = Stage::three(&t).await;
    s.choose(3).await.unwrap();
    let first = s.waits(&t, 0, 1).await;
    t.clock.advance(Duration::minutes(40));
    let second = waiting(s.types(&t, 1, 1).await);
    assert_eq!((second.more, second.until), (1, t.cx().now() + Duration::minutes(20)), "the first of the codes ends the hour");
    t.clock.advance(Duration::minutes(20));
    assert!(nothing_waits(s.looks(&t, &first, 0).await));
    assert_eq!(waiting(s.types(&t, 2, 1).await).more, 1, "two of three are in time");
    // The first types the same code again: it was not used up.
    assert_eq!(entered(s.types(&t, 0, 1).await), s.owners[0].person);
    assert_eq!((s.left(0).await, s.left(1).await, s.left(2).await), (8, 8, 8));
    let second = s.ticket(&t, &second, 1);
    t.clock.advance(TOGETHER_WITHIN);
    assert!(nothing_waits(s.looks(&t, &second, 1).await), "who does not come in within an hour types another code");
    assert_eq!(s.a.accounts.prune(&t.cx()).await.unwrap().waiting_codes, 2);
});

on_both_engines!(a_code_that_is_none_any_more_and_an_owner_who_is_none_count_for_nobody, |t| {
    let s = Stage::three(&t).await;
    s.choose(2).await.unwrap();
    let (owner, kari) = (&s.owners[0], &s.owners[1]);
    // Tried in the portal meanwhile.
    let ticket = s.waits(&t, 0, 1).await;
    s.a.accounts.try_code(&owner.cx, owner.person, &owner.codes.codes[1]).await.unwrap();
    assert!(nothing_waits(s.looks(&t, &ticket, 0).await));
    assert_eq!(waiting(s.types(&t, 2, 1).await).more, 1, "it does not count");
    // Its kit was replaced: what an owner does who hears that somebody else typed a code.
    t.clock.advance(TOGETHER_WITHIN);
    let ticket = s.waits(&t, 1, 2).await;
    let new = s.a.accounts.make_kit(&kari.cx, kari.person, OwnProof::Password(&password())).await.unwrap();
    assert_eq!(waiting(s.looks(&t, &ticket, 1).await).more, 1, "a new kit counts when one of its codes was tried");
    s.a.accounts.try_code(&kari.cx, kari.person, &new.codes[0]).await.unwrap();
    assert!(nothing_waits(s.looks(&t, &ticket, 1).await));
    // Demoted meanwhile.
    let ticket = s.waits(&t, 2, 2).await;
    let mut tx = s.a.db.begin(&owner.cx).await.unwrap();
    s.a.accounts.set_role(&mut tx, &owner.cx, s.owners[2].person, Role::Employee).await.unwrap();
    tx.commit().await.unwrap();
    assert!(nothing_waits(s.looks(&t, &ticket, 2).await));
    assert_eq!(waiting(s.types(&t, 0, 2).await).more, 1);
});

on_both_engines!(owners_who_leave_lock_nobody_out, |t| {
    let s = Stage::three(&t).await;
    s.choose(3).await.unwrap();
    let ticket = s.waits(&t, 0, 1).await;
    for leaver in [1, 2] {
        let mut tx = s.a.db.begin(&s.owners[0].cx).await.unwrap();
        s.a.accounts.set_role(&mut tx, &s.owners[0].cx, s.owners[leaver].person, Role::Auditor).await.unwrap();
        tx.commit().await.unwrap();
        if leaver == 1 {
            assert_eq!(waiting(s.looks(&t, &ticket, 0).await).more, 1, "two of two");
        }
    }
    assert_eq!(s.a.accounts.kit_rule(&s.org.cx).await.unwrap().holders, 1);
    assert_eq!(entered(s.looks(&t, &ticket, 0).await), s.owners[0].person);
    t.clock.advance(Duration::hours(2));
    assert_eq!(entered(s.types(&t, 0, 2).await), s.owners[0].person, "the one who is left");
});

on_both_engines!(the_last_code_and_the_first_of_a_new_kit_do_what_they_do_alone, |t| {
    let s = Stage::two(&t).await;
    let owner = &s.owners[0];
    for code in &owner.codes.codes[1..9] {
        s.a.accounts.try_code(&owner.cx, owner.person, code).await.unwrap();
    }
    s.choose(2).await.unwrap();
    s.types(&t, 0, 9).await.unwrap();
    entered(s.types(&t, 1, 1).await);
    assert_eq!(s.left(0).await, 1, "the last one stays good");
    let new = s.a.accounts.make_kit(&owner.cx, owner.person, OwnProof::Password(&password())).await.unwrap();
    t.clock.advance(Duration::hours(2));
    let type_new = |code: RecoveryCode| {
        let (accounts, cx, username) = (s.a.accounts.clone(), t.cx(), owner.username.clone());
        async move { accounts.sign_in_with_code(&cx, SignInPlace::Domain, &username, &code).await }
    };
    waiting(type_new(new.codes[0].clone()).await);
    let state = s.a.accounts.kit_state(&owner.cx, owner.person).await.unwrap().unwrap();
    assert!(state.left == 1 && state.replacement_made_at.is_some(), "the old kit works until the new one lets somebody in");
    entered(s.types(&t, 1, 2).await);
    let state = s.a.accounts.kit_state(&owner.cx, owner.person).await.unwrap().unwrap();
    assert!(state.left == 9 && state.replacement_made_at.is_none(), "{state:?}");
});

on_both_engines!(an_owner_whose_page_is_gone_comes_in_with_another_code, |t| {
    let s = Stage::two(&t).await;
    s.choose(2).await.unwrap();
    s.types(&t, 0, 1).await.unwrap();
    entered(s.types(&t, 1, 1).await);
    assert_eq!(entered(s.types(&t, 0, 2).await), s.owners[0].person);
    assert_eq!(s.left(0).await, 7);
    waiting(s.types(&t, 0, 3).await);
});

on_both_engines!(codes_typed_at_once_open_the_way_once, |t| {
    let s = Stage::two(&t).await;
    s.choose(2).await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for owner in &s.owners {
        let (accounts, cx, username, code) = (s.a.accounts.clone(), t.cx(), owner.username.clone(), owner.codes.codes[1].clone());
        tasks.spawn(async move { accounts.sign_in_with_code(&cx, SignInPlace::Domain, &username, &code).await.unwrap() });
    }
    let answers = tasks.join_all().await;
    assert_eq!(answers.iter().filter(|answer| matches!(answer, CodeSignIn::In(_))).count(), 1, "the second of the two: {answers:?}");
    assert_eq!((s.left(0).await, s.left(1).await), (8, 8));
});

on_both_engines!(a_session_alone_chooses_nothing_and_no_recent_proof_counts, |t| {
    let s = Stage::two(&t).await;
    let owner = &s.owners[0];
    let nothing = OwnProof::None;
    let choose = async |proof: OwnProof<'_>, number| s.a.accounts.choose_kit_rule(&owner.cx, owner.person, proof, number).await;
    assert!(matches!(choose(OwnProof::None, 2).await, Err(LocalRefusal::Failed(AccountsError::ProofNeeded))));
    let mut tx = s.a.db.begin(&owner.cx).await.unwrap();
    let new = crate::NewSession::new(owner.person, crate::SignInMethod::Password);
    let (_, session) = s.a.accounts.start_session(&mut tx, &owner.cx, new).await.unwrap();
    tx.commit().await.unwrap();
    let typed = password();
    let proof = OwnProof::Password(&typed);
    s.a.accounts.prove_self(&owner.cx, owner.person, OwnProof::InSession(session, &proof)).await.unwrap();
    assert!(choose(OwnProof::InSession(session, &nothing), 2).await.is_err(), "a recent proof");
    assert!(choose(OwnProof::Password(&crate::Password::typed("not it").unwrap()), 2).await.is_err());
    let employee = s.a.person(&s.org.cx, "ola@nordvik.example", Role::Employee).await;
    let cx = s.org.cx.with_actor(Actor::Person(employee));
    assert!(s.a.accounts.choose_kit_rule(&cx, employee, OwnProof::Password(&password()), 2).await.is_err(), "no owner");
    assert_eq!(s.a.accounts.kit_rule(&s.org.cx).await.unwrap(), crate::KitRuleState { holders: 2, ..Default::default() });
    choose(OwnProof::Code(&owner.codes.codes[1]), 2).await.unwrap();
    assert_eq!(s.a.accounts.kit_rule(&s.org.cx).await.unwrap().rule.in_force(t.cx().now()), 2);
});

on_both_engines!(as_many_can_be_asked_for_as_hold_a_kit_that_works, |t| {
    let s = Stage::two(&t).await;
    let without = s.a.person(&s.org.cx, "lars@nordvik.example", Role::Owner).await;
    let cx = s.org.cx.with_actor(Actor::Person(without));
    s.a.accounts.make_kit(&cx, without, OwnProof::Password(&password())).await.unwrap();
    let refused = |answer| match answer {
        Err(LocalRefusal::Failed(AccountsError::KitRule(refusal))) => refusal,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(s.choose(3).await), KitRuleRefusal::TooFewHolders { holders: 2 }, "a kit of which no code was tried");
    assert_eq!(refused(s.choose(0).await), KitRuleRefusal::OutOfRange);
    assert_eq!(refused(s.choose(1).await), KitRuleRefusal::Same);
    s.choose(2).await.unwrap();
    let other = s.a.organisation("fjordheim").await;
    assert_eq!(s.a.accounts.kit_rule(&other.cx).await.unwrap(), crate::KitRuleState::default(), "another organisation chooses for itself");
});

on_both_engines!(a_lower_number_counts_after_three_days_unless_an_owner_stops_it, |t| {
    let s = Stage::two(&t).await;
    s.choose(2).await.unwrap();
    s.choose(1).await.unwrap();
    t.clock.advance(KIT_RULE_WAIT - Duration::minutes(1));
    waiting(s.types(&t, 0, 1).await);
    let kari = &s.owners[1];
    s.a.accounts.choose_kit_rule(&kari.cx, kari.person, OwnProof::Password(&password()), 2).await.unwrap();
    t.clock.advance(Duration::hours(24));
    waiting(s.types(&t, 0, 1).await);
    s.choose(1).await.unwrap();
    t.clock.advance(KIT_RULE_WAIT);
    assert_eq!(entered(s.types(&t, 0, 1).await), s.owners[0].person);
    let chosen = s.log().await.iter().filter(|row| *row == actions::KIT_RULE_CHOSEN).count();
    assert_eq!(chosen, 4);
});

on_both_engines!(every_owner_is_told_of_the_choice_of_a_code_that_waits_and_of_coming_in, |t| {
    let s = Stage::two(&t).await;
    s.a.person(&s.org.cx, "admin.person@nordvik.example", Role::SecurityAdministrator).await;
    // Of the kits that were made and tried on the way here.
    crate::tests::mails(&t, &s.a).await;
    let told = async |subject: &str| {
        let mails = crate::tests::mails(&t, &s.a).await;
        assert!(mails.iter().all(|mail| mail.subject.contains(subject)), "{subject}: {mails:?}");
        assert!(mails.iter().all(|mail| !mail.to.contains("admin.person")), "owners only");
        let codes = s.owners.iter().flat_map(|owner| &owner.codes.codes);
        for code in codes {
            assert!(mails.iter().all(|mail| !mail.text.contains(&code.to_string())), "no mail carries a code");
        }
        mails.len()
    };
    s.choose(2).await.unwrap();
    assert_eq!(told("how many owners' codes of the recovery kit").await, 2);
    s.types(&t, 0, 1).await.unwrap();
    s.types(&t, 0, 2).await.unwrap();
    assert_eq!(told("a code of a recovery kit waits for one more owner").await, 2, "once an hour for each owner");
    s.types(&t, 1, 1).await.unwrap();
    assert_eq!(told("owners signed in with codes of their recovery kits together").await, 2);
    s.choose(1).await.unwrap();
    assert_eq!(told("fewer codes of recovery kits will be enough").await, 2);
});

on_both_engines!(a_wrong_code_is_answered_alike_whatever_was_chosen, |t| {
    let s = Stage::two(&t).await;
    let wrong: RecoveryCode = "0000-0000-0000-0000".parse().unwrap();
    let unknown: Username = "unknown@nordvik.example".parse().unwrap();
    let mut answers = Vec::new();
    for chosen in [1, 2] {
        if chosen > 1 {
            s.choose(chosen).await.unwrap();
            // One that waits changes nothing for who types a wrong one.
            s.types(&t, 1, 1).await.unwrap();
        }
        for username in [&s.owners[0].username, &unknown] {
            let answer = s.a.accounts.sign_in_with_code(&t.cx(), SignInPlace::Domain, username, &wrong).await;
            answers.push(format!("{answer:?}"));
        }
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]) && answers[0].contains("Refused"), "{answers:?}");
    let ticket = "org_00000000000000000000000000000001.kwt_00000000000000000000000000000001.";
    assert!(KitTicket::parse(ticket).is_none());
});

on_both_engines!(whose_sessions_are_ended_does_not_come_in_by_codes_that_were_typed_before, |t| {
    let s = Stage::two(&t).await;
    s.choose(2).await.unwrap();
    let end = async |who: usize| {
        let mut tx = s.a.db.begin(&s.org.owner_cx).await.unwrap();
        s.a.accounts.end_all_sessions(&mut tx, &s.org.owner_cx, s.owners[who].person, None).await.unwrap();
        tx.commit().await.unwrap();
    };
    // Enough codes were typed: the way is open for the first, who has not come in yet.
    let ticket = s.waits(&t, 0, 1).await;
    assert_eq!(entered(s.types(&t, 1, 1).await), s.owners[1].person);
    end(0).await;
    assert!(nothing_waits(s.looks(&t, &ticket, 0).await), "the way stays open for whoever typed the code");
    // And one that waits counts for nobody else any more.
    let ticket = s.waits(&t, 0, 2).await;
    end(0).await;
    assert_eq!(waiting(s.types(&t, 1, 2).await).more, 1);
    assert!(nothing_waits(s.looks(&t, &ticket, 0).await));
});
