//! In which order rows are held (docs/ARCHITECTURE.md): two who write about one person at once wait, and neither fails.

use std::fmt::Debug;
use std::pin::{Pin, pin};

use tillit_store::{Actor, Cx, Duration, PersonId, on_both_engines};

use crate::credential::Telling;
use crate::testing::{TestAccounts, TestOrganisation, password};
use crate::{
    AccountsError, AuditPage, InvitationState, LocalRefusal, NewInvitation, NewPassword, NewSession, OwnProof, PersonState, RecoveryCode,
    Role, SignInMethod, SignInPlace, Since, Username,
};

/// Long enough for whoever waits to be waiting; whoever does not wait is done.
const MEANWHILE: std::time::Duration = std::time::Duration::from_millis(250);

/// An owner with a password, a session, and a kit of which a code was tried.
struct Owner {
    person: PersonId,
    username: Username,
    cx: Cx,
    codes: Vec<RecoveryCode>,
}

async fn owner(a: &TestAccounts, org: &TestOrganisation, name: &str) -> Owner {
    let username = format!("{name}@nordvik.example");
    let person = a.person(&org.cx, &username, Role::Owner).await;
    let cx = org.cx.with_actor(Actor::Person(person));
    let kit = a.accounts.make_kit(&cx, person, OwnProof::Password(&password())).await.unwrap();
    a.accounts.try_code(&cx, person, &kit.codes[0]).await.unwrap();
    let mut tx = a.db.begin(&cx).await.unwrap();
    a.accounts.start_session(&mut tx, &cx, NewSession::new(person, SignInMethod::Password)).await.unwrap();
    tx.commit().await.unwrap();
    Owner { person, username: username.parse().unwrap(), cx, codes: kit.codes }
}

/// The person is forgotten while something else is written about the same person: that waits and is done afterwards, or is
/// refused since the person is gone; and the database names neither of them as one too many.
async fn forgets_meanwhile<T: Debug, E: Debug>(
    what: &str,
    a: &TestAccounts,
    org: &TestOrganisation,
    owner: &Owner,
    mut other: Pin<Box<impl Future<Output = Result<T, E>>>>,
) {
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    a.accounts.hold_person(&mut tx, &org.owner_cx, owner.person).await.unwrap();
    let early = tokio::time::timeout(MEANWHILE, &mut other).await;
    assert!(early.is_err(), "{what} does not wait: {early:?}");
    let forgotten = a.accounts.forget(&mut tx, &org.owner_cx, owner.person).await;
    assert!(forgotten.is_ok(), "{what}: {forgotten:?}");
    tx.commit().await.unwrap();
    let answer = format!("{:?}", other.await);
    assert!(!answer.contains("Store("), "{what}: {answer}");
}

on_both_engines!(whatever_is_written_about_somebody_who_is_forgotten_at_that_moment_waits_and_fails_nobody, |t| {
    let a = TestAccounts::new(&t).await;
    let (a, org) = (&a, &a.organisation("nordvik").await);
    let accounts = &a.accounts;
    let visitor = &t.cx();

    let kari = owner(a, org, "kari").await;
    forgets_meanwhile("a code that is tried", a, org, &kari, Box::pin(accounts.try_code(&kari.cx, kari.person, &kari.codes[1]))).await;

    let kari = owner(a, org, "anna").await;
    let signs_in = accounts.sign_in_with_code(visitor, SignInPlace::Domain, &kari.username, &kari.codes[1]);
    forgets_meanwhile("a sign-in with a code", a, org, &kari, Box::pin(signs_in)).await;

    let kari = owner(a, org, "berit").await;
    let makes_kit = accounts.make_kit(&kari.cx, kari.person, OwnProof::Code(&kari.codes[1]));
    forgets_meanwhile("a new kit", a, org, &kari, Box::pin(makes_kit)).await;

    let kari = owner(a, org, "dagny").await;
    let new = NewPassword::parse("fire små kaker til", &kari.username).unwrap();
    let operator = org.cx.with_actor(Actor::Operator);
    let sets = accounts.set_password(&operator, kari.person, OwnProof::None, &new, None);
    forgets_meanwhile("a new password", a, org, &kari, Box::pin(sets)).await;

    let kari = owner(a, org, "eva").await;
    let end = async {
        let mut tx = a.db.begin(&operator).await?;
        accounts.end_all_sessions(&mut tx, &operator, kari.person, None).await?;
        Ok::<_, LocalRefusal>(tx.commit().await?)
    };
    forgets_meanwhile("sessions that end", a, org, &kari, Box::pin(end)).await;

    let kari = owner(a, org, "frida").await;
    let begin = async {
        let mut tx = a.db.begin(&kari.cx).await?;
        accounts.start_session(&mut tx, &kari.cx, NewSession::new(kari.person, SignInMethod::Sso)).await?;
        accounts.record(&mut tx, &kari.cx, crate::Entry::new("test.done").target(kari.person)).await?;
        Ok::<_, LocalRefusal>(tx.commit().await?)
    };
    forgets_meanwhile("a session that begins", a, org, &kari, Box::pin(begin)).await;
    assert!(accounts.audit_log(&org.cx, AuditPage { before: None, limit: 1 }).await.is_ok());
});

on_both_engines!(another_contact_and_the_one_who_is_forgotten_as_the_contact_wait_for_each_other, |t| {
    let a = TestAccounts::new(&t).await;
    let (a, org) = (&a, &a.organisation("nordvik").await);
    // The contact has an account here, too, with an address that is elsewhere.
    let chair = a.person(&org.cx, "chair@elsewhere.example", Role::Employee).await;
    let address = |text: &str| text.parse::<Username>().unwrap();
    let set = async |to: &str| a.accounts.set_contact(&org.owner_cx, org.owner, OwnProof::Password(&password()), &address(to)).await;
    set("chair@elsewhere.example").await.unwrap();
    let kari = Owner { person: chair, username: address("chair@elsewhere.example"), cx: org.cx.clone(), codes: vec![] };
    forgets_meanwhile("another contact", a, org, &kari, Box::pin(set("lawyer@elsewhere.example"))).await;
    assert_eq!(a.accounts.contact(&org.cx).await.unwrap().contact, Some(address("lawyer@elsewhere.example")));
});

on_both_engines!(an_old_password_that_was_typed_while_another_was_chosen_begins_no_session, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let (accounts, visitor, old) = (&a.accounts, t.cx(), password());
    let new = NewPassword::parse("fire små kaker til", &org.username).unwrap();
    let prepared = accounts.prepare_password(&org.owner_cx, &new).await.unwrap();
    // The owner chose another password, and that is not committed yet.
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    accounts.put_password(&mut tx, &org.owner_cx, org.owner, prepared, None, Telling::Already(true)).await.unwrap();
    // Whoever knows the old one signs in afterwards: on PostgreSQL it is looked up as it was.
    t.clock.advance(Duration::seconds(1));
    let mut signs_in = pin!(async {
        let who = accounts.check_password(&visitor, SignInPlace::Domain, &org.username, &old, true).await?;
        let mut tx = a.db.begin(&org.cx).await?;
        let since = Some(Since::Endings(who.endings));
        let begun =
            accounts.start_session(&mut tx, &org.cx, NewSession { since, ..NewSession::new(who.person, SignInMethod::Password) }).await;
        tx.commit().await?;
        Ok::<_, LocalRefusal>(begun?)
    });
    let early = tokio::time::timeout(MEANWHILE, &mut signs_in).await;
    assert!(early.is_err(), "it does not wait: {early:?}");
    tx.commit().await.unwrap();
    let begun = signs_in.await;
    assert!(matches!(begun, Err(LocalRefusal::Refused { .. } | LocalRefusal::Failed(AccountsError::NotFound))), "{begun:?}");
    assert!(accounts.sessions(&org.cx, org.owner).await.unwrap().is_empty());
});

on_both_engines!(somebody_who_is_invited_again_while_old_invitations_are_deleted_stays_and_keeps_the_key, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let new = NewInvitation {
        address: "kari@nordvik.example".parse().unwrap(),
        person: None,
        role: Role::Employee,
        page: "https://portal.example/invitation/",
    };
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    a.accounts.invite(&mut tx, &org.owner_cx, &new).await.unwrap();
    tx.commit().await.unwrap();
    let kari = a.accounts.invitations(&org.cx).await.unwrap()[0].person;
    t.clock.advance(Duration::days(60));
    // Invited again, at the very moment in which what ran out long ago is deleted.
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    a.accounts.invite(&mut tx, &org.owner_cx, &new).await.unwrap();
    let anybody = t.cx();
    let mut prune = pin!(a.accounts.prune(&anybody));
    let early = tokio::time::timeout(MEANWHILE, &mut prune).await;
    assert!(early.is_err(), "it waits: {early:?}");
    tx.commit().await.unwrap();
    prune.await.unwrap();
    assert_eq!(a.accounts.person(&org.cx, kari).await.unwrap().state, PersonState::Invited, "the person, and what is sealed");
    let invitations = a.accounts.invitations(&org.cx).await.unwrap();
    assert!(invitations.iter().any(|invitation| invitation.person == kari && invitation.state == InvitationState::Sent), "{invitations:?}");
    // Whom nobody invites again goes, with the key.
    t.clock.advance(Duration::days(60));
    a.accounts.prune(&t.cx()).await.unwrap();
    assert!(a.accounts.person(&org.cx, kari).await.is_err());
    let mut tx = a.db.read(&org.cx).await.unwrap();
    assert!(a.vault.person(&mut tx, org.id, kari).await.is_err(), "a key is left without its person");
});

/// The counter of invitations is held while two ask; whoever asks first gets it first, and both come through.
async fn both_wait_for_the_count<T: Debug, U: Debug>(
    a: &TestAccounts,
    org: &TestOrganisation,
    first: impl Future<Output = Result<T, AccountsError>>,
    second: impl Future<Output = Result<U, AccountsError>>,
) -> (T, U) {
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    a.accounts.count_invitation(&mut tx, &org.owner_cx, org.id).await.unwrap();
    let (mut first, mut second) = (pin!(first), pin!(second));
    assert!(tokio::time::timeout(MEANWHILE, &mut first).await.is_err());
    assert!(tokio::time::timeout(MEANWHILE, &mut second).await.is_err());
    tx.rollback().await.unwrap();
    let (first, second) = tokio::join!(first, second);
    (first.unwrap(), second.unwrap())
}

on_both_engines!(an_invitation_and_a_link_to_choose_a_password_are_counted_before_anything_is_held, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let (accounts, cx) = (&a.accounts, &org.owner_cx);
    let kari = a.person(&org.cx, "kari@nordvik.example", Role::Employee).await;
    let page = "https://portal.example/";
    let new = NewInvitation { address: "lars@nordvik.example".parse().unwrap(), person: None, role: Role::Employee, page };
    let link = async || {
        let mut tx = a.db.begin(cx).await?;
        accounts.send_password_link(&mut tx, cx, kari, page).await?;
        Ok::<_, AccountsError>(tx.commit().await?)
    };
    let invite = async || {
        let mut tx = a.db.begin(cx).await?;
        let id = accounts.invite(&mut tx, cx, &new).await?;
        tx.commit().await?;
        Ok::<_, AccountsError>(id)
    };
    let (_, id) = Box::pin(both_wait_for_the_count(&a, &org, link(), invite())).await;
    // The same for one that is sent again.
    let again = async || {
        let mut tx = a.db.begin(cx).await?;
        accounts.send_invitation_again(&mut tx, cx, id, page).await?;
        Ok::<_, AccountsError>(tx.commit().await?)
    };
    Box::pin(both_wait_for_the_count(&a, &org, link(), again())).await;
});

on_both_engines!(a_session_that_ends_is_held_after_its_person_and_the_log_however_it_ends, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let (accounts, cx) = (&a.accounts, &org.cx);
    let kari = a.person(&org.cx, "kari@nordvik.example", Role::Employee).await;
    let idp = crate::IdpSession { issuer: "https://login.example".to_owned(), sid: "one".to_owned() };
    let start = async |new: NewSession| {
        let mut tx = a.db.begin(cx).await?;
        let started = accounts.start_session(&mut tx, cx, new).await?;
        accounts.record(&mut tx, cx, crate::Entry::new("test.done")).await?;
        tx.commit().await?;
        Ok::<_, AccountsError>(started)
    };
    let ways: [&str; 3] = ["the provider", "another person's sign-in", "one by one"];
    for what in ways {
        let (token, session) =
            start(NewSession { idp_session: Some(idp.clone()), ..NewSession::new(kari, SignInMethod::Sso) }).await.unwrap();
        // Somebody holds the log already, and ends the session after it.
        let mut tx = a.db.begin(cx).await.unwrap();
        accounts.hold_person(&mut tx, cx, kari).await.unwrap();
        let replaces = NewSession { replaces: Some(token), ..NewSession::new(org.owner, SignInMethod::Password) };
        let visitor = t.cx();
        let mut other: Pin<Box<dyn Future<Output = Result<(), AccountsError>>>> = match what {
            "the provider" => Box::pin(async { accounts.end_sessions_of_idp(&visitor, &idp).await.map(drop) }),
            "one by one" => Box::pin(async {
                match accounts.end_session(cx, session).await {
                    Err(AccountsError::NotFound) => Ok(()),
                    done => done,
                }
            }),
            _ => Box::pin(async { start(replaces).await.map(drop) }),
        };
        let early = tokio::time::timeout(MEANWHILE, &mut other).await;
        assert!(early.is_err(), "{what} does not wait: {early:?}");
        let ended = accounts.end_all_sessions(&mut tx, cx, kari, None).await;
        assert!(matches!(ended, Ok(1)), "{what}: {ended:?}");
        tx.commit().await.unwrap();
        let answer = other.await;
        assert!(answer.is_ok(), "{what}: {answer:?}");
    }
});
