//! Second factor and passkeys: the steps as a browser meets them.

use tillit_accounts::authenticator::{Authenticator, Twist};
use tillit_accounts::testing::PASSWORD;
use tillit_accounts::{RelyingParty, SecondFactorFor, TotpSecret};
use tillit_practice::demo;
use tillit_store::Duration;

use super::{Answer, App, Browser};

/// Sets an app up; its secret.
pub(super) async fn set_up_app(app: &App, browser: &mut Browser<'_>) -> TotpSecret {
    let scan = browser.post("/account/sign-in/app", &[("password", PASSWORD)]).await;
    let (text, ticket) = (hidden(&scan, "secret").to_owned(), hidden(&scan, "ticket").to_owned());
    assert!(scan.has("<svg class=\"qr\"") && scan.has("otpauth://totp/"), "{}", scan.body);
    let secret = TotpSecret::from_base32(&text).unwrap();
    let wrong = [("secret", text.as_str()), ("ticket", &ticket), ("code", "000000")];
    let again = browser.post("/account/sign-in/app/finish", &wrong).await;
    assert!(again.status == 422 && again.has("That code does not fit"), "{}", again.body);
    let code = secret.code_at(app.t.cx().now()).to_string();
    let done = browser.post("/account/sign-in/app/finish", &[("secret", &text), ("ticket", &ticket), ("code", &code)]).await;
    assert_eq!(done.heading(), "The app is set up. Here are your recovery codes");
    app.t.clock.advance(Duration::seconds(30));
    secret
}

fn hidden<'a>(page: &'a Answer, name: &str) -> &'a str {
    page.between(&format!("name=\"{name}\" value=\""), "\"")
}

#[tokio::test]
async fn with_an_app_the_password_leads_to_the_code_and_the_code_inside() {
    let app = App::new().await;
    let mut kari = app.signed_in(demo::EMPLOYEE).await;
    let secret = set_up_app(&app, &mut kari).await;
    let mut browser = app.browser("");
    let step = browser.sign_in_locally(demo::EMPLOYEE, PASSWORD).await;
    assert!(step.status == 200 && browser.session().is_none() && step.has("Type the code of your app"), "{}", step.body);
    let carried = hidden(&step, "step").to_owned();
    let code = secret.code_at(app.t.cx().now()).to_string();
    // Another browser gets nowhere with it.
    let mut other = app.browser("");
    let fields = [("step", carried.as_str()), ("return_to", "/account"), ("code", &code)];
    assert_eq!(other.post("/sign-in/code", &fields).await.location(), "/sign-in/other");
    assert!(other.session().is_none());
    let wrong = browser.post("/sign-in/code", &[("step", carried.as_str()), ("return_to", "/account"), ("code", "12 34")]).await;
    assert!(wrong.status == 422 && wrong.has("Type six digits"), "{}", wrong.body);
    assert_eq!(browser.post("/sign-in/code", &fields).await.location(), "/account");
    assert!(browser.session().is_some());
    assert!(browser.get("/account/sessions").await.has("Password and code"));
    // A step that was made up begins again.
    let mut nobody = app.browser("");
    assert_eq!(nobody.post("/sign-in/code", &[("step", "x"), ("return_to", "/"), ("code", &code)]).await.location(), "/sign-in/other");
}

#[tokio::test]
async fn once_single_sign_on_is_enforced_no_second_step_lets_anybody_in() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let mut kari = app.signed_in(demo::EMPLOYEE).await;
    let secret = set_up_app(&app, &mut kari).await;
    let mut browser = app.browser("");
    let step = browser.sign_in_locally(demo::EMPLOYEE, PASSWORD).await;
    let carried = hidden(&step, "step").to_owned();
    ingrid.enforce().await;
    let code = secret.code_at(app.t.cx().now()).to_string();
    let refused = browser.post("/sign-in/code", &[("step", &carried), ("return_to", "/"), ("code", &code)]).await;
    assert!(refused.status == 422 && browser.session().is_none(), "{}", refused.body);
    assert!(app.audit().await.contains(&"second_factor.refused not_accepted".to_owned()));
}

#[tokio::test]
async fn an_owner_resets_a_lost_second_factor_with_an_own_proof_only() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let mut lars = app.signed_in(demo::OTHER_EMPLOYEE).await;
    let mut kari = app.signed_in(demo::EMPLOYEE).await;
    let secret = set_up_app(&app, &mut kari).await;
    let path = format!("/people/{}/second-factor", app.person(demo::EMPLOYEE).await);
    assert_eq!(lars.get(&path).await.status, 403);
    assert_eq!(lars.post(&path, &[("password", PASSWORD)]).await.status, 403);
    assert!(ingrid.get(path.trim_end_matches("/second-factor")).await.has("Reset the second factor"));
    assert_eq!(ingrid.post(&path, &[]).await.status, 422, "a session alone is not enough");
    // A passkey beside it goes, too: only its holder could take it away else.
    let mut key = Authenticator::new();
    let handle = add_passkey_with(&mut kari, &key, &[("proof_code", &secret.code_at(app.t.cx().now()).to_string())]).await;
    assert!(ingrid.post(&path, &[("password", PASSWORD)]).await.location().starts_with("/people/"));
    assert_eq!(app.browser("").sign_in_locally(demo::EMPLOYEE, PASSWORD).await.location(), "/", "the password is enough");
    assert_eq!(use_passkey(&mut app.browser(""), &mut key, &handle).await.status, 422, "the passkey is gone");
    assert_eq!(ingrid.get(&path).await.status, 404, "there is none any more");
    // One's own is taken away on one's own page, not here.
    set_up_app(&app, &mut ingrid).await;
    let own = format!("/people/{}/second-factor", app.person(demo::GLOBAL_ADMINISTRATOR).await);
    assert_eq!(ingrid.get(&own).await.status, 404);
}

#[tokio::test]
async fn whoever_is_switched_on_again_comes_back_without_what_was_added_before() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let mut key = Authenticator::new();
    let handle = add_passkey(&mut app.signed_in(demo::EMPLOYEE).await, &key).await;
    let path = format!("/people/{}", app.person(demo::EMPLOYEE).await);
    for (clear, works) in [(&[][..], true), (&[("clear", "yes")][..], false)] {
        assert_eq!(ingrid.post(&format!("{path}/disable"), &[]).await.location(), path);
        assert!(ingrid.get(&path).await.has("name=\"clear\""), "it is asked");
        assert_eq!(ingrid.post(&format!("{path}/enable"), clear).await.location(), path);
        assert_eq!(use_passkey(&mut app.browser(""), &mut key, &handle).await.status != 422, works);
    }
    assert!(!ingrid.get(&path).await.has("name=\"clear\""));
}

#[tokio::test]
async fn a_changed_password_works_at_once_and_ends_the_other_sessions() {
    let app = App::new().await;
    let (mut here, mut there) = (app.signed_in(demo::EMPLOYEE).await, app.signed_in(demo::EMPLOYEE).await);
    let change = |old: &'static str, new: &'static str| [("password", old), ("new_password", new), ("again", new)];
    let path = "/account/sign-in/password";
    assert!(here.post(path, &change("wrong from the start", "fire små kaker til")).await.has("That is not right"));
    assert!(here.post(path, &change(PASSWORD, "Sunflower-1987")).await.has("easy to guess"));
    assert_eq!(here.post(path, &change(PASSWORD, "fire små kaker til")).await.location(), "/account/sign-in");
    assert_eq!(here.get("/account").await.status, 200);
    assert_eq!(there.get("/account").await.status, 303, "signed out elsewhere");
    assert_eq!(app.browser("").sign_in_locally(demo::EMPLOYEE, "fire små kaker til").await.location(), "/");
}

pub(super) fn party() -> RelyingParty {
    RelyingParty::of(&super::app::PORTAL.parse().unwrap()).unwrap()
}

pub(super) fn bytes(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).unwrap()
}

/// Adds a passkey; the handle of its person.
pub(super) async fn add_passkey(browser: &mut Browser<'_>, key: &Authenticator) -> Vec<u8> {
    add_passkey_with(browser, key, &[("password", PASSWORD)]).await
}

async fn add_passkey_with(browser: &mut Browser<'_>, key: &Authenticator, proof: &[(&str, &str)]) -> Vec<u8> {
    let page = browser.post("/account/sign-in/passkeys/add", &[proof, &[("name", "My telephone")]].concat()).await;
    assert_eq!(page.heading(), "Make the passkey", "{}", page.body);
    let [client_data, data] = key.create(&party(), &bytes(page.between("data-challenge=\"", "\""))).to_fields();
    let fields = [("name", "My telephone"), ("client_data", &client_data), ("authenticator_data", &data)];
    assert_eq!(browser.post("/account/sign-in/passkeys", &fields).await.location(), "/account/sign-in");
    bytes(page.between("data-handle=\"", "\""))
}

/// Signs in with a passkey, without a username.
pub(super) async fn use_passkey(browser: &mut Browser<'_>, key: &mut Authenticator, handle: &[u8]) -> Answer {
    let page = browser.get("/sign-in").await;
    let answer = key.get(&party(), &bytes(page.between("data-challenge=\"", "\"")), handle, Twist::None).to_fields();
    let names = ["credential", "client_data", "authenticator_data", "signature", "user_handle"];
    let mut fields: Vec<(&str, &str)> = names.into_iter().zip(answer.iter().map(String::as_str)).collect();
    fields.push(("return_to", "/account"));
    browser.post("/sign-in/passkey", &fields).await
}

#[tokio::test]
async fn a_passkey_signs_in_from_the_page_that_is_the_same_for_everybody() {
    let app = App::new().await;
    let mut key = Authenticator::new();
    let handle = add_passkey(&mut app.signed_in(demo::EMPLOYEE).await, &key).await;
    let mut browser = app.browser("");
    assert_eq!(use_passkey(&mut browser, &mut key, &handle).await.location(), "/account");
    assert!(browser.get("/account/sessions").await.has("Passkey"));
    assert!(browser.get("/account/sign-in").await.has("My telephone"));
    // Where no script runs, the button says what it needs.
    let bare = app.browser("").post("/sign-in/passkey", &[("return_to", "/")]).await;
    assert!(bare.status == 422 && bare.has("A passkey needs JavaScript"), "{}", bare.body);
    // A stranger's passkey, and nonsense, look alike.
    let mut stranger = app.browser("");
    let refused = use_passkey(&mut stranger, &mut Authenticator::new(), &[1; 32]).await;
    assert!(refused.status == 422 && refused.has("That passkey does not work here"), "{}", refused.body);
    let page = app.browser("").get("/sign-in").await;
    assert!(!page.has("allowCredentials") && page.has("data-passkey-sign-in"));
    // Once single sign-on is enforced it lets nobody in.
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    ingrid.enforce().await;
    let mut late = app.browser("");
    let refused = use_passkey(&mut late, &mut key, &handle).await;
    assert!(refused.status == 422 && late.session().is_none());
    assert!(app.audit().await.contains(&"passkey.refused not_accepted".to_owned()));
}

#[tokio::test]
async fn a_proof_is_asked_for_once_in_ten_minutes_and_ways_of_signing_in_always_ask() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let policy = "/settings/security/second-factor";
    assert_eq!(ingrid.post(policy, &[("who", "administrators")]).await.status, 422);
    let copied = ingrid.cookies.clone();
    let shown = ingrid.post(policy, &[("who", "administrators"), ("password", PASSWORD)]).await;
    assert_eq!(shown.location(), "/settings/security");
    assert!(!ingrid.get(policy).await.has("type=\"password\""), "no field: it was shown a moment ago");
    assert_eq!(ingrid.post(policy, &[("who", "nobody")]).await.location(), "/settings/security");
    // Whoever copied the cookie before has nothing of it.
    let mut thief = app.browser("");
    thief.cookies = copied;
    assert!(thief.get("/account").await.location().starts_with("/sign-in"));
    let ways: [(&str, &[(&str, &str)]); 5] = [
        ("/account/sign-in/app", &[]),
        ("/account/sign-in/app/codes", &[]),
        ("/account/sign-in/passkeys/add", &[("name", "Mine")]),
        ("/account/sign-in/password", &[("new_password", "fire små kaker til"), ("again", "fire små kaker til")]),
        ("/settings/security/recovery-kit", &[]),
    ];
    for (path, fields) in ways {
        let refused = ingrid.post(path, fields).await;
        assert!(refused.status == 422 && refused.has("Your password here"), "{path}: {}", refused.body);
    }
    app.t.clock.advance(Duration::minutes(10));
    assert!(ingrid.get(policy).await.has("Your password here"));
    assert_eq!(ingrid.post(policy, &[("who", "administrators")]).await.status, 422);
}

#[tokio::test]
async fn whoever_must_is_led_to_set_an_app_up_after_two_weeks_and_never_locked_out() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let choice = [("who", SecondFactorFor::Everybody.code()), ("password", PASSWORD)];
    assert_eq!(ingrid.post("/settings/security/second-factor", &choice).await.location(), "/settings/security");
    assert!(ingrid.get("/").await.has("You can put it off until"));
    app.t.clock.advance(Duration::days(14));
    let mut kari = app.signed_in(demo::EMPLOYEE).await;
    assert_eq!(kari.get("/").await.location(), "/account/sign-in");
    assert!(kari.get("/account/sign-in").await.has("Set up a second factor."));
    for path in ["/account", "/account/data.json"] {
        assert_eq!(kari.get(path).await.location(), "/account/sign-in", "{path}");
    }
    assert_eq!(kari.get("/account/sessions").await.status, 200, "leaving goes on");
    set_up_app(&app, &mut kari).await;
    assert_eq!(kari.get("/").await.status, 200, "the same session goes on");
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    assert_eq!(ingrid.get("/settings/security").await.location(), "/account/sign-in");
    assert_eq!(ingrid.post("/settings/security/activate", &[]).await.location(), "/account/sign-in");
    // A passkey counts as both.
    let mut key = Authenticator::new();
    let handle = add_passkey(&mut ingrid, &key).await;
    let mut browser = app.browser("");
    use_passkey(&mut browser, &mut key, &handle).await;
    assert_eq!(browser.get("/settings/security").await.status, 200);
}
