//! Every call with an id, made in another organisation, finds nothing: not forbidden, not there.

use tillit_store::{Actor, Duration, on_both_engines};

use crate::testing::{TestAccounts, password};
use crate::{
    AccountsError, AuditPage, LinkPurpose, LocalRefusal, NewPassword, NewSession, OwnProof, PeoplePage, Permission, PhotoChange, Profile,
    Role, SignInMethod,
};

macro_rules! not_found {
    ($($call:expr),* $(,)?) => {$(
        match $call.await {
            Err(AccountsError::NotFound) => {}
            other => panic!("{}: {:?}", stringify!($call), other.map(|_| "something")),
        }
    )*};
}

macro_rules! not_found_within {
    ($($call:expr),* $(,)?) => {$(
        match $call.await {
            Err(LocalRefusal::Failed(AccountsError::NotFound)) => {}
            other => panic!("{}: {:?}", stringify!($call), other.map(|_| "something")),
        }
    )*};
}

on_both_engines!(ids_of_another_organisation_are_not_found, |t| {
    let a = TestAccounts::new(&t).await;
    let (ours, theirs) = (a.organisation("nordvik").await, a.organisation("sorvik").await);
    let accounts = &a.accounts;
    let kit = accounts.make_kit(&ours.owner_cx, ours.owner, OwnProof::Password(&password())).await.unwrap();
    let mut tx = a.db.begin(&ours.cx).await.unwrap();
    let (token, session) = accounts.start_session(&mut tx, &ours.cx, NewSession::new(ours.owner, SignInMethod::Sso)).await.unwrap();
    let link = accounts.make_link(&mut tx, &ours.cx, ours.owner, LinkPurpose::SetUp, Duration::hours(1)).await.unwrap();
    tx.commit().await.unwrap();
    let before = accounts.person(&ours.cx, ours.owner).await.unwrap();

    // Their owner, their operator, and our own owner lost in their scope.
    for actor in [Actor::Person(theirs.owner), Actor::Operator, Actor::Person(ours.owner)] {
        let cx = theirs.cx.with_actor(actor);
        let new_password = NewPassword::parse("nine bars and a walrus", &ours.username).unwrap();
        not_found!(
            accounts.person(&cx, ours.owner),
            accounts.photo(&cx, ours.owner),
            accounts.sessions(&cx, ours.owner),
            accounts.end_session(&cx, session),
            accounts.kit_state(&cx, ours.owner),
            accounts.password_set_at(&cx, ours.owner),
            accounts.find_link(&cx, &link, LinkPurpose::SetUp),
            accounts.use_link(&cx, &link, LinkPurpose::SetUp),
        );
        not_found_within!(
            accounts.make_kit(&cx, ours.owner, OwnProof::None),
            accounts.prove_self(&cx, ours.owner, OwnProof::None),
            accounts.set_password(&cx, ours.owner, OwnProof::None, &new_password, None),
            accounts.remove_password(&cx, ours.owner, OwnProof::None),
            accounts.try_code(&cx, ours.owner, &kit.codes[0]),
        );
        let mut tx = a.db.begin(&cx).await.unwrap();
        not_found!(
            accounts.person_in(&mut tx, &cx, ours.owner),
            accounts.standing(&mut tx, &cx, ours.owner),
            accounts.kit_state_in(&mut tx, &cx, ours.owner),
            accounts.update_profile(&mut tx, &cx, ours.owner, &Profile::named("Taken over"), PhotoChange::Remove),
            accounts.rename(&mut tx, &cx, ours.owner, &theirs.username),
            accounts.set_role(&mut tx, &cx, ours.owner, Role::Employee),
            accounts.disable(&mut tx, &cx, ours.owner),
            accounts.enable(&mut tx, &cx, ours.owner),
            accounts.start_session(&mut tx, &cx, NewSession::new(ours.owner, SignInMethod::Sso)),
            accounts.rotate(&mut tx, &cx, session),
            accounts.mark_rechecked(&mut tx, &cx, session, Duration::hours(1)),
            accounts.end_all_sessions(&mut tx, &cx, ours.owner, None),
            accounts.make_link(&mut tx, &cx, ours.owner, LinkPurpose::Recover, Duration::minutes(1)),
            accounts.remove_domain(&mut tx, &cx, ours.username.domain()),
        );
        assert_eq!(accounts.person_by_username(&mut tx, &cx, &ours.username).await.unwrap(), None);
        assert!(!accounts.holds_domain(&mut tx, &cx, ours.username.domain()).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(accounts.session(&cx, &token).await.unwrap(), None);
        assert_eq!(accounts.organisation_of_domain(&cx, ours.username.domain()).await.unwrap(), None);
        assert_eq!(accounts.organisation_of_slug(&cx, &ours.slug).await.unwrap(), None);
        assert!(accounts.people(&cx, PeoplePage { after: None, limit: 100 }).await.unwrap().iter().all(|p| p.id == theirs.owner));
        assert!(accounts.administrators(&cx).await.unwrap().iter().all(|p| p.id == theirs.owner));
        let log = accounts.audit_log(&cx, AuditPage { before: None, limit: 100 }).await.unwrap();
        assert!(log.iter().all(|entry| entry.target.as_ref().is_none_or(|target| target.id != ours.owner.uuid())));
    }
    let lost = theirs.cx.with_actor(Actor::Person(ours.owner));
    assert!(matches!(accounts.require(&lost, Permission::ViewOverview).await, Err(AccountsError::Denied)));

    // And nothing of ours has changed.
    assert_eq!(accounts.person(&ours.cx, ours.owner).await.unwrap(), before);
    assert!(accounts.session(&t.cx(), &token).await.unwrap().is_some());
    assert_eq!(accounts.kit_state(&ours.cx, ours.owner).await.unwrap().unwrap().left, 10);
    assert!(accounts.use_link(&t.cx(), &link, LinkPurpose::SetUp).await.is_ok());
});

on_both_engines!(calls_that_need_an_organisation_say_so, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let cx = t.cx().with_actor(Actor::Operator);
    assert!(matches!(a.accounts.person(&cx, org.owner).await, Err(AccountsError::NoOrganisation)));
    assert!(matches!(a.accounts.domains(&cx).await, Err(AccountsError::NoOrganisation)));
    assert!(matches!(a.accounts.people(&cx, PeoplePage { after: None, limit: 1 }).await, Err(AccountsError::NoOrganisation)));
    assert!(matches!(a.accounts.kit_state(&cx, org.owner).await, Err(AccountsError::NoOrganisation)));
});

tillit_store::statements! { unlisted "test";
    OF_ORGANISATION_DOMAIN = "SELECT COUNT(*) AS n FROM organisation_domain WHERE organisation_id = $1";
    OF_PERSON = "SELECT COUNT(*) AS n FROM person WHERE organisation_id = $1";
    OF_CREDENTIAL = "SELECT COUNT(*) AS n FROM credential WHERE organisation_id = $1";
    OF_SESSION = "SELECT COUNT(*) AS n FROM session WHERE organisation_id = $1";
    OF_RECOVERY_KIT = "SELECT COUNT(*) AS n FROM recovery_kit WHERE organisation_id = $1";
    OF_RECOVERY_CODE = "SELECT COUNT(*) AS n FROM recovery_code WHERE organisation_id = $1";
    OF_ONE_TIME_LINK = "SELECT COUNT(*) AS n FROM one_time_link WHERE organisation_id = $1";
    OF_AUDIT_HEAD = "SELECT COUNT(*) AS n FROM audit_head WHERE organisation_id = $1";
    OF_AUDIT = "SELECT COUNT(*) AS n FROM audit WHERE organisation_id = $1";
}

on_both_engines!(a_statement_that_forgets_its_organisation_sees_nothing_on_postgresql, |t| {
    let a = TestAccounts::new(&t).await;
    let (ours, theirs) = (a.organisation("nordvik").await, a.organisation("sorvik").await);
    a.accounts.make_kit(&ours.owner_cx, ours.owner, OwnProof::Password(&password())).await.unwrap();
    let mut tx = a.db.begin(&ours.cx).await.unwrap();
    a.accounts.start_session(&mut tx, &ours.cx, NewSession::new(ours.owner, SignInMethod::Sso)).await.unwrap();
    a.accounts.make_link(&mut tx, &ours.cx, ours.owner, LinkPurpose::SetUp, Duration::hours(1)).await.unwrap();
    tx.commit().await.unwrap();
    for count in [
        OF_ORGANISATION_DOMAIN,
        OF_PERSON,
        OF_CREDENTIAL,
        OF_SESSION,
        OF_RECOVERY_KIT,
        OF_RECOVERY_CODE,
        OF_ONE_TIME_LINK,
        OF_AUDIT_HEAD,
        OF_AUDIT,
    ] {
        let mut seen = Vec::new();
        for cx in [&t.cx(), &ours.cx, &theirs.cx] {
            let mut tx = a.db.read(cx).await.unwrap();
            seen.push(tx.fetch_one(count, tillit_store::args![ours.id]).await.unwrap().get::<i64>("n").unwrap() > 0);
        }
        // SQLite has the first fence only: the statements themselves, as above.
        let second_fence = t.db.engine() == tillit_store::Engine::Postgres;
        assert_eq!(seen, [true, true, !second_fence], "{}", count.name);
    }
});
