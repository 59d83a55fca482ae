use tillit_store::testing::TestDb;
use tillit_store::{Actor, Cx, Duration, PersonId, on_both_engines};

use super::{mails, who};
use crate::audit::actions;
use crate::testing::{TestAccounts, TestOrganisation, password};
use crate::{
    AccountsError, AuditPage, BrowserMark, LocalRefusal, LocalSignIn, NewPassword, NewSession, OwnProof, RecoveryCode, Role, SecondAnswer,
    SecondStep, SessionId, SignInMethod, SignInPlace, TotpSecret,
};

const HERE: BrowserMark = BrowserMark::of_hash([1; 32]);
const ELSEWHERE: BrowserMark = BrowserMark::of_hash([2; 32]);

/// An owner with a session and an app.
struct Stage {
    a: TestAccounts,
    org: TestOrganisation,
    secret: TotpSecret,
    codes: Vec<RecoveryCode>,
}

async fn session(a: &TestAccounts, cx: &Cx, person: PersonId) -> SessionId {
    let mut tx = a.db.begin(cx).await.unwrap();
    let (_, session) = a.accounts.start_session(&mut tx, cx, NewSession::new(person, SignInMethod::Password)).await.unwrap();
    tx.commit().await.unwrap();
    session
}

impl Stage {
    async fn new(t: &TestDb) -> Self {
        let a = TestAccounts::new(t).await;
        let org = a.organisation("nordvik").await;
        let session = session(&a, &org.cx, org.owner).await;
        let (app, _) = a.accounts.begin_app(&org.owner_cx, session, OwnProof::Password(&password())).await.unwrap();
        let codes = a.accounts.finish_app(&org.owner_cx, session, &app, &app.secret.code_at(t.cx().now())).await.unwrap().codes;
        // The code that set it up is used.
        t.clock.advance(Duration::seconds(30));
        Self { a, org, secret: app.secret, codes }
    }
    async fn who(&self) -> LocalSignIn {
        who(&self.a, &self.org.cx, self.org.owner).await
    }
    async fn step(&self) -> SecondStep {
        let step = self.a.accounts.second_step(&self.org.cx, self.who().await, HERE).await.unwrap().unwrap();
        SecondStep::parse(&step.to_text()).unwrap()
    }
    fn code(&self, t: &TestDb) -> SecondAnswer {
        SecondAnswer::App(self.secret.code_at(t.cx().now()))
    }
    async fn answer(&self, step: &SecondStep, answer: &SecondAnswer) -> Result<LocalSignIn, LocalRefusal> {
        self.a.accounts.check_second_step(&self.a.cx.with_actor(Actor::Visitor), step, HERE, answer, true).await
    }
    /// Action and reason of the newest row.
    async fn log(&self) -> (String, Option<String>) {
        let entry = self.a.accounts.audit_log(&self.org.cx, AuditPage { before: None, limit: 1 }).await.unwrap().remove(0);
        (entry.action, entry.reason)
    }
    async fn refused(&self, step: &SecondStep, answer: &SecondAnswer, why: &str) {
        let refused = self.answer(step, answer).await;
        assert!(matches!(refused, Err(LocalRefusal::Refused { wait_minutes: None })), "{why}: {refused:?}");
        assert_eq!(self.log().await, (actions::SECOND_FACTOR_REFUSED.to_owned(), Some(why.to_owned())));
    }
    async fn begins_again(&self, step: &SecondStep, browser: BrowserMark, answer: &SecondAnswer) {
        let done = self.a.accounts.check_second_step(&self.org.cx, step, browser, answer, true).await;
        assert!(matches!(done, Err(LocalRefusal::Failed(AccountsError::NotFound))), "{done:?}");
    }
}

fn wrong() -> SecondAnswer {
    SecondAnswer::parse("000000").unwrap()
}

on_both_engines!(a_code_of_the_app_ends_the_sign_in_and_works_once, |t| {
    let s = Stage::new(&t).await;
    let (step, code) = (s.step().await, s.code(&t));
    assert_eq!(s.answer(&step, &code).await.unwrap(), s.who().await);
    assert_eq!(s.log().await.0, actions::SECOND_FACTOR_ACCEPTED);
    // Looked over the shoulder: the same code, in a sign-in of one's own.
    s.refused(&s.step().await, &code, "used_code").await;
    // The step was used too, whatever is typed.
    t.clock.advance(Duration::seconds(30));
    s.refused(&step, &s.code(&t), "step_used").await;
});

on_both_engines!(codes_of_another_time_or_another_person_are_wrong, |t| {
    let s = Stage::new(&t).await;
    let step = s.step().await;
    for seconds in [-3600, -90, 90, 3600] {
        let code = SecondAnswer::App(s.secret.code_at(t.cx().now() + Duration::seconds(seconds)));
        s.refused(&step, &code, "wrong_code").await;
    }
    let other = Stage::new_beside(&s, &t, "lars@nordvik.example").await;
    s.refused(&step, &SecondAnswer::App(other.code_at(t.cx().now())), "wrong_code").await;
    assert!(s.answer(&step, &s.code(&t)).await.is_ok());
});

impl Stage {
    /// The secret of a colleague.
    async fn new_beside(s: &Self, t: &TestDb, username: &str) -> TotpSecret {
        let person = s.a.person(&s.org.cx.with_actor(Actor::Operator), username, Role::Employee).await;
        let cx = s.org.cx.with_actor(Actor::Person(person));
        let session = session(&s.a, &cx, person).await;
        let (app, _) = s.a.accounts.begin_app(&cx, session, OwnProof::Password(&password())).await.unwrap();
        s.a.accounts.finish_app(&cx, session, &app, &app.secret.code_at(t.cx().now())).await.unwrap();
        t.clock.advance(Duration::seconds(30));
        app.secret
    }
}

on_both_engines!(of_two_uses_of_one_code_at_once_one_wins, |t| {
    let s = Stage::new(&t).await;
    let (one, other, code) = (s.step().await, s.step().await, s.code(&t));
    let (first, second) = tokio::join!(s.answer(&one, &code), s.answer(&other, &code));
    assert_eq!(usize::from(first.is_ok()) + usize::from(second.is_ok()), 1, "{first:?} {second:?}");
});

on_both_engines!(a_step_is_worth_nothing_elsewhere_later_or_after_the_password_changed, |t| {
    let s = Stage::new(&t).await;
    let step = s.step().await;
    s.begins_again(&step, ELSEWHERE, &s.code(&t)).await;
    // Of somebody else: the ids in it are not believed.
    let lars = s.a.person(&s.org.cx.with_actor(Actor::Operator), "lars@nordvik.example", Role::Employee).await;
    let forged = SecondStep { who: LocalSignIn { person: lars, ..s.who().await }, ticket: step.ticket.clone() };
    s.begins_again(&forged, HERE, &s.code(&t)).await;
    let other = s.a.organisation("fjordheim").await;
    let forged = SecondStep { who: LocalSignIn { organisation: other.id, ..s.who().await }, ticket: step.ticket.clone() };
    s.begins_again(&forged, HERE, &s.code(&t)).await;
    // Whoever changes the password puts out everybody who knew the old one.
    let new = NewPassword::parse("fire små kaker til", &s.org.username).unwrap();
    s.a.accounts.set_password(&s.org.owner_cx, s.org.owner, OwnProof::Code(&s.codes[0]), &new, None).await.unwrap();
    s.begins_again(&step, HERE, &s.code(&t)).await;
    let step = s.step().await;
    t.clock.advance(Duration::minutes(10));
    s.begins_again(&step, HERE, &s.code(&t)).await;
});

on_both_engines!(guessing_codes_is_limited_and_shuts_neither_the_kit_nor_the_own_way_back_in, |t| {
    let s = Stage::new(&t).await;
    let kit = s.a.accounts.make_kit(&s.org.owner_cx, s.org.owner, OwnProof::Code(&s.codes[0])).await.unwrap().codes.remove(0);
    let step = s.step().await;
    for _ in 0..10 {
        s.refused(&step, &wrong(), "wrong_code").await;
    }
    let waits = s.answer(&step, &s.code(&t)).await;
    assert!(matches!(waits, Err(LocalRefusal::Refused { wait_minutes: Some(1..=121) })), "{waits:?}");
    assert_eq!(s.log().await.1.as_deref(), Some("limit_of_account"));
    let cx = s.a.cx.with_actor(Actor::Visitor);
    assert!(s.a.accounts.sign_in_with_code(&cx, SignInPlace::Domain, &s.org.username, &kit).await.is_ok());
    // The first step counts for itself.
    assert!(s.a.accounts.check_password(&cx, SignInPlace::Domain, &s.org.username, &password(), true).await.is_ok());
});

on_both_engines!(a_sign_in_that_is_not_accepted_is_refused_in_the_second_step_too, |t| {
    let s = Stage::new(&t).await;
    let refused = s.a.accounts.check_second_step(&s.org.cx, &s.step().await, HERE, &s.code(&t), false).await;
    assert!(matches!(refused, Err(LocalRefusal::Refused { wait_minutes: None })), "{refused:?}");
    assert_eq!(s.log().await.1.as_deref(), Some("not_accepted"));
});

on_both_engines!(an_own_recovery_code_works_once_and_is_told, |t| {
    let s = Stage::new(&t).await;
    let told = mails(&t, &s.a).await.len();
    assert_eq!(s.codes.len(), 10);
    let code = SecondAnswer::parse(&s.codes[0].to_string()).unwrap();
    assert!(s.answer(&s.step().await, &code).await.is_ok());
    assert_eq!(s.log().await.0, actions::OWN_CODE_USED);
    assert_eq!(mails(&t, &s.a).await.len(), 1, "beside the {told} before");
    s.refused(&s.step().await, &code, "wrong_recovery_code").await;
    assert_eq!(s.a.accounts.second_factor(&s.org.cx, s.org.owner).await.unwrap().unwrap().codes_left, 9);
    // New ones take their place.
    mails(&t, &s.a).await;
    let made = s.a.accounts.make_own_codes(&s.org.owner_cx, OwnProof::Second(&s.code(&t))).await.unwrap().codes;
    assert!(mails(&t, &s.a).await[0].subject.contains("New recovery codes"), "the person is told");
    s.refused(&s.step().await, &SecondAnswer::parse(&s.codes[1].to_string()).unwrap(), "wrong_recovery_code").await;
    assert!(s.answer(&s.step().await, &SecondAnswer::Recovery(made[1].clone())).await.is_ok());
});

on_both_engines!(setting_an_app_up_needs_an_own_proof_and_a_code_in_the_same_session, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let own = session(&a, &org.cx, org.owner).await;
    let thief = session(&a, &org.cx, org.owner).await;
    let nothing = a.accounts.begin_app(&org.owner_cx, thief, OwnProof::None).await;
    assert!(matches!(nothing, Err(LocalRefusal::Failed(AccountsError::ProofNeeded))), "{nothing:?}");
    let (app, _) = a.accounts.begin_app(&org.owner_cx, own, OwnProof::Password(&password())).await.unwrap();
    let finish = async |session: SessionId, secret: TotpSecret, ticket: crate::Ticket| {
        let app = crate::NewApp { secret, ticket };
        a.accounts.finish_app(&org.owner_cx, session, &app, &app.secret.code_at(t.cx().now())).await.map(drop)
    };
    let wrong = a.accounts.finish_app(&org.owner_cx, own, &app, &app.secret.code_at(t.cx().now() + Duration::hours(1))).await;
    assert!(matches!(wrong, Err(LocalRefusal::Refused { .. })), "{wrong:?}");
    // Another session, another secret under the same ticket: neither was proved.
    for (session, secret) in [(thief, app.secret.clone()), (own, TotpSecret::from_base32("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap())] {
        let refused = finish(session, secret, app.ticket.clone()).await;
        assert!(matches!(refused, Err(LocalRefusal::Failed(AccountsError::ProofNeeded))), "{refused:?}");
    }
    assert!(a.accounts.second_factor(&org.cx, org.owner).await.unwrap().is_none(), "nothing is stored before a code was typed");
    finish(own, app.secret.clone(), app.ticket.clone()).await.unwrap();
    assert!(
        matches!(finish(own, app.secret, app.ticket).await, Err(LocalRefusal::Failed(AccountsError::ProofNeeded))),
        "a ticket works once"
    );
    assert_eq!(mails(&t, &a).await.len(), 1);
});

on_both_engines!(an_owner_resets_it_and_everybody_concerned_is_told, |t| {
    let s = Stage::new(&t).await;
    let lars = s.a.person(&s.org.cx.with_actor(Actor::Operator), "lars@nordvik.example", Role::Employee).await;
    let cx = s.org.cx.with_actor(Actor::Person(lars));
    let own = session(&s.a, &cx, lars).await;
    let (app, _) = s.a.accounts.begin_app(&cx, own, OwnProof::Password(&password())).await.unwrap();
    s.a.accounts.finish_app(&cx, own, &app, &app.secret.code_at(t.cx().now())).await.unwrap();
    mails(&t, &s.a).await;
    let mut tx = s.a.db.begin(&s.org.owner_cx).await.unwrap();
    s.a.accounts.reset_second_factor(&mut tx, &s.org.owner_cx, lars).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(s.log().await.0, actions::SECOND_FACTOR_RESET);
    let told: Vec<String> = mails(&t, &s.a).await.into_iter().map(|mail| mail.to).collect();
    assert!(told.contains(&"lars@nordvik.example".to_owned()) && told.contains(&"owner@nordvik.example".to_owned()), "{told:?}");
    assert!(s.a.accounts.sessions(&s.org.cx, lars).await.unwrap().is_empty(), "sessions end");
    let who = LocalSignIn { person: lars, ..s.who().await };
    assert!(s.a.accounts.second_step(&s.org.cx, who, HERE).await.unwrap().is_none(), "the password is enough");
    // Another organisation's owner finds nobody.
    let other = s.a.organisation("fjordheim").await;
    let mut tx = s.a.db.begin(&other.owner_cx).await.unwrap();
    assert!(matches!(s.a.accounts.reset_second_factor(&mut tx, &other.owner_cx, s.org.owner).await, Err(AccountsError::NotFound)));
});

on_both_engines!(the_person_removes_it_with_an_own_proof_only, |t| {
    let s = Stage::new(&t).await;
    let refused = s.a.accounts.remove_app(&s.org.owner_cx, OwnProof::None).await;
    assert!(matches!(refused, Err(LocalRefusal::Failed(AccountsError::ProofNeeded))), "{refused:?}");
    // A thief with the session and the password is exactly whom the app keeps out.
    let password_alone = s.a.accounts.remove_app(&s.org.owner_cx, OwnProof::Password(&password())).await;
    assert!(matches!(password_alone, Err(LocalRefusal::Failed(AccountsError::StrongerProofNeeded))), "{password_alone:?}");
    s.a.accounts.remove_app(&s.org.owner_cx, OwnProof::Second(&s.code(&t))).await.unwrap();
    let again = s.a.accounts.remove_app(&s.org.owner_cx, OwnProof::Password(&password())).await;
    assert!(matches!(again, Err(LocalRefusal::Failed(AccountsError::NotFound))), "{again:?}");
    assert!(s.a.accounts.second_factor(&s.org.cx, s.org.owner).await.unwrap().is_none());
    assert!(s.a.accounts.second_step(&s.org.cx, s.who().await, HERE).await.unwrap().is_none());
});
