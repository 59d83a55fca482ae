//! Browsers that hang up: what is owed to others is done all the same.

use std::future::Future;
use std::pin::pin;
use std::task::Poll;

use tillit_accounts::testing::password;
use tillit_practice::demo;
use tillit_practice::mischief::Mischief;
use tillit_store::{Scope, on_both_engines};

use super::stage::Stage;
use crate::service::actions;
use crate::service::views::*;

/// Polls `work` so often and then drops it, as a web server does when the browser hangs up. What came of it,
/// if it was faster.
async fn broken_off<T>(work: impl Future<Output = T>, polls: usize) -> Option<T> {
    let mut work = pin!(work);
    let mut polled = 0;
    std::future::poll_fn(|cx| {
        if polled == polls {
            return Poll::Ready(None);
        }
        polled += 1;
        match work.as_mut().poll(cx) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            // What was asked to be dropped is dropped at once, not when it wakes up.
            Poll::Pending if polled == polls => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

on_both_engines!(a_browser_that_hangs_up_at_any_await_loses_no_ledger_row_and_no_sign_in, |t| {
    let stage = Stage::new(&t).await;
    let owner = stage.on().await;
    let cx = stage.cx.with_scope(Scope::Installation);
    let mut polls = 0;
    loop {
        let mut kari = stage.seat(demo::EMPLOYEE);
        let query = CallbackQuery::parse(&kari.away(&stage, Purpose::SignIn).await).unwrap();
        let seen = async || {
            let signed_in = stage.audit().await.iter().filter(|(action, _)| action == actions::SIGNED_IN).count();
            let tokens = stage.view(&owner).await.ledger.iter().filter(|entry| entry.kind == crate::protocol::RequestKind::Token).count();
            (signed_in, tokens > 0, stage.view(&owner).await.ledger_total)
        };
        let before = seen().await;
        let done = broken_off(stage.sso.callback(&cx, &query, &kari.browser), polls).await;
        stage.sso.settled().await;
        let after = seen().await;
        if polls == 0 {
            assert_eq!(after, before, "never begun");
        } else {
            assert_eq!(after.0, before.0 + 1, "broken off at await {polls}");
            assert!(after.1 && after.2 > before.2, "broken off at await {polls}");
        }
        // The state was used up, whoever waits for the answer.
        if polls > 0 {
            let again = stage.sso.callback(&cx, &query, &kari.browser).await.unwrap();
            assert!(matches!(again, Landing::Refused(refusal) if refusal.kind == RefusalKind::StateUnknown));
        }
        if done.is_some() {
            break;
        }
        polls += 1;
    }
    assert!(polls >= 2, "there were awaits to break off at");
});

on_both_engines!(a_browser_that_hangs_up_hides_no_refusal, |t| {
    let stage = Stage::new(&t).await;
    stage.on().await;
    let cx = stage.cx.with_scope(Scope::Installation);
    stage.world(|world| world.mischief(Mischief::claim("nonce", serde_json::json!("another"))));
    let mut kari = stage.seat(demo::EMPLOYEE);
    let query = CallbackQuery::parse(&kari.away(&stage, Purpose::SignIn).await).unwrap();
    assert!(broken_off(stage.sso.callback(&cx, &query, &kari.browser), 1).await.is_none());
    stage.sso.settled().await;
    assert_eq!(stage.last_reason().await, "nonce");
});

on_both_engines!(a_guess_that_is_broken_off_is_counted_and_written_down, |t| {
    let stage = Stage::new(&t).await;
    let kari = stage.seat(demo::EMPLOYEE);
    let (name, right) = (demo::EMPLOYEE.parse().unwrap(), password());
    let signing_in = stage.sso.sign_in_locally(&stage.cx, &Place::Portal, &name, &right, &kari.browser);
    assert!(broken_off(signing_in, 1).await.is_none());
    stage.sso.settled().await;
    assert_eq!(stage.audit().await.iter().filter(|(action, _)| action == "password.accepted").count(), 1);
});

on_both_engines!(a_recovery_code_whose_browser_hangs_up_is_announced_all_the_same, |t| {
    let stage = Stage::new(&t).await;
    let code = stage.kit(demo::GLOBAL_ADMINISTRATOR).await.pop().unwrap();
    let seat = stage.seat(demo::GLOBAL_ADMINISTRATOR);
    let owner = demo::GLOBAL_ADMINISTRATOR.parse().unwrap();
    let before = stage.mails().await.len();
    let signing_in = stage.sso.sign_in_with_code(&stage.cx, &Place::Portal, &owner, &code, &seat.browser);
    assert!(broken_off(signing_in, 1).await.is_none());
    stage.sso.settled().await;
    assert!(stage.mails().await.len() > before);
});
