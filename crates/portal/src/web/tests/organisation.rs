//! Name and language of the organisation.

use tillit_practice::demo;

use super::App;

#[tokio::test]
async fn an_owner_renames_the_organisation_and_can_undo_it() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let save = [("name", "  Nordvik kommune "), ("language", "nb")];
    assert_eq!(ingrid.post("/settings/general", &save).await.location(), "/settings/general");
    let page = ingrid.get("/settings/general").await;
    assert!(page.has("The organisation was saved") && page.has("value=\"Nordvik kommune\""), "{}", page.body);
    assert!(page.has("value=\"nb\" selected") && page.has("/o/nordvik/sign-in"), "the short name stays");
    assert!(app.audit().await.iter().any(|line| line == "organisation.changed"));
    ingrid.post("/settings/general", &[("name", "nordvik"), ("language", "en")]).await;
    assert!(ingrid.get("/settings/general").await.has("value=\"nordvik\""));
}

#[tokio::test]
async fn a_name_that_is_none_or_too_long_is_named_and_nothing_is_written() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    for (name, words) in
        [("", "Type the name"), (" \u{7}\t ", "Type the name"), (&"å".repeat(101), "at most 100"), (&"🐟".repeat(90), "at most 100")]
    {
        let answer = ingrid.post("/settings/general", &[("name", name), ("language", "en")]).await;
        assert!(answer.status == 422 && answer.has(words), "{name:?}: {}", answer.body);
    }
    assert_eq!(ingrid.post("/settings/general", &[("name", "X"), ("language", "tlh")]).await.status, 400);
    let mut lars = app.signed_in(demo::OTHER_EMPLOYEE).await;
    assert_eq!(lars.post("/settings/general", &[("name", "X"), ("language", "en")]).await.status, 403);
    assert!(lars.get("/settings/general").await.has("Owners can change these"));
    assert!(!app.audit().await.iter().any(|line| line == "organisation.changed"));
}
