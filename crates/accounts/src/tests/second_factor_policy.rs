use tillit_store::{Actor, Cx, Duration, PersonId, on_both_engines};

use crate::testing::{TestAccounts, TestOrganisation, password};
use crate::{
    NewSession, OwnProof, Role, SECOND_FACTOR_GRACE, SecondFactorDue, SecondFactorFor, Session, SessionId, SessionToken, SignInMethod,
};

async fn start(a: &TestAccounts, cx: &Cx, person: PersonId, method: SignInMethod) -> (SessionToken, SessionId) {
    let mut tx = a.db.begin(cx).await.unwrap();
    let started = a.accounts.start_session(&mut tx, cx, NewSession::new(person, method)).await.unwrap();
    tx.commit().await.unwrap();
    started
}

async fn due(a: &TestAccounts, cx: &Cx, person: PersonId, method: SignInMethod) -> SecondFactorDue {
    let (token, _) = start(a, cx, person, method).await;
    let session: Session = a.accounts.session(cx, &token).await.unwrap().unwrap();
    let mut tx = a.db.read(cx).await.unwrap();
    a.accounts.second_factor_due(&mut tx, cx, &session).await.unwrap()
}

async fn choose(a: &TestAccounts, org: &TestOrganisation, who: SecondFactorFor) -> bool {
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    let changed = a.accounts.set_second_factor_policy(&mut tx, &org.owner_cx, who).await.unwrap();
    tx.commit().await.unwrap();
    changed
}

on_both_engines!(a_second_factor_can_be_put_off_for_two_weeks_and_is_then_asked_for_first, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let kari = a.person(&org.cx.with_actor(Actor::Operator), "kari@nordvik.example", Role::Employee).await;
    assert_eq!(due(&a, &org.cx, org.owner, SignInMethod::Password).await, SecondFactorDue::No);
    assert!(choose(&a, &org, SecondFactorFor::Administrators).await);
    assert!(!choose(&a, &org, SecondFactorFor::Administrators).await, "the same again changes nothing");
    let from = t.cx().now() + SECOND_FACTOR_GRACE;
    assert_eq!(due(&a, &org.cx, org.owner, SignInMethod::Password).await, SecondFactorDue::From(from));
    assert_eq!(due(&a, &org.cx, kari, SignInMethod::Password).await, SecondFactorDue::No, "employees are not asked");
    t.clock.advance(SECOND_FACTOR_GRACE);
    assert_eq!(due(&a, &org.cx, org.owner, SignInMethod::Password).await, SecondFactorDue::Now);
    assert_eq!(due(&a, &org.cx, org.owner, SignInMethod::SetUpLink).await, SecondFactorDue::Now);
    for method in
        [SignInMethod::PasswordAndCode, SignInMethod::Passkey, SignInMethod::Sso, SignInMethod::RecoveryCode, SignInMethod::OperatorLink]
    {
        assert_eq!(due(&a, &org.cx, org.owner, method).await, SecondFactorDue::No, "{method:?}");
    }
    // Choosing more gives two weeks to whoever was not concerned before, and to nobody else; choosing nobody ends it.
    choose(&a, &org, SecondFactorFor::Everybody).await;
    assert_eq!(due(&a, &org.cx, org.owner, SignInMethod::Password).await, SecondFactorDue::Now, "no way to put it off once more");
    choose(&a, &org, SecondFactorFor::Administrators).await;
    assert_eq!(due(&a, &org.cx, org.owner, SignInMethod::Password).await, SecondFactorDue::Now);
    choose(&a, &org, SecondFactorFor::Everybody).await;
    assert!(matches!(due(&a, &org.cx, kari, SignInMethod::Password).await, SecondFactorDue::From(_)));
    let count = a.accounts.count_second_factors(&org.cx).await.unwrap();
    assert_eq!((count.administrators, count.everybody), ((1, 1), (2, 2)));
    // Who sets one up goes on in the same session.
    t.clock.advance(SECOND_FACTOR_GRACE);
    let (_, own) = start(&a, &org.cx, org.owner, SignInMethod::Password).await;
    let (app, _) = a.accounts.begin_app(&org.owner_cx, own, OwnProof::Password(&password())).await.unwrap();
    let set = a.accounts.finish_app(&org.owner_cx, own, &app, &app.secret.code_at(t.cx().now())).await.unwrap();
    let session = a.accounts.session(&org.cx, &set.token).await.unwrap().unwrap();
    let mut tx = a.db.read(&org.cx).await.unwrap();
    assert_eq!(a.accounts.second_factor_due(&mut tx, &org.cx, &session).await.unwrap(), SecondFactorDue::No);
    drop(tx);
    assert_eq!(a.accounts.count_second_factors(&org.cx).await.unwrap().everybody, (2, 1));
    choose(&a, &org, SecondFactorFor::Nobody).await;
    assert_eq!(due(&a, &org.cx, kari, SignInMethod::Password).await, SecondFactorDue::No);
    let other = a.organisation("fjordheim").await;
    assert_eq!(
        due(&a, &other.cx, other.owner, SignInMethod::Password).await,
        SecondFactorDue::No,
        "another organisation chooses for itself"
    );
});

on_both_engines!(a_proof_counts_for_ten_minutes_in_its_own_session_and_never_for_a_kit_or_a_password, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let (_, own) = start(&a, &org.cx, org.owner, SignInMethod::Password).await;
    let (_, thief) = start(&a, &org.cx, org.owner, SignInMethod::Password).await;
    let nothing = OwnProof::None;
    let prove =
        async |session, inner: &OwnProof<'_>| a.accounts.prove_self(&org.owner_cx, org.owner, OwnProof::InSession(session, inner)).await;
    assert!(prove(own, &nothing).await.is_err(), "a session alone");
    prove(own, &OwnProof::Password(&password())).await.unwrap();
    prove(own, &nothing).await.unwrap();
    assert!(a.accounts.proved_recently(&org.owner_cx, own).await.unwrap());
    assert!(prove(thief, &nothing).await.is_err(), "another session showed nothing");
    assert!(a.accounts.make_kit(&org.owner_cx, org.owner, OwnProof::InSession(own, &nothing)).await.is_err(), "K1: a kit");
    let new = crate::NewPassword::parse("fire små kaker til", &org.username).unwrap();
    let set = a.accounts.set_password(&org.owner_cx, org.owner, OwnProof::InSession(own, &nothing), &new, Some(own)).await;
    assert!(set.is_err(), "K1: a password");
    let other = a.organisation("fjordheim").await;
    let foreign = a.accounts.prove_self(&other.owner_cx, other.owner, OwnProof::InSession(own, &nothing)).await;
    assert!(foreign.is_err(), "another organisation's session");
    t.clock.advance(Duration::minutes(10));
    assert!(prove(own, &nothing).await.is_err(), "ten minutes are over");
});
