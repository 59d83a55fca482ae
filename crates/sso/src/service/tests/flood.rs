//! What somebody outside can make us write down, and what is deleted again.

use std::sync::Arc;

use tillit_accounts::{Door, Recorded, RecoveryCode};
use tillit_jobs::{Worker, WorkerOptions};
use tillit_practice::demo;
use tillit_store::{Actor, ClientAddress, Cx, Duration, Scope, SystemRandom, args, on_both_engines};

use super::stage::{Seat, Stage, signed_in};
use crate::error::SsoError;
use crate::service::views::*;
use crate::service::{LocalAnswer, actions};

tillit_store::statements! { unlisted "sso flood tests";
    COUNT_TRANSACTIONS = "SELECT COUNT(*) AS n FROM sso_transaction";
    COUNT_AUDIT = "SELECT COUNT(*) AS n FROM audit";
    COUNT_SIGN_INS = "SELECT COUNT(*) AS n FROM sso_sign_in";
    COUNT_HANDOVERS = "SELECT COUNT(*) AS n FROM sso_handover";
    COUNT_ATTEMPTS = "SELECT COUNT(*) AS n FROM attempt";
}

impl Stage {
    fn from(&self, address: &str) -> Cx {
        let client = Some(ClientAddress(address.parse().unwrap()));
        Cx::new(Scope::Installation, Actor::Visitor, client, self.clock.clone(), Arc::new(SystemRandom::default()))
    }
    async fn count(&self, statement: tillit_store::Statement) -> i64 {
        let mut tx = self.room.db.read(&self.cx.with_scope(Scope::Installation)).await.unwrap();
        tx.fetch_one(statement, args![]).await.unwrap().get("n").unwrap()
    }
    /// Rows of every table that a stranger can add to.
    async fn rows(&self) -> [i64; 5] {
        let mut rows = [0; 5];
        for (n, statement) in [COUNT_TRANSACTIONS, COUNT_AUDIT, COUNT_SIGN_INS, COUNT_HANDOVERS, COUNT_ATTEMPTS].into_iter().enumerate() {
            rows[n] = self.count(statement).await;
        }
        rows
    }
    fn crowd(&self, cx: &Cx, door: Door) {
        while self.accounts.knock(cx, door).is_ok() {}
    }
}

fn is_too_many<T: std::fmt::Debug>(answer: Result<T, SsoError>) {
    match answer {
        Err(SsoError::TooMany { wait }) => assert!(wait > Duration::ZERO && wait <= Duration::minutes(2), "{wait:?}"),
        other => panic!("{other:?}"),
    }
}

const FLOOD: &str = "198.51.100.7";
const ELSEWHERE: &str = "203.0.113.9";

on_both_engines!(a_flood_of_begun_sign_ins_leaves_no_row_and_keeps_nobody_out_who_is_on_the_way, |t| {
    let stage = Stage::new(&t).await;
    stage.on().await;
    let (flood, elsewhere) = (stage.from(FLOOD), stage.from(ELSEWHERE));
    let mut kari = stage.seat(demo::EMPLOYEE);
    let begin = Begin::new(Purpose::SignIn, stage.organisation);
    let Begun::Go(url) = stage.sso.begin(&flood, &begin, &kari.browser).await.unwrap() else { panic!() };
    let query = CallbackQuery::parse(&kari.open(url.as_str())).unwrap();
    stage.crowd(&flood, Door::Begin);
    let before = stage.rows().await;
    for _ in 0..3 {
        is_too_many(stage.sso.begin(&flood, &begin, &stage.seat("").browser).await);
    }
    assert_eq!(stage.rows().await, before);
    // Kari sits in the same office, and comes back all the same; her trip makes room for the next.
    signed_in(stage.sso.callback(&flood, &query, &kari.browser).await.unwrap());
    assert!(matches!(stage.sso.begin(&flood, &begin, &kari.browser).await.unwrap(), Begun::Go(_)));
    is_too_many(stage.sso.begin(&flood, &begin, &stage.seat("").browser).await);
    assert!(matches!(stage.sso.begin(&elsewhere, &begin, &kari.browser).await.unwrap(), Begun::Go(_)));
});

on_both_engines!(a_flood_of_answers_to_nothing_leaves_no_row, |t| {
    let stage = Stage::new(&t).await;
    stage.on().await;
    let flood = stage.from(FLOOD);
    let junk = CallbackQuery::parse("code=x&state=y").unwrap();
    let mut kari = stage.seat(demo::EMPLOYEE);
    let begin = Begin::new(Purpose::SignIn, stage.organisation);
    let Begun::Go(url) = stage.sso.begin(&flood, &begin, &kari.browser).await.unwrap() else { panic!() };
    let query = CallbackQuery::parse(&kari.open(url.as_str())).unwrap();
    stage.crowd(&flood, Door::Answer);
    let before = stage.rows().await;
    is_too_many(stage.sso.callback(&flood, &junk, &kari.browser).await);
    is_too_many(stage.sso.callback(&flood, &CallbackQuery::parse("").unwrap(), &kari.browser).await);
    assert_eq!(stage.rows().await, before);
    signed_in(stage.sso.callback(&flood, &query, &kari.browser).await.unwrap());
    let refused = stage.sso.callback(&stage.from(ELSEWHERE), &junk, &kari.browser).await.unwrap();
    assert!(matches!(refused, Landing::Refused(refusal) if refusal.kind == RefusalKind::StateUnknown));
});

on_both_engines!(invented_codes_do_not_make_us_flood_the_provider, |t| {
    let stage = Stage::new(&t).await;
    stage.on().await;
    let (flood, elsewhere) = (stage.from(FLOOD), stage.from(ELSEWHERE));
    let seat = stage.seat(demo::EMPLOYEE);
    let invented = async |cx: &Cx, seat: &Seat| {
        let Begun::Go(url) = stage.sso.begin(cx, &Begin::new(Purpose::SignIn, stage.organisation), &seat.browser).await.unwrap() else {
            panic!()
        };
        let state = url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
        let answer = CallbackQuery::parse(&format!("code=invented&state={state}")).unwrap();
        stage.sso.callback(cx, &answer, &seat.browser).await
    };
    let before = stage.world(|world| world.request_count());
    for _ in 0..10 {
        assert!(matches!(invented(&flood, &seat).await.unwrap(), Landing::Refused(_)));
    }
    let asked = stage.world(|world| world.request_count());
    assert!(asked >= before + 10, "each of them was a request");
    is_too_many(invented(&flood, &seat).await);
    is_too_many(invented(&elsewhere, &seat).await);
    assert_eq!(stage.world(|world| world.request_count()), asked);
    assert_eq!(stage.last_reason().await, "too_many_unknown_codes", "and that is written down");
    assert!(matches!(invented(&flood, &stage.seat("")).await.unwrap(), Landing::Refused(_)), "a colleague at the next desk");
    // What was put off is not used up: a minute later the same answer is taken.
    let mut kari = Seat { browser: seat.browser.clone(), ..stage.seat(demo::EMPLOYEE) };
    let query = CallbackQuery::parse(&kari.away(&stage, Purpose::SignIn).await).unwrap();
    is_too_many(stage.sso.callback(&flood, &query, &kari.browser).await);
    t.clock.advance(Duration::minutes(2));
    signed_in(stage.sso.callback(&flood, &query, &kari.browser).await.unwrap());
});

on_both_engines!(a_colleague_in_a_network_that_floods_every_door_signs_in_and_recovers, |t| {
    let stage = Stage::new(&t).await;
    stage.enforced().await;
    let code = stage.kit(demo::GLOBAL_ADMINISTRATOR).await.pop().unwrap();
    stage.clock.advance(Duration::seconds(1));
    let office = stage.from(FLOOD);
    let mut regular = stage.seat(demo::GLOBAL_ADMINISTRATOR);
    let begin = Begin::new(Purpose::SignIn, stage.organisation);
    let trip = async |seat: &mut Seat| {
        let Begun::Go(url) = stage.sso.begin(&office, &begin, &seat.browser).await.unwrap() else { panic!("not sent away") };
        CallbackQuery::parse(&seat.open(url.as_str())).unwrap()
    };
    let query = trip(&mut regular).await;
    signed_in(stage.sso.callback(&office, &query, &regular.browser).await.unwrap());
    let mut on_the_way = stage.seat(demo::GLOBAL_ADMINISTRATOR);
    let awaited = trip(&mut on_the_way).await;
    for door in [Door::Begin, Door::Answer, Door::Code, Door::Password, Door::Recovery, Door::Record] {
        stage.crowd(&office, door);
    }
    // Who is on the way arrives; who has signed in at this browser before also begins; a recovery code works.
    signed_in(stage.sso.callback(&office, &awaited, &on_the_way.browser).await.unwrap());
    stage.crowd(&office, Door::Begin);
    let query = trip(&mut regular).await;
    signed_in(stage.sso.callback(&office, &query, &regular.browser).await.unwrap());
    let owner = demo::GLOBAL_ADMINISTRATOR.parse().unwrap();
    let entered = stage.sso.sign_in_with_code(&office, &Place::Portal, &owner, &code, &stage.seat("").browser).await.unwrap();
    assert!(matches!(entered, LocalAnswer::SignedIn { .. }), "{entered:?}");
});

on_both_engines!(refusals_of_one_network_fill_neither_the_audit_log_nor_the_disk, |t| {
    let stage = Stage::new(&t).await;
    stage.on().await;
    let flood = stage.from(FLOOD);
    while stage.accounts.may_record(&flood) == Recorded::Yes {}
    t.clock.advance(Duration::hours(3));
    while stage.accounts.knock(&flood, Door::Record).is_ok() {}
    // The trip is begun and broken off with an error that asks an administrator for help: sign-in, audit and hand-over rows.
    let seat = stage.seat(demo::EMPLOYEE);
    let before = stage.rows().await;
    for (round, rows) in [1, 1, 1].into_iter().enumerate() {
        let Begun::Go(url) = stage.sso.begin(&flood, &Begin::new(Purpose::SignIn, stage.organisation), &seat.browser).await.unwrap() else {
            panic!()
        };
        let state = url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
        let answer = CallbackQuery::parse(&format!("error=access_denied&error_description=AADSTS90094&state={state}")).unwrap();
        let landing = stage.sso.callback(&flood, &answer, &seat.browser).await.unwrap();
        let Landing::Refused(refusal) = landing else { panic!("{landing:?}") };
        assert_eq!((refusal.kind, refusal.handover), (RefusalKind::NeedsAdminApproval, None), "the page is there all the same");
        let mut expected = before;
        expected[1] += rows;
        assert_eq!(stage.rows().await, expected, "round {round}");
    }
    assert_eq!(stage.audit().await[0], (actions::SIGN_IN_REFUSED.to_owned(), Some("more_than_is_written_down".to_owned())));
    // Elsewhere everything is written down as ever.
    let mut kari = stage.seat(demo::EMPLOYEE);
    kari.browser = stage.seat("").browser;
    stage.sso.callback(&stage.from(ELSEWHERE), &CallbackQuery::parse("state=y").unwrap(), &kari.browser).await.unwrap();
    assert_eq!(stage.rows().await[1], before[1] + 2);
});

on_both_engines!(passwords_tried_by_the_thousand_leave_few_rows, |t| {
    let stage = Stage::new(&t).await;
    let flood = stage.from(FLOOD);
    let wrong = tillit_accounts::Password::typed("not the password").unwrap();
    let seat = stage.seat("");
    let guess =
        async |cx: &Cx, name: &str| stage.sso.sign_in_locally(cx, &Place::Portal, &name.parse().unwrap(), &wrong, &seat.browser).await;
    // Ten are looked at, the eleventh says that more is not; the next thousand say nothing.
    let before = stage.rows().await[1];
    for _ in 0..30 {
        assert!(matches!(guess(&flood, demo::EMPLOYEE).await.unwrap(), LocalAnswer::Refused { .. }));
    }
    assert_eq!(stage.rows().await[1] - before, 11);
    stage.crowd(&flood, Door::Password);
    let before = stage.rows().await;
    for n in 0..3 {
        is_too_many(guess(&flood, &format!("made.up.{n}@nordvik.example")).await);
    }
    assert_eq!(stage.rows().await, before);
    assert!(matches!(guess(&stage.from(ELSEWHERE), "somebody@nordvik.example").await.unwrap(), LocalAnswer::Refused { .. }));
});

on_both_engines!(recovery_is_never_shut_by_a_flood_from_the_same_network_and_wrong_codes_leave_no_row, |t| {
    let stage = Stage::new(&t).await;
    stage.enforced().await;
    let code = stage.kit(demo::GLOBAL_ADMINISTRATOR).await.pop().unwrap();
    let flood = stage.from(FLOOD);
    for door in [Door::Begin, Door::Answer, Door::Password, Door::Recovery, Door::Record] {
        stage.crowd(&flood, door);
    }
    let wrong: RecoveryCode = "7Q2M-9XKD-41TB-0WZV".parse().unwrap();
    let seat = stage.seat("");
    let owner = demo::GLOBAL_ADMINISTRATOR.parse().unwrap();
    let before = stage.rows().await;
    is_too_many(stage.sso.sign_in_with_code(&flood, &Place::Portal, &owner, &wrong, &seat.browser).await);
    is_too_many(
        stage.sso.sign_in_with_code(&flood, &Place::Portal, &"no.body@nordvik.example".parse().unwrap(), &code, &seat.browser).await,
    );
    assert_eq!(stage.rows().await, before);
    let entered = stage.sso.sign_in_with_code(&flood, &Place::Portal, &owner, &code, &seat.browser).await.unwrap();
    assert!(matches!(entered, LocalAnswer::SignedIn { .. }), "{entered:?}");
});

on_both_engines!(what_is_over_is_deleted_by_the_recurring_work, |t| {
    let stage = Stage::new(&t).await;
    stage.on().await;
    let cx = stage.cx.with_scope(Scope::Installation);
    let worker = stage.sso.register(Worker::new(stage.room.db.clone(), stage.room.vault.clone(), WorkerOptions::default()));
    worker.run_due(&cx).await.unwrap();
    let seat = stage.seat(demo::EMPLOYEE);
    for _ in 0..5 {
        seat.begin(&stage, Purpose::SignIn).await;
    }
    let approval = |state: &str| CallbackQuery::parse(&format!("error=access_denied&error_description=AADSTS90094&state={state}")).unwrap();
    let Begun::Go(url) = seat.begin(&stage, Purpose::SignIn).await else { panic!() };
    let state = url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    stage.sso.callback(&cx, &approval(&state), &seat.browser).await.unwrap();
    let [transactions, _, sign_ins, handovers, _] = stage.rows().await;
    assert!(transactions == 5 && sign_ins > 0 && handovers == 1);
    t.clock.advance(Duration::minutes(11));
    worker.run_due(&cx).await.unwrap();
    assert_eq!(stage.count(COUNT_TRANSACTIONS).await, 0, "ten minutes after it began, within ten more");
    t.clock.advance(Duration::days(8));
    worker.run_due(&cx).await.unwrap();
    assert_eq!(stage.count(COUNT_HANDOVERS).await, 0);
    t.clock.advance(Duration::days(83));
    worker.run_due(&cx).await.unwrap();
    assert_eq!(stage.count(COUNT_SIGN_INS).await, 0);
});
