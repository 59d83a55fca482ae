//! The guide, without a screen: from the first sign-in to a colleague.

use tillit_accounts::testing::PASSWORD;
use tillit_practice::demo;

use super::App;

#[tokio::test]
async fn an_owner_activates_tests_enforces_confirms_and_a_colleague_comes_in() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let section = ingrid.get("/settings/security").await;
    assert!(section.has("Activate SSO"));
    ingrid.post("/settings/security/activate", &[]).await;
    let before = ingrid.get("/settings/security/activate").await;
    for words in ["openid", "profile", "email", "User.Read", demo::OTHER_EMPLOYEE, "Continue to Microsoft"] {
        assert!(before.has(words), "{words}");
    }
    // Only the browser that carries the draft is led by it.
    let mut elsewhere = app.browser(demo::GLOBAL_ADMINISTRATOR);
    assert!(elsewhere.type_username(demo::GLOBAL_ADMINISTRATOR).await.has("type=\"password\""));
    let back = ingrid.sign_in(demo::GLOBAL_ADMINISTRATOR).await;
    let proposal = ingrid.get(back.location()).await;
    assert!(proposal.has("Nordvik kommune") && proposal.has("nordvik.example"));
    ingrid.post(back.location(), &[("password", PASSWORD)]).await;

    assert!(ingrid.get("/settings/security/enforce").await.has("Before you can enforce it"));
    ingrid.kit().await;
    ingrid.trip("/settings/security/test", &[]).await;
    let page = ingrid.get("/settings/security/enforce").await;
    let version = page.between("name=\"version\" value=\"", "\"").to_owned();
    ingrid.post("/settings/security/enforce", &[("version", &version)]).await;
    assert!(ingrid.get("/settings/security").await.has("data-countdown"));
    assert!(ingrid.get("/people").await.has("This session can only turn single sign-on off"));

    app.t.clock.advance(tillit_store::Duration::seconds(1));
    let mut private = app.browser(demo::GLOBAL_ADMINISTRATOR);
    assert_eq!(private.sign_in(demo::GLOBAL_ADMINISTRATOR).await.location(), "/");
    assert!(private.get("/settings/security").await.has("Receipt"));
    assert_eq!(private.get("/settings/security/receipt").await.status, 200);

    let mut kari = app.browser(demo::EMPLOYEE);
    kari.cookies.clear();
    assert_eq!(kari.sign_in(demo::EMPLOYEE).await.location(), "/");
    let account = kari.get("/account").await;
    assert!(account.has("Kari Nordmann") && account.has("lang=\"nb\""), "name and language come from Graph");
    let photo = account.between("class=\"avatar avatar-large\" src=\"", "\"").to_owned();
    let photo = kari.get(&photo).await;
    assert_eq!(photo.header("content-type"), "image/jpeg");

    // The window that enforced stays what it was: a way to turn it off, and nothing else.
    assert_eq!(ingrid.get("/people").await.heading(), "This session can only turn single sign-on off");
    // Local passwords are refused; turning off gives them back.
    let mut lars = app.browser(demo::OTHER_EMPLOYEE);
    assert_eq!(lars.sign_in_locally(demo::OTHER_EMPLOYEE, PASSWORD).await.status, 422);
    private.post("/settings/security/turn-off", &[("password", PASSWORD)]).await;
    assert_eq!(lars.sign_in_locally(demo::OTHER_EMPLOYEE, PASSWORD).await.location(), "/");
}

#[tokio::test]
async fn a_session_is_rechecked_before_a_page_and_never_while_a_form_is_sent() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    ingrid.enforce().await;
    let mut private = app.browser(demo::GLOBAL_ADMINISTRATOR);
    private.sign_in(demo::GLOBAL_ADMINISTRATOR).await;
    app.t.clock.advance(tillit_store::Duration::minutes(61));
    let sent = private.post("/people/search", &[("username", "nobody@nordvik.example")]).await;
    assert_eq!((sent.status.as_u16(), sent.location()), (200, ""), "a form is not interrupted");
    let picture = private.send(http::Method::GET, "/people/x/photo", &[("sec-fetch-dest", "image")], "").await;
    assert_eq!(picture.status, 404, "a picture is not sent to the provider");
    let there = private.get("/people").await;
    assert!(there.location().contains("prompt=none"), "{}", there.location());
    let back = private.through_provider(&there).await;
    assert_eq!(back.location(), "/people");
    assert_eq!(private.get("/people").await.status, 200);
}

#[tokio::test]
async fn a_provider_that_is_not_on_the_list_of_the_policy_is_reached_by_a_page_that_leads_on() {
    let app = App::new().await;
    let router = app.reconfigured(|config| config.form_action_origins.clear());
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    ingrid.post("/settings/security/activate", &[]).await;
    let cookies: Vec<String> = ingrid.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let request = http::Request::post("/settings/security/connect")
        .header("host", "localhost:8400")
        .header("content-length", 0)
        .header("cookie", cookies.join("; "))
        .body(axum::body::Body::empty())
        .unwrap();
    let answer = super::Answer::of(router, request).await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("refresh").starts_with(&format!("0; url={}", app.running.base_url)));
    assert!(answer.has("rel=\"noreferrer\""));
}
