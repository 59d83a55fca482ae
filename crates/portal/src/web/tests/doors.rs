//! Doors: local sign-in, recovery codes, one-time links, sign-out, sessions.

use tillit_accounts::testing::PASSWORD;
use tillit_accounts::{LinkPurpose, LinkToken};
use tillit_practice::demo;
use tillit_store::Duration;

use super::App;

async fn link(app: &App, username: &str, purpose: LinkPurpose) -> LinkToken {
    let cx = app.room.cx.in_organisation(app.nordvik.id);
    let person = app.person(username).await;
    let mut tx = app.room.db.begin(&cx).await.unwrap();
    let token = app.room.accounts.make_link(&mut tx, &cx, person, purpose, Duration::minutes(10)).await.unwrap();
    tx.commit().await.unwrap();
    token
}

#[tokio::test]
async fn looking_at_a_link_uses_nothing_up_and_using_it_works_once() {
    let app = App::new().await;
    for (purpose, page) in [(LinkPurpose::SetUp, "set-up"), (LinkPurpose::Recover, "recover")] {
        let path = format!("/{page}/{}", link(&app, demo::GLOBAL_ADMINISTRATOR, purpose).await.as_str());
        let mut scanner = app.browser("");
        for _ in 0..3 {
            assert_eq!(scanner.get(&path).await.status, 200, "{page}");
        }
        let mut ingrid = app.browser(demo::GLOBAL_ADMINISTRATOR);
        let typed = |password: &'static str, again: &'static str| [("password", password), ("again", again)];
        assert!(ingrid.post(&path, &typed("short", "short")).await.has("Use at least 12 characters"));
        assert!(ingrid.post(&path, &typed("fire små kaker til", "fire små kaker")).await.has("not the same"));
        assert_eq!(ingrid.post(&path, &typed("fire små kaker til", "fire små kaker til")).await.location(), "/");
        assert_eq!(ingrid.get("/").await.status, 200);
        let again = scanner.post(&path, &typed("andre ville det også", "andre ville det også")).await;
        assert!(again.has("This link no longer works") && scanner.session().is_none());
        // A link of one kind is not one of the other.
        let other = if page == "recover" { "set-up" } else { "recover" };
        let token = link(&app, demo::GLOBAL_ADMINISTRATOR, purpose).await;
        assert!(scanner.get(&format!("/{other}/{}", token.as_str())).await.has("This link no longer works"));
    }
}

#[tokio::test]
async fn a_kit_needs_more_than_a_session_and_its_codes_let_an_owner_in_once() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let refused = ingrid.post("/settings/security/recovery-kit", &[("password", "not mine at all")]).await;
    assert_eq!(refused.status, 422);
    assert!(!refused.has("<ol class=\"kit\">"));
    assert!(ingrid.post("/settings/security/recovery-kit", &[]).await.has("Show that it is you"));
    let codes = ingrid.kit().await;
    let mut elsewhere = app.browser("");
    let fields = |code: &str| [("username".to_owned(), demo::GLOBAL_ADMINISTRATOR.to_owned()), ("code".to_owned(), code.to_owned())];
    let fields: Vec<_> = fields(&codes[0]).into();
    let sent: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(elsewhere.post("/sign-in/recovery-code", &sent).await.location(), "/");
    assert_eq!(elsewhere.post("/sign-in/recovery-code", &sent).await.status, 422, "each code works once");
}

#[tokio::test]
async fn attack_34_a_token_that_was_known_before_is_worth_nothing_after() {
    let app = App::new().await;
    let mut kari = app.signed_in(demo::EMPLOYEE).await;
    let first = kari.session().unwrap().to_owned();
    // Signing in again changes it.
    kari.sign_in_locally(demo::EMPLOYEE, PASSWORD).await;
    let second = kari.session().unwrap().to_owned();
    assert_ne!(first, second);
    let mut thief = app.browser("");
    thief.cookies.insert("tillit_session".to_owned(), first);
    assert!(thief.get("/").await.location().starts_with("/sign-in"), "the old token ended");
    // A token that somebody planted is not taken over.
    let mut planted = app.browser("");
    planted.cookies.insert("tillit_session".to_owned(), "A".repeat(43));
    planted.sign_in_locally(demo::EMPLOYEE, PASSWORD).await;
    assert_ne!(planted.session().unwrap(), "A".repeat(43));
    // Linking changes it too: from then on the session may do more.
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let before = ingrid.session().unwrap().to_owned();
    ingrid.connect().await;
    assert_ne!(ingrid.session().unwrap(), before);
    let mut thief = app.browser("");
    thief.cookies.insert("tillit_session".to_owned(), before);
    assert!(thief.get("/").await.location().starts_with("/sign-in"));
}

#[tokio::test]
async fn signing_out_ends_the_session_on_the_server_too() {
    let app = App::new().await;
    let mut kari = app.signed_in(demo::EMPLOYEE).await;
    let token = kari.session().unwrap().to_owned();
    assert_eq!(kari.post("/sign-out", &[]).await.location(), "/sign-in");
    assert!(kari.session().is_none());
    assert!(kari.get("/sign-in").await.has("You are signed out here."));
    assert!(!kari.get("/sign-in").await.has("You are signed out here."), "said once");
    kari.cookies.insert("tillit_session".to_owned(), token);
    assert_eq!(kari.get("/").await.location(), "/sign-in");
}

#[tokio::test]
async fn one_session_or_all_can_be_ended_from_another_place() {
    let app = App::new().await;
    let (mut here, mut there) = (app.signed_in(demo::EMPLOYEE).await, app.signed_in(demo::EMPLOYEE).await);
    let list = here.get("/account/sessions").await;
    let end = format!("/account/sessions/end/{}", list.between("/account/sessions/end/", "\""));
    assert_eq!(here.post(&end, &[]).await.location(), "/account/sessions");
    assert_eq!(there.get("/").await.location(), "/sign-in");
    let mut again = app.signed_in(demo::EMPLOYEE).await;
    here.post("/account/sessions/end-all", &[]).await;
    assert_eq!(again.get("/").await.location(), "/sign-in");
    assert_eq!(here.get("/").await.location(), "/sign-in");
}

#[tokio::test]
async fn the_reader_chooses_language_and_colours_and_comes_back_to_the_page() {
    let app = App::new().await;
    let mut browser = app.browser("");
    assert_eq!(browser.post("/preferences", &[("return_to", "/sign-in/other"), ("language", "nb")]).await.location(), "/sign-in/other");
    browser.post("/preferences", &[("return_to", "/"), ("theme", "dark")]).await;
    let page = browser.get("/sign-in").await;
    assert!(page.has("<html lang=\"nb\" data-theme=\"dark\""));
    assert_eq!(browser.post("/preferences", &[("return_to", "/"), ("theme", "pink")]).await.status, 400);
}
