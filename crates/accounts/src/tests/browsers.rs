use std::net::IpAddr;
use std::sync::Arc;

use tillit_store::{Actor, ClientAddress, Cx, Duration, Scope, SystemRandom, args, on_both_engines};

use super::mails as sent;
use crate::testing::{TestAccounts, TestOrganisation};
use crate::{AuditPage, BrowserMark, NewSession, SignInMethod, audit::actions};

tillit_store::statements! { unlisted "test";
    COUNT_MAILS = "SELECT COUNT(*) AS n FROM job WHERE kind = $1";
    COUNT_BROWSERS = "SELECT COUNT(*) AS n FROM known_browser";
}

async fn count(a: &TestAccounts, statement: tillit_store::Statement, values: Vec<tillit_store::Value>) -> i64 {
    a.db.read(&a.cx).await.unwrap().fetch_one(statement, values).await.unwrap().get("n").unwrap()
}

async fn mails(a: &TestAccounts) -> i64 {
    count(a, COUNT_MAILS, args![tillit_mail::KIND]).await
}

async fn sign_in(a: &TestAccounts, cx: &Cx, org: &TestOrganisation, browser: u8, method: SignInMethod) {
    let new = NewSession { browser: Some(BrowserMark::of_hash([browser; 32])), ..NewSession::new(org.owner, method) };
    let mut tx = a.db.begin(cx).await.unwrap();
    a.accounts.start_session(&mut tx, cx, new).await.unwrap();
    tx.commit().await.unwrap();
}

on_both_engines!(a_password_from_a_new_browser_is_told_once_and_from_a_known_one_never, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    sign_in(&a, &org.cx, &org, 1, SignInMethod::SetUpLink).await;
    assert_eq!(mails(&a).await, 0, "the browser that set the account up is the person's own");
    sign_in(&a, &org.cx, &org, 1, SignInMethod::Password).await;
    assert_eq!(mails(&a).await, 0, "it is known by then");
    for _ in 0..2 {
        sign_in(&a, &org.cx, &org, 2, SignInMethod::Password).await;
        assert_eq!(mails(&a).await, 1, "a new browser is told about once");
    }
    sign_in(&a, &org.cx, &org, 3, SignInMethod::Sso).await;
    assert_eq!(mails(&a).await, 1, "a provider tells its own people");
    let entry = a.accounts.audit_log(&org.cx, AuditPage { before: None, limit: 1 }).await.unwrap().remove(0);
    assert_eq!((entry.action.as_str(), entry.target.unwrap().person()), (actions::NEW_BROWSER, Some(org.owner)));
    assert_eq!(entry.detail, Some(serde_json::json!({ "told": true })));
    // The same browser in front of somebody else is new to them.
    let other = a.organisation("fjordheim").await;
    sign_in(&a, &other.cx, &other, 2, SignInMethod::Password).await;
    assert_eq!(mails(&a).await, 2);
});

on_both_engines!(a_browser_is_forgotten_half_a_year_after_it_was_last_used, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    sign_in(&a, &org.cx, &org, 1, SignInMethod::Password).await;
    t.clock.advance(Duration::days(179));
    sign_in(&a, &org.cx, &org, 2, SignInMethod::Password).await;
    assert_eq!(a.accounts.prune(&t.cx()).await.unwrap().browsers, 0);
    t.clock.advance(Duration::days(1));
    assert_eq!(a.accounts.prune(&t.cx()).await.unwrap().browsers, 1);
    assert_eq!(count(&a, COUNT_BROWSERS, vec![]).await, 1);
});

on_both_engines!(the_fifty_browsers_last_used_are_known, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    for browser in 0..52 {
        t.clock.advance(Duration::seconds(1));
        sign_in(&a, &org.cx, &org, browser, SignInMethod::Sso).await;
    }
    assert_eq!(count(&a, COUNT_BROWSERS, vec![]).await, 50);
});

on_both_engines!(the_mail_names_browser_and_address_in_the_readers_language_and_has_no_link, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let address = ClientAddress("203.0.113.9".parse::<IpAddr>().unwrap());
    let random = Arc::new(SystemRandom::default());
    let cx = Cx::new(Scope::Organisation(org.id), Actor::Visitor, Some(address), t.clock.clone(), random);
    let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    let new = NewSession {
        user_agent: Some(agent.to_owned()),
        browser: Some(BrowserMark::of_hash([1; 32])),
        ..NewSession::new(org.owner, SignInMethod::Password)
    };
    let mut tx = a.db.begin(&cx).await.unwrap();
    a.accounts.start_session(&mut tx, &cx, new).await.unwrap();
    tx.commit().await.unwrap();
    let mail = sent(&t, &a).await.remove(0);
    assert_eq!(mail.to, "owner@nordvik.example");
    assert!(mail.subject.contains("nordvik"), "{}", mail.subject);
    for part in ["Firefox · Linux", "203.0.113.9", "Sign out everywhere"] {
        assert!(mail.text.replace('\n', " ").contains(part), "{part} in {}", mail.text);
    }
    assert!(!mail.text.contains("http"), "{}", mail.text);
});
