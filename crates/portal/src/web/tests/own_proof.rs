//! What is shown beside the session, on every page that asks for it: by whoever has only a passkey, by whoever showed
//! something a moment ago, and by whoever has nothing here but an account at the provider.

use tillit_accounts::authenticator::{Authenticator, Twist};
use tillit_accounts::testing::PASSWORD;
use tillit_accounts::{OwnProof, Role};
use tillit_practice::demo;
use tillit_store::{Actor, Duration};

use super::local_sign_in::{add_passkey, bytes, party, use_passkey};
use super::{Answer, App, Browser};

/// Takes the password away, as the operator could.
async fn without_password(app: &App, username: &str) {
    let cx = app.nordvik.cx.with_actor(Actor::Operator);
    let person = app.person(username).await;
    app.room.accounts.remove_password(&cx, person, OwnProof::None).await.unwrap();
}

/// Every page on which only an owner acts, with what is sent.
async fn pages(app: &App) -> Vec<(&'static str, String, String, Vec<(&'static str, &'static str)>)> {
    let kari = app.person(demo::EMPLOYEE).await;
    let role = format!("/people/{kari}/role");
    let service = vec![("name", "SIEM"), ("purpose", "Reads"), ("life", "30"), ("scope-api", "yes")];
    let (services, back, glass) = ("/settings/services/new", "/settings/ways-back", "/settings/ways-back/break-glass");
    vec![
        ("role", format!("{role}?to=analyst"), role, vec![("from", "employee"), ("to", "analyst")]),
        ("services", services.to_owned(), services.to_owned(), service),
        ("contact", back.to_owned(), format!("{back}/contact"), vec![("contact", "chair@elsewhere.example"), ("do", "set")]),
        ("seal", glass.to_owned(), glass.to_owned(), vec![("do", "seal")]),
        ("close", glass.to_owned(), glass.to_owned(), vec![("do", "close")]),
    ]
}

fn done(answer: &Answer) -> bool {
    answer.status == 303 || answer.status == 200
}

#[tokio::test]
async fn whoever_has_only_a_passkey_gets_through_every_page() {
    let app = App::new().await;
    let mut key = Authenticator::new();
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let handle = add_passkey(&mut ingrid, &key).await;
    without_password(&app, demo::GLOBAL_ADMINISTRATOR).await;
    for (what, page, path, fields) in pages(&app).await {
        assert_eq!(use_passkey(&mut ingrid, &mut key, &handle).await.location(), "/account", "a session that showed nothing yet");
        let shown = ingrid.get(&page).await;
        assert!(shown.has("data-passkey-proof"), "{what}: {}", shown.body);
        let refused = ingrid.post(&path, &fields).await;
        assert!(refused.status == 422 && refused.has("data-passkey-proof"), "{what}: {}", refused.body);
        let challenge = bytes(refused.between("data-challenge=\"", "\""));
        let answer = key.get(&party(), &challenge, &handle, Twist::None).to_fields();
        let names = ["credential", "client_data", "authenticator_data", "signature", "user_handle"];
        let proof = names.into_iter().zip(answer.iter().map(String::as_str));
        let answer = ingrid.post(&path, &fields.iter().copied().chain(proof).collect::<Vec<_>>()).await;
        assert!(done(&answer), "{what}: {}", answer.body);
    }
}

#[tokio::test]
async fn after_a_recent_proof_every_page_goes_on_or_shows_its_fields() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let policy = ingrid.post("/settings/security/second-factor", &[("who", "administrators"), ("password", PASSWORD)]).await;
    assert_eq!(policy.location(), "/settings/security");
    for (what, page, path, fields) in pages(&app).await {
        let offers = ingrid.get(&page).await.has("name=\"password\"");
        let bare = ingrid.post(&path, &fields).await;
        assert_ne!(offers, done(&bare), "{what}: a page shows no fields and then asks for them, or the other way round: {}", bare.body);
        if offers {
            assert!(bare.status == 422 && bare.has("name=\"password\""), "{what}: {}", bare.body);
            let answer = ingrid.post(&path, &[&fields[..], &[("password", PASSWORD)]].concat()).await;
            assert!(done(&answer), "{what}: {}", answer.body);
        }
    }
}

/// Lars: a privacy officer who signs in at the provider, and has nothing else.
async fn at_the_provider_only(app: &App) -> Browser<'_> {
    app.signed_in(demo::GLOBAL_ADMINISTRATOR).await.enforce().await;
    let mut ingrid = app.browser(demo::GLOBAL_ADMINISTRATOR);
    assert_eq!(ingrid.sign_in(demo::GLOBAL_ADMINISTRATOR).await.location(), "/", "it is confirmed");
    let lars = app.person(demo::OTHER_EMPLOYEE).await;
    let cx = app.nordvik.cx.with_actor(Actor::Operator);
    let mut tx = app.room.db.begin(&cx).await.unwrap();
    app.room.accounts.set_role(&mut tx, &cx, lars, Role::Employee).await.unwrap();
    tx.commit().await.unwrap();
    without_password(app, demo::OTHER_EMPLOYEE).await;
    let mut browser = app.browser(demo::OTHER_EMPLOYEE);
    assert_eq!(browser.sign_in(demo::OTHER_EMPLOYEE).await.location(), "/");
    let mut tx = app.room.db.begin(&cx).await.unwrap();
    app.room.accounts.set_role(&mut tx, &cx, lars, Role::PrivacyOfficer).await.unwrap();
    tx.commit().await.unwrap();
    let mut browser = app.browser(demo::OTHER_EMPLOYEE);
    assert_eq!(browser.sign_in(demo::OTHER_EMPLOYEE).await.location(), "/");
    browser
}

#[tokio::test]
async fn a_stolen_session_of_somebody_with_nothing_to_show_forgets_nobody() {
    let app = App::new().await;
    let mut lars = at_the_provider_only(&app).await;
    let forget = format!("/people/{}/forget", app.person(demo::EMPLOYEE).await);
    let sure = [("username", demo::EMPLOYEE)];
    for after in [Duration::ZERO, Duration::minutes(50)] {
        app.t.clock.advance(after);
        let bare = lars.post(&forget, &sure).await;
        assert!(bare.status == 422 && bare.has("value=\"provider\""), "{}", bare.body);
    }
    let copied = lars.cookies.clone();
    // To the provider, which asks, and back: what was typed waits.
    let there = lars.post(&forget, &[sure[0], ("proof", "provider")]).await;
    assert!(there.location().contains("prompt=login"), "{there:?}");
    let back = lars.through_provider(&there).await;
    let waits = lars.get(back.location()).await;
    assert!(waits.has(&format!("action=\"{forget}\"")) && waits.has(demo::EMPLOYEE) && !waits.has("value=\"provider\""), "{}", waits.body);
    assert!(!waits.has("data-send-on"), "nothing is sent unseen");
    let mut thief = app.browser("");
    thief.cookies = copied;
    assert!(thief.get("/account").await.location().starts_with("/sign-in"), "the copied cookie is worth nothing any more");
    let done = lars.post(&forget, &sure).await;
    assert!(done.location().starts_with("/settings/privacy/erasures/"), "{}", done.body);
    assert!(app.audit().await.contains(&"sso.proved".to_owned()));
}

#[tokio::test]
async fn a_first_password_passkey_or_app_needs_a_fresh_sign_in_and_a_second_one_more() {
    let app = App::new().await;
    let mut lars = at_the_provider_only(&app).await;
    let new = [("new_password", "fire små kaker til"), ("again", "fire små kaker til")];
    let password = "/account/sign-in/password";
    for (path, fields) in [(password, &new[..]), ("/account/sign-in/app", &[]), ("/account/sign-in/passkeys/add", &[("name", "Mine")])] {
        let bare = lars.post(path, fields).await;
        assert!(bare.status == 422 && bare.has("value=\"provider\""), "{path}: {}", bare.body);
    }
    let there = lars.post(password, &[&new[..], &[("proof", "provider")]].concat()).await;
    lars.through_provider(&there).await;
    assert!(!lars.get(password).await.has("value=\"provider\""), "it was shown a moment ago");
    assert_eq!(lars.post(password, &new).await.location(), "/account/sign-in");
    let again = lars.post(password, &new).await;
    assert!(again.status == 422 && again.has("Your password here") && !again.has("value=\"provider\""), "{}", again.body);
    // Whoever has something of their own is not sent there.
    assert_eq!(lars.post(password, &[&new[..], &[("proof", "provider")]].concat()).await.status, 403);
}

#[tokio::test]
async fn another_account_at_the_provider_shows_nothing() {
    let app = App::new().await;
    let mut lars = at_the_provider_only(&app).await;
    let forget = format!("/people/{}/forget", app.person(demo::EMPLOYEE).await);
    let there = lars.post(&forget, &[("username", demo::EMPLOYEE), ("proof", "provider")]).await;
    lars.walk = app.running.practice.walk(demo::GLOBAL_ADMINISTRATOR, tillit_practice::Consent::Accept);
    // Whoever drives the browser leaves the hint out, too.
    let mut address: url::Url = there.location().parse().unwrap();
    let kept: Vec<(String, String)> = address.query_pairs().into_owned().filter(|(name, _)| name != "login_hint").collect();
    address.query_pairs_mut().clear().extend_pairs(kept);
    let mut there = there;
    there.headers.insert(http::header::LOCATION, address.as_str().parse().unwrap());
    let back = lars.through_provider(&there).await;
    assert_eq!(back.status, 403, "{}", back.body);
    assert_eq!(lars.post(&forget, &[("username", demo::EMPLOYEE)]).await.status, 422);
    // An answer in a browser without the session that asked is worth nothing either.
    let there = lars.post(&forget, &[("username", demo::EMPLOYEE), ("proof", "provider")]).await;
    lars.walk = app.running.practice.walk(demo::OTHER_EMPLOYEE, tillit_practice::Consent::Accept);
    let path = lars.provider_answer(&there);
    let signed_in = lars.cookies.clone();
    lars.cookies.retain(|name, _| !name.ends_with("tillit_session"));
    assert_ne!(lars.get(&path).await.status, 303);
    lars.cookies = signed_in;
    assert_eq!(lars.post(&forget, &[("username", demo::EMPLOYEE)]).await.status, 422);
}

#[tokio::test]
async fn a_cookie_copied_before_a_way_was_changed_leads_to_the_sign_in() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let (back, glass) = ("/settings/ways-back/contact", "/settings/ways-back/break-glass");
    let cases: [(&str, &[(&str, &str)]); 6] = [
        ("/settings/security/recovery-kit", &[]),
        (back, &[("contact", "chair@elsewhere.example"), ("do", "set")]),
        (glass, &[("do", "seal")]),
        (glass, &[("do", "close")]),
        ("/account/sign-in/passkeys/add", &[("name", "Mine")]),
        ("/account/sign-in/app", &[]),
    ];
    for (path, fields) in cases {
        let mut thief = app.browser("");
        thief.cookies = ingrid.cookies.clone();
        assert_eq!(thief.get("/account").await.status, 200, "{path}: the cookie was copied");
        let answer = ingrid.post(path, &[fields, &[("password", PASSWORD)]].concat()).await;
        assert!(done(&answer), "{path}: {}", answer.body);
        assert_eq!(thief.get("/account").await.location(), "/sign-in?return_to=%2Faccount", "{path}: the copy goes on");
        assert_eq!(ingrid.get("/account").await.status, 200, "{path}: whoever showed it stays");
    }
}

#[tokio::test]
async fn the_life_of_a_token_that_was_chosen_outlives_a_wrong_proof() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let new = [("name", "Sync"), ("purpose", "It syncs"), ("scope-scim", "on"), ("life", "90"), ("password", PASSWORD)];
    let shown = ingrid.post("/settings/services/new", &new).await;
    let path = format!("/settings/services/{}/tokens", shown.between("href=\"/settings/services/", "\""));
    let mut thief = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let refused = thief.post(&path, &[("life", "30"), ("password", "not the password")]).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(refused.has("<option value=\"30\" selected"), "{}", refused.body);
}
