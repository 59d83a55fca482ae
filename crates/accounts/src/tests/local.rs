use std::net::IpAddr;
use std::sync::Arc;

use tillit_store::testing::TestDb;
use tillit_store::{Actor, ClientAddress, Cx, Duration, Scope, SystemRandom, on_both_engines};

use super::who;
use crate::audit::actions;
use crate::testing::{TestAccounts, password};
use crate::{
    AuditPage, Limit, Limits, LocalRefusal, LocalSignIn, NewPerson, NewSession, OwnProof, Password, Profile, Role, SignInMethod,
    SignInPlace, Username, Work,
};

tillit_store::statements! { unlisted "test";
    COUNT_AUDIT = "SELECT COUNT(*) AS n FROM audit";
    COUNTERS = "SELECT current FROM attempt";
}

/// What the database itself shows of an attempt: rows of the audit logs, what the counters count.
async fn counts(t: &TestDb) -> (i64, i64) {
    let mut tx = t.db.read(&t.cx()).await.unwrap();
    let rows = tx.fetch_one(COUNT_AUDIT, vec![]).await.unwrap().get("n").unwrap();
    let counters = tx.fetch_all(COUNTERS, vec![]).await.unwrap();
    (rows, counters.iter().map(|row| row.get::<i64>("current").unwrap()).sum())
}

fn from(t: &TestDb, address: &str) -> Cx {
    let client = ClientAddress(address.parse::<IpAddr>().unwrap());
    Cx::new(Scope::Installation, Actor::Visitor, Some(client), t.clock.clone(), Arc::new(SystemRandom::default()))
}

fn name(text: &str) -> Username {
    text.parse().unwrap()
}

fn wrong() -> Password {
    Password::typed("not the password").unwrap()
}

fn wait_of(answer: Result<LocalSignIn, LocalRefusal>) -> Option<u32> {
    match answer {
        Err(LocalRefusal::Refused { wait_minutes }) => wait_minutes,
        other => panic!("{other:?}"),
    }
}

on_both_engines!(the_right_password_is_accepted_by_domain_and_by_slug, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let outside = a.person(&org.cx, "guest@elsewhere.example", Role::Employee).await;
    let cx = from(&t, "192.0.2.1");
    let signed_in = a.accounts.check_password(&cx, SignInPlace::Domain, &org.username, &password(), true).await.unwrap();
    assert_eq!(signed_in, who(&a, &org.cx, org.owner).await);
    let guest = name("guest@elsewhere.example");
    assert_eq!(wait_of(a.accounts.check_password(&cx, SignInPlace::Domain, &guest, &password(), true).await), None);
    let signed_in = a.accounts.check_password(&cx, SignInPlace::Slug(&org.slug), &guest, &password(), true).await.unwrap();
    assert_eq!(signed_in.person, outside);
});

on_both_engines!(every_refusal_costs_the_same_work_and_reads_the_same, |t| {
    let limits = Limits { account: Limit { attempts: 1, window: Duration::minutes(15) }, ..Limits::default() };
    let a = TestAccounts::with_limits(&t, limits).await;
    let org = a.organisation("nordvik").await;
    a.person(&org.cx, "known@nordvik.example", Role::Employee).await;
    let disabled = a.person(&org.cx, "disabled@nordvik.example", Role::Employee).await;
    a.person(&org.cx, "enforced@nordvik.example", Role::Employee).await;
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    a.accounts.disable(&mut tx, &org.cx, disabled).await.unwrap();
    let bare = NewPerson { username: name("bare@nordvik.example"), role: Role::Employee, profile: Profile::default() };
    a.accounts.add_person(&mut tx, &org.cx, &bare).await.unwrap();
    tx.commit().await.unwrap();
    let cx = from(&t, "192.0.2.1");
    let expected = Work { transactions: 2, statements: 4, hashes: 1, counter_writes: 2, audit_rows: 1 };
    for (username, typed, accepted, reason) in [
        ("known@nordvik.example", wrong(), true, "wrong_password"),
        ("unknown@nordvik.example", wrong(), true, "unknown_username"),
        ("bare@nordvik.example", wrong(), true, "no_password"),
        ("disabled@nordvik.example", password(), true, "disabled"),
        ("enforced@nordvik.example", password(), false, "not_accepted"),
        // Over the limit now, even with the right password: known and unknown alike.
        ("known@nordvik.example", password(), true, "limit_of_account"),
        ("unknown@nordvik.example", wrong(), true, "limit_of_account"),
    ] {
        let (rows, counted) = counts(&t).await;
        let (answer, work) = a.accounts.measured_check(&cx, SignInPlace::Domain, &name(username), &typed, accepted).await;
        assert_eq!(work, expected, "{reason}");
        let limited = reason.starts_with("limit");
        assert_eq!(wait_of(answer), limited.then_some(31), "{reason}: what is said");
        let (rows_after, counted_after) = counts(&t).await;
        assert_eq!(rows_after - rows, 1, "{reason}: one audit row");
        assert_eq!(counted_after - counted, if limited { 0 } else { 3 }, "{reason}: counted for account, address and organisation");
        let entry = a.accounts.audit_log(&org.cx, AuditPage { before: None, limit: 1 }).await.unwrap().remove(0);
        assert_eq!((entry.action.as_str(), entry.reason.as_deref()), (actions::PASSWORD_REFUSED, Some(reason)));
        assert_eq!(entry.client, cx.client());
    }
    // A success costs the same, too.
    let (answer, work) = a.accounts.measured_check(&cx, SignInPlace::Domain, &org.username, &password(), true).await;
    assert!(answer.is_ok() && work == expected);
    // So does a domain that nobody has; its row enters the installation's log.
    let (answer, work) = a.accounts.measured_check(&cx, SignInPlace::Domain, &name("x@nowhere.example"), &wrong(), true).await;
    assert_eq!((wait_of(answer), work), (None, expected));
    let entry = a.accounts.audit_log(&t.cx(), AuditPage { before: None, limit: 1 }).await.unwrap().remove(0);
    assert_eq!(entry.reason.as_deref(), Some("unknown_organisation"));
});

on_both_engines!(an_account_is_limited_alike_whether_somebody_has_it, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    for username in [org.username.clone(), name("unknown@nordvik.example")] {
        for n in 0..10 {
            let cx = from(&t, &format!("192.0.2.{n}"));
            assert_eq!(wait_of(a.accounts.check_password(&cx, SignInPlace::Domain, &username, &wrong(), true).await), None, "{n}");
        }
        let cx = from(&t, "198.51.100.1");
        let wait = wait_of(a.accounts.check_password(&cx, SignInPlace::Domain, &username, &password(), true).await).unwrap();
        assert!((1..=30).contains(&wait), "{wait}");
    }
    // Typed differently it is the same account.
    let shouted = name("OWNER@Nordvik.Example");
    assert!(wait_of(a.accounts.check_password(&t.cx(), SignInPlace::Domain, &shouted, &password(), true).await).is_some());
    // Who waits as long as told gets in.
    let wait = wait_of(a.accounts.check_password(&t.cx(), SignInPlace::Domain, &org.username, &password(), true).await).unwrap();
    t.clock.advance(Duration::minutes(i64::from(wait)));
    assert!(a.accounts.check_password(&t.cx(), SignInPlace::Domain, &org.username, &password(), true).await.is_ok());
    t.clock.advance(Duration::hours(1));
    assert!(a.accounts.prune(&t.cx()).await.unwrap().attempts > 0);
    assert_eq!(a.accounts.prune(&t.cx()).await.unwrap().attempts, 0);
});

on_both_engines!(a_proxy_that_nobody_told_us_of_is_not_shut_by_one_guesser, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let guess = async |address: &str, n: usize| {
        let username = name(&format!("p{n}@nordvik.example"));
        let answer = a.accounts.check_password(&from(&t, address), SignInPlace::Domain, &username, &wrong(), true).await;
        matches!(answer, Err(LocalRefusal::Refused { wait_minutes: None }))
    };
    for (address, passed) in [("198.51.100.7", 60), ("10.0.0.1", 70)] {
        let mut counted = 0;
        for n in 0..70 {
            counted += usize::from(guess(address, n).await);
        }
        assert_eq!(counted, passed, "{address}");
    }
    let answer = a.accounts.check_password(&from(&t, "10.0.0.1"), SignInPlace::Domain, &org.username, &password(), true).await;
    assert!(answer.is_ok(), "everybody else behind it signs in");
});

on_both_engines!(an_address_and_an_organisation_are_limited_across_names, |t| {
    let quarter = Duration::minutes(15);
    let limits = Limits {
        address: Limit { attempts: 3, window: quarter },
        organisation: Limit { attempts: 5, window: quarter },
        ..Limits::default()
    };
    let a = TestAccounts::with_limits(&t, limits).await;
    let org = a.organisation("nordvik").await;
    let code = a.accounts.make_kit(&org.owner_cx, org.owner, OwnProof::Password(&password())).await.unwrap().codes.remove(0);
    let guess = async |address: &str, username: &str| {
        let answer = a.accounts.check_password(&from(&t, address), SignInPlace::Domain, &name(username), &wrong(), true).await;
        wait_of(answer).is_some()
    };
    for n in 0..3 {
        assert!(!guess(&format!("2001:db8::{n}"), &format!("a{n}@nordvik.example")).await);
    }
    assert!(guess("2001:db8::ffff", "b@nordvik.example").await, "one /64 is one address");
    assert!(!guess("2001:db8:0:1::1", "c@nordvik.example").await);
    assert!(!guess("192.0.2.1", "d@nordvik.example").await);
    assert!(guess("192.0.2.2", "e@nordvik.example").await, "five in the organisation are enough");
    // Single sign-on and recovery are not touched.
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    a.accounts.start_session(&mut tx, &org.cx, NewSession::new(org.owner, SignInMethod::Sso)).await.unwrap();
    tx.commit().await.unwrap();
    let cx = from(&t, "192.0.2.2");
    assert!(a.accounts.sign_in_with_code(&cx, SignInPlace::Domain, &org.username, &code).await.is_ok());
});

on_both_engines!(people_who_sign_in_rightly_use_up_no_attempts, |t| {
    let limits = Limits { address: Limit { attempts: 2, window: Duration::minutes(15) }, ..Limits::default() };
    let a = TestAccounts::with_limits(&t, limits).await;
    let org = a.organisation("nordvik").await;
    let cx = from(&t, "192.0.2.1");
    for _ in 0..5 {
        a.accounts.check_password(&cx, SignInPlace::Domain, &org.username, &password(), true).await.unwrap();
    }
});

on_both_engines!(guesses_sent_at_once_are_counted_one_by_one, |t| {
    let limits = Limits { account: Limit { attempts: 4, window: Duration::minutes(15) }, ..Limits::default() };
    let a = TestAccounts::with_limits(&t, limits).await;
    let org = a.organisation("nordvik").await;
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..20 {
        let (accounts, cx, username) = (a.accounts.clone(), from(&t, &format!("192.0.2.{n}")), org.username.clone());
        tasks.spawn(async move { accounts.check_password(&cx, SignInPlace::Domain, &username, &wrong(), true).await });
    }
    let looked_at =
        tasks.join_all().await.into_iter().filter(|answer| matches!(answer, Err(LocalRefusal::Refused { wait_minutes: None }))).count();
    assert!(looked_at <= 4, "{looked_at} guesses were looked at");
});
