use std::net::IpAddr;
use std::sync::Arc;

use tillit_store::{Actor, ClientAddress, Cx, Duration, Scope, SystemRandom, Timestamp, args, on_both_engines};

use super::who;
use crate::testing::{TestAccounts, TestOrganisation};
use crate::{
    AccountsError, IdpSession, LinkPurpose, LinkToken, NewSession, Role, SESSION_LIFETIME, SessionId, SessionToken, SignInMethod, Since,
};

tillit_store::statements! { unlisted "accounts.tests.sessions";
    FORGE = "INSERT INTO session (id, organisation_id, person_id, token_hash, method, started_at, last_seen_at, rechecked_at, expires_at) VALUES ($1, $2, $3, $4, 'password', $5, $5, $5, $6)";
    TO = "UPDATE session SET person_id = $2 WHERE id = $1";
    LONGER = "UPDATE session SET expires_at = expires_at + 1 WHERE id = $1";
    NO_TOKEN = "UPDATE session SET token_hash = $2 WHERE id = $1";
    FORGE_LINK = "INSERT INTO one_time_link (id, organisation_id, person_id, purpose, token_hash, created_at, expires_at) VALUES ($1, $2, $3, 'recover', $4, $5, $6)";
}

async fn start(a: &TestAccounts, org: &TestOrganisation, new: NewSession) -> (SessionToken, SessionId) {
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    let started = a.accounts.start_session(&mut tx, &org.cx, new).await.unwrap();
    tx.commit().await.unwrap();
    started
}

fn idp(issuer: &str, sid: &str) -> Option<IdpSession> {
    Some(IdpSession { issuer: issuer.to_owned(), sid: sid.to_owned() })
}

/// A clock like a machine's: it never shows the same moment twice.
struct Restless(std::sync::atomic::AtomicI64);

impl tillit_store::Clock for Restless {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst))
    }
}

on_both_engines!(a_session_that_began_while_time_went_on_lets_in, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let clock = Arc::new(Restless(org.cx.now().0.into()));
    let cx = Cx::new(Scope::Organisation(org.id), Actor::Person(org.owner), None, clock, Arc::new(SystemRandom::default()));
    let mut tx = a.db.begin(&cx).await.unwrap();
    let (token, id) = a.accounts.start_session(&mut tx, &cx, NewSession::new(org.owner, SignInMethod::Password)).await.unwrap();
    tx.commit().await.unwrap();
    assert!(a.accounts.session(&cx, &token).await.unwrap().is_some());
    let mut tx = a.db.begin(&cx).await.unwrap();
    let token = a.accounts.rotate(&mut tx, &cx, id).await.unwrap();
    tx.commit().await.unwrap();
    assert!(a.accounts.session(&cx, &token).await.unwrap().is_some(), "with its next token too");
});

on_both_engines!(a_session_is_found_by_its_token_for_twelve_hours, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let (token, id) = start(&a, &org, NewSession::new(org.owner, SignInMethod::Password)).await;
    let session = a.accounts.session(&t.cx(), &SessionToken::parse(token.as_str()).unwrap()).await.unwrap().unwrap();
    assert_eq!((session.id, session.organisation, session.person), (id, org.id, org.owner));
    assert_eq!((session.method, session.role), (SignInMethod::Password, Role::Owner));
    assert_eq!(session.expires_at, t.cx().now() + SESSION_LIFETIME);
    assert!(!session.recheck_due(session.expires_at), "a local session is never re-checked");
    // Being used does not make it longer.
    t.clock.advance(Duration(SESSION_LIFETIME.0 - 1));
    let used = a.accounts.session(&t.cx(), &token).await.unwrap().unwrap();
    assert_eq!((used.last_seen_at, used.expires_at), (t.cx().now(), session.expires_at));
    t.clock.advance(Duration(1));
    assert_eq!(a.accounts.session(&t.cx(), &token).await.unwrap(), None);
    assert_eq!(a.accounts.prune(&t.cx()).await.unwrap().sessions, 1);
});

on_both_engines!(a_session_row_that_the_program_did_not_write_lets_nobody_in, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let kari = a.person(&org.cx, "kari@nordvik.example", Role::Employee).await;
    let run = async |statement, values| {
        let mut tx = a.db.begin(&a.cx).await.unwrap();
        assert_eq!(tx.execute(statement, values).await.unwrap(), 1);
        tx.commit().await.unwrap();
    };
    let found = async |token: &SessionToken| a.accounts.session(&t.cx(), token).await.unwrap().map(|session| session.person);
    // Somebody who can write to the database makes a row of an owner, with the hash of a token of their own.
    let own = "A".repeat(43);
    let sha = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, own.as_bytes());
    let (now, later) = (t.cx().now(), t.cx().now() + SESSION_LIFETIME);
    run(FORGE, args![t.cx().new_id::<tillit_store::kinds::Session>(), org.id, org.owner, sha.as_ref(), now, later]).await;
    assert_eq!(found(&SessionToken::parse(&own).unwrap()).await, None);
    run(FORGE_LINK, args![t.cx().new_id::<tillit_store::kinds::Invitation>(), org.id, org.owner, sha.as_ref(), now, later]).await;
    assert!(a.accounts.use_link(&t.cx(), &LinkToken::parse(&own).unwrap(), LinkPurpose::Recover).await.is_err());
    // Or gives the own session to an owner, or makes it longer, or moves its token into an owner's row.
    let (kept, _) = start(&a, &org, NewSession::new(kari, SignInMethod::Password)).await;
    let (token, id) = start(&a, &org, NewSession::new(kari, SignInMethod::Password)).await;
    run(TO, args![id, org.owner]).await;
    assert_eq!(found(&token).await, None);
    run(TO, args![id, kari]).await;
    assert_eq!(found(&token).await, Some(kari));
    run(LONGER, args![id]).await;
    assert_eq!(found(&token).await, None);
    let (token, id) = start(&a, &org, NewSession::new(kari, SignInMethod::Password)).await;
    let (_, of_owner) = start(&a, &org, NewSession::new(org.owner, SignInMethod::Password)).await;
    let mut tx = a.db.begin(&a.cx).await.unwrap();
    let hash = a.accounts.stored(crate::secret_text::Secret::Session, token.as_str().as_bytes()).unwrap();
    tx.execute(NO_TOKEN, args![id, [0; 32]]).await.unwrap();
    tx.execute(NO_TOKEN, args![of_owner, hash]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(found(&token).await, None);
    assert_eq!(found(&kept).await, Some(kari));
});

on_both_engines!(what_was_shown_before_all_sessions_were_ended_begins_none, |t| {
    let a = TestAccounts::new(&t).await;
    let (org, other) = (a.organisation("nordvik").await, a.organisation("sorvik").await);
    let begin = async |org: &TestOrganisation, since| {
        let mut tx = a.db.begin(&org.cx).await.unwrap();
        let new = NewSession { since, ..NewSession::new(org.owner, SignInMethod::Password) };
        let begun = a.accounts.start_session(&mut tx, &org.cx, new).await;
        tx.commit().await.unwrap();
        begun.map(|(token, _)| token)
    };
    // The password is right at this moment; before the session begins somebody else chooses another one.
    let looked = Since::Endings(who(&a, &org.cx, org.owner).await.endings);
    let arrived = Since::Moment(t.cx().now());
    t.clock.advance(Duration(1));
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    a.accounts.end_all_sessions(&mut tx, &org.cx, org.owner, None).await.unwrap();
    tx.commit().await.unwrap();
    assert!(matches!(begin(&org, Some(looked)).await, Err(AccountsError::NotFound)));
    assert!(matches!(begin(&org, Some(arrived)).await, Err(AccountsError::NotFound)));
    assert!(a.accounts.sessions(&org.cx, org.owner).await.unwrap().is_empty());
    assert!(begin(&other, Some(looked)).await.is_ok() && begin(&other, Some(arrived)).await.is_ok(), "sessions of others are theirs");
    let now = Since::Endings(who(&a, &org.cx, org.owner).await.endings);
    assert!(begin(&org, Some(now)).await.is_ok() && begin(&org, None).await.is_ok(), "what is shown now counts");
    assert!(begin(&org, Some(Since::Moment(t.cx().now()))).await.is_ok(), "what is shown now counts");
    // The clock was wrong when they were ended, and is put back.
    t.clock.advance(Duration(-Duration::hours(5).0));
    assert!(begin(&org, Some(now)).await.is_ok(), "a clock that goes back shuts nobody out");
    assert!(begin(&org, Some(Since::Moment(t.cx().now()))).await.is_ok(), "a clock that goes back shuts nobody out");
});

on_both_engines!(a_session_outlives_a_rotation_of_keys, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let (token, id) = start(&a, &org, NewSession::new(org.owner, SignInMethod::Password)).await;
    let cx = a.cx.with_scope(Scope::Installation);
    a.vault.begin_rotation(&a.db, &cx, crate::sql::SEALED).await.unwrap();
    for _ in 0..100 {
        let rotation = a.vault.rotate(&a.db, &cx, crate::sql::SEALED, Duration::hours(1)).await.unwrap();
        if rotation.is_some_and(|rotation| rotation.step == tillit_vault::Step::Finished) {
            break;
        }
        t.clock.advance(Duration::minutes(3));
    }
    // Also for a node that starts now, with the newest keys only.
    let node = TestAccounts::new(&t).await.accounts;
    assert_eq!(node.session(&t.cx(), &token).await.unwrap().unwrap().id, id);
});

on_both_engines!(signing_in_again_changes_the_token_and_ends_the_old_session, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let (old, _) = start(&a, &org, NewSession::new(org.owner, SignInMethod::Password)).await;
    let again = NewSession { replaces: Some(old.clone()), ..NewSession::new(org.owner, SignInMethod::Sso) };
    let (new, _) = start(&a, &org, again).await;
    assert_ne!(old.as_str(), new.as_str());
    assert!(a.accounts.session(&t.cx(), &old).await.unwrap().is_none());
    assert!(a.accounts.session(&t.cx(), &new).await.unwrap().is_some());
});

on_both_engines!(a_rotated_token_leaves_the_old_one_worthless, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let (old, id) = start(&a, &org, NewSession::new(org.owner, SignInMethod::Password)).await;
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    let new = a.accounts.rotate(&mut tx, &org.cx, id).await.unwrap();
    tx.commit().await.unwrap();
    assert!(a.accounts.session(&t.cx(), &old).await.unwrap().is_none());
    assert_eq!(a.accounts.session(&t.cx(), &new).await.unwrap().unwrap().id, id);
});

on_both_engines!(a_session_of_the_provider_is_rechecked_when_due, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let new = NewSession { recheck: Some(Duration::hours(1)), ..NewSession::new(org.owner, SignInMethod::Sso) };
    let (token, id) = start(&a, &org, new).await;
    t.clock.advance(Duration::minutes(59));
    assert!(!a.accounts.session(&t.cx(), &token).await.unwrap().unwrap().recheck_due(t.cx().now()));
    t.clock.advance(Duration::minutes(1));
    assert!(a.accounts.session(&t.cx(), &token).await.unwrap().unwrap().recheck_due(t.cx().now()));
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    a.accounts.mark_rechecked(&mut tx, &org.cx, id, Duration::hours(1)).await.unwrap();
    tx.commit().await.unwrap();
    let session = a.accounts.session(&t.cx(), &token).await.unwrap().unwrap();
    assert!(!session.recheck_due(t.cx().now()) && session.rechecked_at == t.cx().now());
});

on_both_engines!(sessions_are_listed_with_browser_and_address_and_end_one_by_one, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let address = ClientAddress("2001:db8::7".parse::<IpAddr>().unwrap());
    let random = Arc::new(SystemRandom::default());
    let cx = Cx::new(Scope::Organisation(org.id), Actor::Visitor, Some(address), t.clock.clone(), random);
    let new = NewSession { user_agent: Some("Firefox\r\n on Debian".into()), ..NewSession::new(org.owner, SignInMethod::Sso) };
    let mut tx = a.db.begin(&cx).await.unwrap();
    let (_, first) = a.accounts.start_session(&mut tx, &cx, new).await.unwrap();
    tx.commit().await.unwrap();
    t.clock.advance(Duration::seconds(1));
    let (_, second) = start(&a, &org, NewSession::new(org.owner, SignInMethod::Password)).await;
    let listed = a.accounts.sessions(&org.owner_cx, org.owner).await.unwrap();
    assert_eq!(listed.iter().map(|s| s.id).collect::<Vec<_>>(), [second, first]);
    assert_eq!(listed[1].user_agent.as_deref(), Some("Firefox on Debian"));
    assert_eq!((listed[1].client, listed[0].client), (Some(address), None));
    a.accounts.end_session(&org.owner_cx, first).await.unwrap();
    assert!(matches!(a.accounts.end_session(&org.owner_cx, first).await, Err(AccountsError::NotFound)));
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    assert_eq!(a.accounts.end_all_sessions(&mut tx, &org.owner_cx, org.owner, None).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert!(a.accounts.sessions(&org.owner_cx, org.owner).await.unwrap().is_empty());
});

on_both_engines!(logout_at_the_provider_ends_its_sessions_and_no_others, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let with = |issuer, sid| NewSession { idp_session: idp(issuer, sid), ..NewSession::new(org.owner, SignInMethod::Sso) };
    let (ours, _) = start(&a, &org, with("https://a.example", "s1")).await;
    let (same, _) = start(&a, &org, with("https://a.example", "s1")).await;
    let (other, _) = start(&a, &org, with("https://a.example", "s2")).await;
    let (foreign, _) = start(&a, &org, with("https://b.example", "s1")).await;
    let ended = |issuer: &'static str, sid: &'static str| {
        let (accounts, cx) = (a.accounts.clone(), t.cx());
        async move { accounts.end_sessions_of_idp(&cx, &idp(issuer, sid).unwrap()).await.unwrap() }
    };
    assert_eq!(ended("https://a.example", "nobody").await, 0);
    assert_eq!(ended("https://a.example", "s1").await, 2);
    assert_eq!(ended("https://a.example", "s1").await, 0);
    for (token, lives) in [(&ours, false), (&same, false), (&other, true), (&foreign, true)] {
        assert_eq!(a.accounts.session(&t.cx(), token).await.unwrap().is_some(), lives);
    }
});

on_both_engines!(a_person_never_has_more_than_fifty_sessions, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let (first, _) = start(&a, &org, NewSession::new(org.owner, SignInMethod::Password)).await;
    for _ in 0..50 {
        t.clock.advance(Duration::seconds(1));
        start(&a, &org, NewSession::new(org.owner, SignInMethod::Password)).await;
    }
    assert!(a.accounts.session(&t.cx(), &first).await.unwrap().is_none(), "the oldest made room");
    assert_eq!(a.accounts.sessions(&org.cx, org.owner).await.unwrap().len(), 50);
});
