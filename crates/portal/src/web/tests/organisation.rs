//! Name, language and domains of the organisation.

use tillit_accounts::testing::PASSWORD;
use tillit_accounts::{NewPerson, Profile, Role, VerifiedDomain};
use tillit_practice::demo;
use tillit_store::Actor;

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

/// A domain that a tenant lists, and somebody whose username is on it.
async fn fjell(app: &App) {
    let cx = app.nordvik.cx.with_actor(Actor::Operator);
    let domain = "fjell.example".parse().unwrap();
    let verified = VerifiedDomain::by_microsoft_tenant(domain, "global", "t", &["fjell.example".to_owned()]).unwrap();
    let new = NewPerson { username: "ola@fjell.example".parse().unwrap(), role: Role::Employee, profile: Profile::named("Ola Fjell") };
    let mut tx = app.room.db.begin(&cx).await.unwrap();
    app.room.accounts.add_domain(&mut tx, &cx, &verified).await.unwrap();
    app.room.accounts.add_person(&mut tx, &cx, &new).await.unwrap();
    tx.commit().await.unwrap();
}

const REMOVE_FJELL: &str = "/settings/domains/fjell.example/remove";

#[tokio::test]
async fn a_domain_is_removed_only_after_a_page_that_says_who_signs_in_by_it_and_with_more_than_a_session() {
    let app = App::new().await;
    fjell(&app).await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    assert!(ingrid.get("/settings/general").await.has(REMOVE_FJELL));
    let page = ingrid.get(REMOVE_FJELL).await;
    assert!(page.has("One active person has a username on it: Ola Fjell.") && page.has("/o/nordvik/sign-in"), "{}", page.body);
    assert!(page.has("name=\"password\""), "{}", page.body);
    for fields in [&[][..], &[("password", "not mine at all")]] {
        let refused = ingrid.post(REMOVE_FJELL, fields).await;
        assert!(refused.status == 422 && refused.has("Ola Fjell"), "{}", refused.body);
    }
    let mut stranger = app.signed_in("owner@fjordheim.example").await;
    assert_eq!(stranger.get(REMOVE_FJELL).await.status, 404);
    assert_eq!(stranger.post(REMOVE_FJELL, &[("password", PASSWORD)]).await.status, 404);
    assert!(ingrid.get("/settings/general").await.has(REMOVE_FJELL), "it is still there");
    assert_eq!(ingrid.post(REMOVE_FJELL, &[("password", PASSWORD)]).await.location(), "/settings/general");
    let after = ingrid.get("/settings/general").await;
    assert!(after.has("The domain is not your organisation") && !after.has(REMOVE_FJELL), "{}", after.body);
    assert!(app.audit().await.iter().any(|line| line == "domain.removed"));
    assert_eq!(ingrid.get(REMOVE_FJELL).await.status, 404);
}

#[tokio::test]
async fn a_domain_stays_that_the_operator_vouched_for_or_that_leads_people_to_single_sign_on() {
    let app = App::new().await;
    fjell(&app).await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let vouched = "/settings/domains/nordvik.example/remove";
    let page = ingrid.get(vouched).await;
    assert!(page.has("So only the operator removes it") && !page.has("<form method=\"post\" action=\"/settings/domains"), "{}", page.body);
    assert_eq!(ingrid.post(vouched, &[("password", PASSWORD)]).await.status, 422);
    ingrid.enforce().await;
    ingrid.sign_in(demo::GLOBAL_ADMINISTRATOR).await;
    let page = ingrid.get(REMOVE_FJELL).await;
    assert!(page.has("The domain stays while single sign-on is in force") && page.has("Ola Fjell"), "{}", page.body);
    let refused = ingrid.post(REMOVE_FJELL, &[("password", PASSWORD)]).await;
    assert!(refused.status == 422 && refused.has("The domain stays"), "{}", refused.body);
    assert!(!app.audit().await.iter().any(|line| line == "domain.removed"));
}
