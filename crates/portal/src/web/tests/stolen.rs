//! What a session alone does not do: remove an owner, or go on unasked.

use http::Method;
use tillit_accounts::testing::PASSWORD;
use tillit_practice::demo;
use tillit_store::Duration;

use super::App;

#[tokio::test]
async fn a_session_alone_switches_no_owner_off() {
    let app = App::new().await;
    let mut owner = app.signed_in(app.nordvik.username.as_str()).await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let (shown, path) = (format!("/people/{}", app.nordvik.owner), format!("/people/{}/disable", app.nordvik.owner));
    assert!(ingrid.get(&shown).await.has("name=\"password\""));
    for fields in [&[][..], &[("password", "not the password")][..], &[("proof_code", "7Q2M-9XKD-41TB-0WZV")][..]] {
        assert_eq!(ingrid.post(&path, fields).await.status, 422, "{fields:?}");
    }
    assert_eq!(owner.get("/account").await.status, 200);
    assert_eq!(ingrid.post(&path, &[("password", PASSWORD)]).await.location(), shown);
    assert_eq!(owner.get("/account").await.location(), "/sign-in?return_to=%2Faccount");
}

#[tokio::test]
async fn an_owner_whose_kit_is_the_last_way_back_stays() {
    let app = App::new().await;
    app.signed_in(demo::GLOBAL_ADMINISTRATOR).await.enforce().await;
    app.t.clock.advance(Duration::seconds(1));
    let mut ingrid = app.browser(demo::GLOBAL_ADMINISTRATOR);
    assert_eq!(ingrid.sign_in(demo::GLOBAL_ADMINISTRATOR).await.location(), "/");
    let path = format!("/people/{}/disable", app.person(demo::GLOBAL_ADMINISTRATOR).await);
    assert_eq!(ingrid.post(&path, &[("password", PASSWORD)]).await.status, 409);
    assert_eq!(ingrid.get("/account").await.status, 200, "nothing was half written");
}

#[tokio::test]
async fn attack_56_whoever_opens_no_page_is_looked_at_all_the_same() {
    let app = App::new().await;
    app.signed_in(demo::GLOBAL_ADMINISTRATOR).await.enforce().await;
    app.t.clock.advance(Duration::seconds(1));
    let mut ingrid = app.browser(demo::GLOBAL_ADMINISTRATOR);
    assert_eq!(ingrid.sign_in(demo::GLOBAL_ADMINISTRATOR).await.location(), "/");
    let (page, form) = ("/account", "/account/sessions/end/ses_00000000000000000000000000000000");
    let script = [("accept", "*/*")];
    app.t.clock.advance(Duration::minutes(61));
    assert_eq!(ingrid.send(Method::GET, page, &script, "").await.status, 200);
    assert_eq!(ingrid.post(form, &[]).await.status, 404, "a form that was open meanwhile is taken");
    app.t.clock.advance(Duration::hours(1));
    assert_eq!(ingrid.send(Method::GET, page, &script, "").await.location(), "/sign-in");
    assert_eq!(ingrid.post(form, &[]).await.location(), "/sign-in");
    let there = ingrid.get(page).await;
    assert!(there.location().starts_with(&app.running.base_url), "{there:?}");
    assert_eq!(ingrid.through_provider(&there).await.location(), page);
    assert_eq!(ingrid.send(Method::GET, page, &script, "").await.status, 200);
}
