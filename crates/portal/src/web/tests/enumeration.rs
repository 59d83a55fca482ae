//! What a stranger at the sign-in page can learn: what the domain tells, and nothing else.

use tillit_accounts::testing::PASSWORD;
use tillit_accounts::{Limit, Limits};
use tillit_practice::demo;
use tillit_store::testing::{TestDb, statements_of};
use tillit_store::{Duration, on_both_engines};

use super::App;
use super::app::PORTAL;

/// Every kind of name on one domain: a person, an owner, somebody disabled, nobody.
const NAMES: [&str; 4] = [demo::EMPLOYEE, demo::GLOBAL_ADMINISTRATOR, "gone@nordvik.example", "nobody@nordvik.example"];

async fn app(t: TestDb) -> App {
    let app = App::over(t).await;
    let cx = app.room.cx.in_organisation(app.nordvik.id);
    let gone = app.room.person(&cx, "gone@nordvik.example", tillit_accounts::Role::Employee).await;
    let mut tx = app.room.db.begin(&cx).await.unwrap();
    app.room.accounts.disable(&mut tx, &cx, gone).await.unwrap();
    tx.commit().await.unwrap();
    app
}

/// A page without the typed name and the reference number.
fn plain(shape: (http::StatusCode, Vec<(String, String)>, String), name: &str) -> (http::StatusCode, Vec<(String, String)>, String) {
    (shape.0, shape.1, shape.2.replace(name, "NAME"))
}

on_both_engines!(attack_48_known_and_unknown_names_get_the_same_answer, |t| {
    let app = app(t).await;
    let mut pages = Vec::new();
    for name in NAMES.into_iter().chain(["nobody@unknown-domain.example"]) {
        let mut browser = app.browser("");
        let next = plain(browser.type_username(name).await.shape(), name);
        let refused = plain(browser.sign_in_locally(name, "wrong from the start").await.shape(), name);
        let fields = [("username", name), ("code", "7Q2M-9XKD-41TB-0WZV")];
        let code = plain(browser.post("/sign-in/recovery-code", &fields).await.shape(), name);
        pages.push((name, next, refused, code));
    }
    for (name, next, refused, code) in &pages {
        assert_eq!(next, &pages[0].1, "after Continue, {name}");
        assert_eq!(refused, &pages[0].2, "a wrong password, {name}");
        assert_eq!(code, &pages[0].3, "a wrong code, {name}");
    }
});

on_both_engines!(attack_48_once_it_is_on_the_domain_alone_decides, |t| {
    let app = app(t).await;
    app.signed_in(demo::GLOBAL_ADMINISTRATOR).await.enforce().await;
    for name in NAMES {
        let mut browser = app.browser("");
        let answer = browser.type_username(name).await;
        assert_eq!(answer.status, 303, "{name}");
        assert!(answer.location().starts_with(&app.running.base_url), "{name}");
        let mut own = app.browser("");
        let answer = own.post("/o/nordvik/sign-in", &[("username", name), ("return_to", "/")]).await;
        assert!(answer.location().starts_with(&app.running.base_url), "{name}");
    }
    let mut other = app.browser("");
    assert!(other.type_username("owner@fjordheim.example").await.has("type=\"password\""), "another domain is not touched");
});

/// Names of the statements behind each form that a stranger can fill in with a name.
async fn work(app: &App, name: &str) -> [Vec<&'static str>; 3] {
    let mut browser = app.browser("");
    browser.get("/sign-in/password").await;
    let (_, typed) = statements_of(browser.type_username(name)).await;
    let (_, refused) = statements_of(browser.sign_in_locally(name, "wrong from the start")).await;
    let fields = [("username", name), ("code", "7Q2M-9XKD-41TB-0WZV")];
    let (_, code) = statements_of(browser.post("/sign-in/recovery-code", &fields)).await;
    [typed, refused, code]
}

on_both_engines!(attack_48_known_and_unknown_names_cost_the_same_statements, |t| {
    let app = app(t).await;
    let mut before = Vec::new();
    for name in NAMES.into_iter().chain(["nobody@unknown-domain.example"]) {
        before.push((name, work(&app, name).await));
    }
    app.signed_in(demo::GLOBAL_ADMINISTRATOR).await.enforce().await;
    let mut enforced = Vec::new();
    for name in NAMES {
        enforced.push((name, work(&app, name).await));
    }
    for all in [before, enforced] {
        let first = &all[0].1;
        assert!(first[1].len() > 3 && first[2].len() > 3, "{first:?}");
        for (name, done) in &all {
            assert_eq!(done, first, "{name}");
        }
    }
});

on_both_engines!(attack_50_a_right_password_is_refused_like_a_wrong_one_once_it_is_on, |t| {
    let app = app(t).await;
    app.signed_in(demo::GLOBAL_ADMINISTRATOR).await.enforce().await;
    let mut shapes = Vec::new();
    for password in [PASSWORD, "wrong from the start"] {
        for name in NAMES {
            let mut browser = app.browser("");
            shapes.push(plain(browser.sign_in_locally(name, password).await.shape(), name));
            assert!(browser.session().is_none());
        }
    }
    assert!(shapes.iter().all(|shape| *shape == shapes[0]));
});

on_both_engines!(attack_49_guessing_is_slowed_and_shuts_neither_single_sign_on_nor_recovery, |t| {
    let few = Limit { attempts: 3, window: Duration::minutes(15) };
    let app = App::over_with(t, PORTAL, Limits { account: few, ..Limits::default() }, &[]).await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    ingrid.connect().await;
    let codes = ingrid.kit().await;
    let mut guesser = app.browser("");
    for _ in 0..4 {
        guesser.sign_in_locally(demo::GLOBAL_ADMINISTRATOR, "wrong from the start").await;
    }
    let slowed = guesser.sign_in_locally(demo::GLOBAL_ADMINISTRATOR, PASSWORD).await;
    assert!(slowed.has("There were too many attempts") && guesser.session().is_none(), "{}", slowed.body);
    // An unknown name is slowed in the same way.
    for _ in 0..4 {
        guesser.sign_in_locally("nobody@nordvik.example", "wrong from the start").await;
    }
    assert!(guesser.sign_in_locally("nobody@nordvik.example", "x").await.has("There were too many attempts"));
    let fields = [("username", demo::GLOBAL_ADMINISTRATOR), ("code", codes[0].as_str())];
    assert_eq!(app.browser("").post("/sign-in/recovery-code", &fields).await.location(), "/");
    assert_eq!(ingrid.trip("/settings/security/test", &[]).await.location(), "/settings/security");
});
