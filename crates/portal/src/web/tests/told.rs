//! What people are told on the page, whether or not mail reaches them.

use tillit_practice::demo;

use super::app::App;

#[tokio::test]
async fn whoever_was_just_linked_is_told_so_on_the_first_page_and_never_again() {
    let app = App::new().await;
    app.signed_in(demo::GLOBAL_ADMINISTRATOR).await.enforce().await;
    let mut kari = app.browser(demo::EMPLOYEE);
    kari.sign_in(demo::EMPLOYEE).await;
    assert!(kari.get("/").await.has("This account has just been connected with you here"));
    let mut again = app.browser(demo::EMPLOYEE);
    again.sign_in(demo::EMPLOYEE).await;
    assert!(!again.get("/").await.has("has just been connected"));
}

#[tokio::test]
async fn owners_see_without_mail_that_somebody_came_with_another_account() {
    let app = App::new().await;
    app.signed_in(demo::GLOBAL_ADMINISTRATOR).await.enforce().await;
    let mut owner = app.browser(demo::GLOBAL_ADMINISTRATOR);
    owner.sign_in(demo::GLOBAL_ADMINISTRATOR).await;
    assert!(!owner.get("/").await.has("another account than the one"));
    app.browser(demo::EMPLOYEE).sign_in(demo::EMPLOYEE).await;
    app.running.practice.world().replace_user(demo::EMPLOYEE).unwrap();
    app.browser(demo::EMPLOYEE).sign_in(demo::EMPLOYEE).await;
    let page = owner.get("/").await;
    assert!(page.has("one sign-in came with another account") && page.has("/settings/security/sign-ins"), "{}", page.body);
}

#[tokio::test]
async fn trying_an_activation_again_while_graph_is_down_leads_back_to_the_activation() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    app.running.practice.world().throttle_graph(1000, 60);
    assert_eq!(ingrid.post("/settings/security/activate", &[]).await.location(), "/settings/security/activate");
    let waiting = ingrid.trip("/settings/security/connect", &[]).await;
    assert_eq!(waiting.status, 403, "{}", waiting.body);
    assert!(waiting.has("href=\"/settings/security/activate\""), "{}", waiting.body);
}

#[tokio::test]
async fn a_newcomer_who_tries_again_still_arrives_where_they_wanted_to_go() {
    let app = App::new().await;
    app.signed_in(demo::GLOBAL_ADMINISTRATOR).await.enforce().await;
    app.running.practice.world().throttle_graph(1000, 60);
    let waiting = app.browser(demo::EMPLOYEE).trip("/sign-in", &[("username", demo::EMPLOYEE), ("return_to", "/account")]).await;
    assert_eq!(waiting.status, 403, "{}", waiting.body);
    assert!(waiting.has("href=\"/sign-in?return_to=%2Faccount\""), "{}", waiting.body);
}

#[tokio::test]
async fn a_refusal_speaks_the_language_of_the_pages_around_it() {
    let app = App::new().await;
    app.signed_in(demo::GLOBAL_ADMINISTRATOR).await.enforce().await;
    let mut ingrid = app.browser(demo::GLOBAL_ADMINISTRATOR);
    ingrid.sign_in(demo::GLOBAL_ADMINISTRATOR).await;
    assert!(ingrid.get("/people/nobody").await.has("<html lang=\"en\""), "the reader's own choice wins");
    // The directory says Norwegian, the browser says nothing.
    ingrid.cookies.remove("tillit_language");
    for path in ["/", "/people/nobody", "/settings/services/nothing"] {
        assert!(ingrid.get(path).await.has("<html lang=\"nb\""), "{path}");
    }
    let mut visitor = app.browser("");
    visitor.cookies.remove("tillit_language");
    assert!(visitor.get("/no/such/page").await.has("<html lang=\"en\""));
}
