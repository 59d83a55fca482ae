//! More than anybody means: a calm page, and no row.

use http::Method;
use tillit_accounts::testing::PASSWORD;
use tillit_accounts::{DoorLimits, Limit, Limits, LinkPurpose};
use tillit_practice::demo;
use tillit_store::Duration;

use super::{App, Browser};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// An installation behind one proxy, where two of everything a minute are enough.
async fn strict() -> App {
    let two = Limit { attempts: 2, window: Duration::minutes(1) };
    let doors =
        DoorLimits { begin: two, begin_browser: two, answer: two, code: two, password: two, recovery: two, ..DoorLimits::default() };
    App::with(super::app::PORTAL, Limits { doors, ..Limits::default() }, &[]).await
}

fn at<'a>(app: &'a App) -> Browser<'a> {
    let mut browser = app.browser("");
    browser.before(app.reconfigured(|config| config.trusted_proxies = 1));
    browser
}

#[tokio::test]
async fn whoever_floods_the_doors_gets_a_calm_page_and_others_come_in() {
    let app = strict().await;
    let mut stranger = at(&app);
    let code = "username=nobody%40nordvik.example&code=7Q2M-9XKD-41TB-0WZV";
    for (method, path, body) in [
        (Method::POST, "/sign-in/password", "username=nobody%40nordvik.example&password=guess&return_to="),
        (Method::POST, "/sign-in/recovery-code", code),
        (Method::GET, "/sso/callback?code=x&state=y", ""),
    ] {
        let from = |address: &'static str| [FORM, ("accept", "text/html"), ("x-forwarded-for", address)];
        for _ in 0..2 {
            let answer = stranger.send(method.clone(), path, &from("6.6.6.6, 198.51.100.7"), body).await;
            assert!([400, 422].contains(&answer.status.as_u16()), "{answer:?}");
        }
        let before = app.audit().await;
        // What the client writes in front of the proxy's word does not make it another client.
        let answer = stranger.send(method.clone(), path, &from("203.0.113.9, 198.51.100.7"), body).await;
        assert_eq!((answer.status.as_u16(), answer.heading()), (429, "Too many attempts"), "{path}");
        let wait: i64 = answer.header("retry-after").parse().unwrap();
        assert!((1..=121).contains(&wait), "{wait}");
        assert_eq!(app.audit().await, before, "{path}");
        let other = stranger.send(method.clone(), path, &from("203.0.113.9"), body).await;
        assert_ne!(other.status, 429, "{path}");
    }
    // Where the flood came from, a right password cannot be told from a wrong one; elsewhere it opens.
    let body = format!("username={}&password={}&return_to=", demo::EMPLOYEE, PASSWORD.replace(' ', "+"));
    let from = |address: &'static str| [FORM, ("x-forwarded-for", address)];
    assert_eq!(stranger.send(Method::POST, "/sign-in/password", &from("198.51.100.7"), &body).await.status, 429);
    assert_eq!(stranger.send(Method::POST, "/sign-in/password", &from("203.0.113.77"), &body).await.location(), "/");
}

#[tokio::test]
async fn a_flood_of_passwords_does_not_use_up_an_owners_link() {
    let app = App::new().await;
    let cx = app.room.cx.in_organisation(app.nordvik.id);
    let person = app.person(demo::GLOBAL_ADMINISTRATOR).await;
    let mut tx = app.room.db.begin(&cx).await.unwrap();
    let token = app.room.accounts.make_link(&mut tx, &cx, person, LinkPurpose::Recover, Duration::minutes(10)).await.unwrap();
    tx.commit().await.unwrap();
    let path = format!("/recover/{}", token.as_str());
    let fields = [("password", "fire små kaker til"), ("again", "fire små kaker til")];
    let mut ingrid = app.browser("");
    ingrid.before(crate::router(crate::PortalState { accounts: app.room.swamped().await, ..app.state.clone() }));
    let busy = ingrid.post(&path, &fields).await;
    assert_eq!((busy.status.as_u16(), busy.header("retry-after")), (429, "60"));
    ingrid.before(app.router.clone());
    assert_eq!(ingrid.post(&path, &fields).await.location(), "/", "the link is still good");
}

#[tokio::test]
async fn a_link_whose_browser_hangs_up_is_not_used_up_for_nothing() {
    use std::future::Future as _;
    let app = App::new().await;
    let cx = app.room.cx.in_organisation(app.nordvik.id);
    let person = app.person(demo::GLOBAL_ADMINISTRATOR).await;
    let new = "fire små kaker til";
    let form = url::form_urlencoded::Serializer::new(String::new()).append_pair("password", new).append_pair("again", new).finish();
    let mut polls = 0;
    loop {
        let mut tx = app.room.db.begin(&cx).await.unwrap();
        let token = app.room.accounts.make_link(&mut tx, &cx, person, LinkPurpose::Recover, Duration::minutes(10)).await.unwrap();
        tx.commit().await.unwrap();
        let path = format!("/recover/{}", token.as_str());
        let request = http::Request::post(&path).header("host", "localhost:8400").header(FORM.0, FORM.1);
        let mut work = Box::pin(super::Answer::of(app.router.clone(), request.body(form.clone().into()).unwrap()));
        let mut polled = 0;
        let done = std::future::poll_fn(|cx| {
            polled += 1;
            match work.as_mut().poll(cx) {
                std::task::Poll::Ready(answer) => std::task::Poll::Ready(Some(answer)),
                std::task::Poll::Pending if polled > polls => std::task::Poll::Ready(None),
                std::task::Poll::Pending => std::task::Poll::Pending,
            }
        })
        .await;
        drop(work);
        app.state.sso.settled().await;
        // Either the link still works, or what it is for was done.
        let works = app.room.accounts.find_link(&app.room.cx, &token, LinkPurpose::Recover).await.is_ok();
        let sessions = app.room.accounts.sessions(&app.nordvik.cx, person).await.unwrap().len();
        assert!(works || sessions > 0, "broken off after {polls} polls");
        if done.is_some() {
            break;
        }
        let mut tx = app.room.db.begin(&cx).await.unwrap();
        app.room.accounts.end_all_sessions(&mut tx, &cx, person, None).await.unwrap();
        tx.commit().await.unwrap();
        polls += 1;
    }
    assert!(polls > 0, "there were awaits to break off at");
}
