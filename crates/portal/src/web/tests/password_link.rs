//! A link to choose a password: for whoever lost it, and for whoever never had one because of single sign-on.

use tillit_accounts::OwnProof;
use tillit_accounts::authenticator::Authenticator;
use tillit_accounts::testing::PASSWORD;
use tillit_practice::demo;
use tillit_store::{Actor, Duration};

use super::app::PORTAL;
use super::invitations::mails;
use super::local_sign_in::{add_passkey, set_up_app};
use super::{App, Browser};

const CHOSEN: &str = "fire små kaker til";

/// Path of the newest link that was mailed to `address`.
async fn link(app: &App, address: &str) -> String {
    let mails = mails(app).await;
    let mail = mails.iter().find(|mail| mail.to == address && mail.text.contains("/set-up/")).unwrap_or_else(|| panic!("{mails:?}"));
    mail.text.lines().find_map(|line| line.trim().strip_prefix(PORTAL)).unwrap().to_owned()
}

/// Has one sent to `username`.
async fn send(app: &App, by: &mut Browser<'_>, username: &str) -> String {
    let path = format!("/people/{}/password-link", app.person(username).await);
    assert_eq!(by.post(&path, &[("password", PASSWORD)]).await.location(), path.trim_end_matches("/password-link"));
    link(app, username).await
}

#[tokio::test]
async fn whoever_lost_the_password_gets_a_link_at_the_own_address_and_the_old_one_works_until_then() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let mut elsewhere = app.signed_in(demo::EMPLOYEE).await;
    let page = format!("/people/{}/password-link", app.person(demo::EMPLOYEE).await);
    assert!(ingrid.get(page.trim_end_matches("/password-link")).await.has(&page), "offered on the person's page");
    let asked = ingrid.get(&page).await;
    assert!(asked.has(&format!("at {}", demo::EMPLOYEE)) && asked.has("for two days"), "{}", asked.body);
    assert_eq!(ingrid.post(&page, &[]).await.status, 422, "a session alone sends none");
    assert_eq!(ingrid.post(&page, &[("password", "not mine at all")]).await.status, 422);
    let first = send(&app, &mut ingrid, demo::EMPLOYEE).await;
    app.t.clock.advance(Duration::minutes(1));
    let path = send(&app, &mut ingrid, demo::EMPLOYEE).await;
    assert_eq!(app.browser("").get(&first).await.status, 422, "an earlier link is void");
    assert_eq!(app.browser("").sign_in_locally(demo::EMPLOYEE, PASSWORD).await.location(), "/", "nothing changed yet");

    let mut kari = app.browser("");
    assert_eq!(kari.get(&path).await.status, 200);
    assert_eq!(kari.post(&path, &[("password", CHOSEN), ("again", CHOSEN)]).await.location(), "/");
    assert_eq!(kari.get("/account").await.status, 200);
    assert!(elsewhere.get("/account").await.location().starts_with("/sign-in"), "whoever had a session has none");
    assert_eq!(app.browser("").sign_in_locally(demo::EMPLOYEE, PASSWORD).await.status, 422);
    assert_eq!(app.browser("").sign_in_locally(demo::EMPLOYEE, CHOSEN).await.location(), "/");
    assert_eq!(app.browser("").get(&path).await.status, 422, "once");
    assert!(mails(&app).await.iter().any(|mail| mail.to == demo::EMPLOYEE && mail.subject.contains("Your password was changed")));
    assert!(app.audit().await.contains(&"link.made set_up".to_owned()));
}

#[tokio::test]
async fn the_mailbox_alone_is_not_both_factors() {
    let app = App::new().await;
    let mut kari = app.signed_in(demo::EMPLOYEE).await;
    let secret = set_up_app(&app, &mut kari).await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let path = send(&app, &mut ingrid, demo::EMPLOYEE).await;
    let mut mailbox = app.browser("");
    let there = mailbox.post(&path, &[("password", CHOSEN), ("again", CHOSEN)]).await;
    assert_eq!(there.location(), "/o/nordvik/sign-in/password");
    assert!(mailbox.session().is_none());
    let step = mailbox.sign_in_locally(demo::EMPLOYEE, CHOSEN).await;
    assert!(step.has("Type the code of your app") && mailbox.session().is_none(), "{}", step.body);
    let carried = step.between("name=\"step\" value=\"", "\"").to_owned();
    let code = secret.code_at(app.t.cx().now()).to_string();
    assert_eq!(mailbox.post("/sign-in/code", &[("step", &carried), ("return_to", "/"), ("code", &code)]).await.location(), "/");
}

#[tokio::test]
async fn whoever_signs_in_with_a_passkey_gets_none_and_nobody_sends_one_upwards_or_to_another_organisation() {
    let app = App::new().await;
    add_passkey(&mut app.signed_in(demo::EMPLOYEE).await, &Authenticator::new()).await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let kari = format!("/people/{}", app.person(demo::EMPLOYEE).await);
    let page = ingrid.get(&kari).await;
    assert!(page.has("signs in with a passkey") && !page.has("/password-link"), "{}", page.body);
    assert_eq!(ingrid.post(&format!("{kari}/password-link"), &[("password", PASSWORD)]).await.status, 404);

    let own = format!("/people/{}/password-link", app.person(demo::GLOBAL_ADMINISTRATOR).await);
    assert_eq!(ingrid.post(&own, &[("password", PASSWORD)]).await.status, 404, "one's own is another page");
    let mut lower = app.signed_in(demo::OTHER_EMPLOYEE).await;
    assert_eq!(lower.post(&own, &[("password", PASSWORD)]).await.status, 403);
    let mut stranger = app.signed_in("owner@fjordheim.example").await;
    assert_eq!(stranger.post(&own, &[("password", PASSWORD)]).await.status, 404);
}

#[tokio::test]
async fn after_single_sign_on_was_turned_off_whoever_never_had_a_password_gets_one() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let kari = app.person(demo::EMPLOYEE).await;
    let operator = app.nordvik.cx.with_actor(Actor::Operator);
    app.room.accounts.remove_password(&operator, kari, OwnProof::None).await.unwrap();
    ingrid.enforce().await;
    ingrid.sign_in(demo::GLOBAL_ADMINISTRATOR).await;
    let path = format!("/people/{kari}/password-link");
    assert!(!ingrid.get(&format!("/people/{kari}")).await.has("/password-link"), "no link works while single sign-on is enforced");
    assert_eq!(ingrid.post(&path, &[("password", PASSWORD)]).await.status, 404);
    assert_eq!(app.browser(demo::EMPLOYEE).sign_in(demo::EMPLOYEE).await.location(), "/");
    let mut before = app.browser("");
    assert_eq!(before.sign_in_locally(demo::EMPLOYEE, PASSWORD).await.status, 422);

    assert_eq!(ingrid.post("/settings/security/turn-off", &[("password", PASSWORD)]).await.location(), "/settings/security");
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    assert!(ingrid.get("/settings/security").await.has("1 employee has neither a password nor a passkey here"));
    assert_eq!(ingrid.post("/people/password-links", &[]).await.status, 422, "a session alone sends none");
    let sent = ingrid.post("/people/password-links", &[("password", PASSWORD)]).await;
    assert!(sent.has("1 link was sent.") && sent.has("has a link that was not used yet"), "{}", sent.body);
    assert!(!sent.has("Send 1 link"), "nobody gets two");
    assert_eq!(ingrid.post("/people/password-links", &[]).await.status, 200);
    let path = link(&app, demo::EMPLOYEE).await;
    let mut browser = app.browser("");
    assert_eq!(browser.post(&path, &[("password", CHOSEN), ("again", CHOSEN)]).await.location(), "/");
    assert_eq!(app.browser("").sign_in_locally(demo::EMPLOYEE, CHOSEN).await.location(), "/");
    assert!(ingrid.get("/people/password-links").await.has("Everybody has something to sign in with"));
    assert!(!ingrid.get("/settings/security").await.has("neither a password nor a passkey"));
    assert_eq!(browser.post("/people/password-links", &[("password", CHOSEN)]).await.status, 403, "an employee");
}
