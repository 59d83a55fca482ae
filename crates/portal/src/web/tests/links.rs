//! Linked accounts on a person's page, and unlinking.

use tillit_accounts::testing::PASSWORD;
use tillit_practice::demo;

use super::App;
use super::invitations::mails;

#[tokio::test]
async fn an_account_is_shown_whole_and_unlinked_only_after_a_page_that_says_what_happens() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    ingrid.enforce().await;
    ingrid.sign_in(demo::GLOBAL_ADMINISTRATOR).await;
    let mut kari = app.browser(demo::EMPLOYEE);
    kari.sign_in(demo::EMPLOYEE).await;
    let person = app.person(demo::EMPLOYEE).await;
    let page = ingrid.get(&format!("/people/{person}")).await;
    assert!(page.has("Linked accounts") && page.has("(c) An employee who was never linked"), "{}", page.body);
    let path = format!("/people/{person}/unlink/{}", page.between(&format!("/people/{person}/unlink/"), "\""));
    let confirm = ingrid.get(&path).await;
    assert!(confirm.has("Unlink Microsoft from") && confirm.has("the session ends at once") && !confirm.has("proof"), "{}", confirm.body);
    assert_eq!(kari.get("/").await.status, 200, "looking unlinks nothing");
    let before = mails(&app).await.len();
    assert_eq!(ingrid.post(&path, &[]).await.location(), format!("/people/{person}"));
    assert!(ingrid.get(&format!("/people/{person}")).await.has("No account is linked"));
    assert_eq!(kari.get("/").await.location(), "/sign-in");
    let told = mails(&app).await;
    assert!(told.iter().any(|mail| mail.subject.contains("Microsoft")), "{before} then {told:?}");
    assert_eq!(ingrid.post(&path, &[]).await.status, 404);
}

#[tokio::test]
async fn an_owner_is_unlinked_by_owners_only_who_show_more_than_a_session() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    ingrid.enforce().await;
    ingrid.sign_in(demo::GLOBAL_ADMINISTRATOR).await;
    let person = app.person(demo::GLOBAL_ADMINISTRATOR).await;
    let page = ingrid.get(&format!("/people/{person}")).await;
    let path = format!("/people/{person}/unlink/{}", page.between(&format!("/people/{person}/unlink/"), "\""));
    assert_eq!(ingrid.post(&path, &[]).await.status, 422);
    assert_eq!(ingrid.post(&path, &[("password", "not mine at all")]).await.status, 422);
    let mut stranger = app.signed_in("owner@fjordheim.example").await;
    assert_eq!(stranger.get(&path).await.status, 404);
    assert_eq!(stranger.post(&path, &[("password", PASSWORD)]).await.status, 404);
    // Her kit works, so she has a way in besides the account.
    assert_eq!(ingrid.post(&path, &[("password", PASSWORD)]).await.location(), format!("/people/{person}"));
    assert!(ingrid.get("/").await.location().starts_with("/sign-in"), "the session was the account's");
}
