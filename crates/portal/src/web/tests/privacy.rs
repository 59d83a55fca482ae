//! Holding less, the person's own account, and being forgotten, through the pages.

use tillit_accounts::ProfileField;
use tillit_accounts::testing::PASSWORD;
use tillit_jobs::{Worker, WorkerOptions};
use tillit_practice::demo;

use super::App;
use super::app::VICTIM;

/// A form in which every field is stored, but for those.
fn choices(less: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let choice = |field: ProfileField| less.iter().find(|(name, _)| *name == field.key()).map_or("store", |(_, choice)| *choice);
    ProfileField::ALL.into_iter().map(|field| (field.key(), choice(field))).collect()
}

async fn work(app: &App) {
    let worker = Worker::new(app.t.db.clone(), app.room.vault.clone(), WorkerOptions::default());
    app.room.accounts.register(worker).run_due(&app.room.cx).await.unwrap();
}

#[tokio::test]
async fn holding_less_names_the_number_asks_and_ends_in_a_receipt() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let tab = ingrid.get("/settings/privacy").await;
    assert!(tab.has("values held") && tab.has("The username, and the account at the provider that is linked to it"), "{}", tab.body);
    assert!(ingrid.get("/settings/privacy?preset=needed").await.has("not saved yet"));
    assert_eq!(ingrid.post("/settings/privacy", &choices(&[])).await.location(), "/settings/privacy");
    let asked = ingrid.post("/settings/privacy", &choices(&[("name", "never"), ("phone", "sign_in_only")])).await;
    let to = asked.location().to_owned();
    assert_eq!(to, "/settings/privacy/change?to=snsssosss");
    let page = ingrid.get(&to).await;
    // Everybody in the tests has a name, and nothing else.
    assert!(page.has("Delete 5 values and save"), "{}", page.body);
    let done = ingrid.post("/settings/privacy/change", &[("to", "snsssosss"), ("password", PASSWORD)]).await;
    let receipt = done.location().to_owned();
    assert!(receipt.starts_with("/settings/privacy/deletions/"), "{receipt}");
    assert!(ingrid.get(&receipt).await.has("Under way"));
    work(&app).await;
    let page = ingrid.get(&receipt).await;
    assert!(page.has("Receipt of a deletion") && page.has("<dd>5</dd>"), "{}", page.body);
    assert!(!ingrid.get("/people").await.has("Kari"));
    let before = ingrid.get("/settings/privacy/terms").await;
    assert!(before.has("Not held") && before.has("with details encrypted: 2 years"), "{}", before.body);
    let fingerprint = before.between("class=\"mono wrap-anywhere\">", "<").to_owned();
    ingrid.post("/settings/privacy/change", &[("to", "sssssssss"), ("password", PASSWORD)]).await;
    assert!(!ingrid.get("/settings/privacy/terms").await.has(&fingerprint), "other terms, another fingerprint");
    for nonsense in [vec![("to", "sss")], vec![("to", "xxxxxxxxx")], vec![]] {
        assert_eq!(ingrid.post("/settings/privacy/change", &nonsense).await.status, 400, "{nonsense:?}");
    }
    let mut lars = app.signed_in(demo::OTHER_EMPLOYEE).await;
    assert_eq!(lars.post("/settings/privacy/change", &[("to", "nnnnnnnnn")]).await.status, 403, "a security administrator does not choose");
    let mut stranger = app.signed_in("owner@fjordheim.example").await;
    assert_eq!(stranger.get(&receipt).await.status, 404);
}

#[tokio::test]
async fn what_only_a_session_carries_is_on_the_own_pages_and_nowhere_else() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    ingrid.post("/settings/privacy/change", &[("to", "sosssssso"), ("password", PASSWORD)]).await;
    work(&app).await;
    ingrid.enforce().await;
    let mut kari = app.browser(demo::EMPLOYEE);
    kari.cookies.clear();
    assert_eq!(kari.sign_in(demo::EMPLOYEE).await.location(), "/");
    let account = kari.get("/account").await;
    assert!(account.has("Kari Nordmann") && account.has("avatar-large\" src="), "{}", account.body);
    let photo = account.between("class=\"avatar avatar-large\" src=\"", "\"").to_owned();
    assert_eq!(kari.get(&photo).await.header("content-type"), "image/jpeg");
    let mut private = app.browser(demo::GLOBAL_ADMINISTRATOR);
    assert_eq!(private.sign_in(demo::GLOBAL_ADMINISTRATOR).await.location(), "/");
    let seen = private.get(&photo.replace("/photo", "")).await;
    assert!(!seen.has("Kari Nordmann") && seen.has(demo::EMPLOYEE), "{}", seen.body);
    assert_eq!(private.get(&photo).await.status, 404, "nobody else sees the picture");
    // The directory brings the profile, so it is not corrected here.
    assert_eq!(kari.get("/account/profile").await.location(), "/account");
}

#[tokio::test]
async fn a_person_sees_corrects_takes_along_asks_and_is_forgotten() {
    let app = App::new().await;
    let kari = app.person(demo::EMPLOYEE).await;
    let mut hers = app.signed_in(demo::EMPLOYEE).await;
    let account = hers.get("/account").await;
    assert!(account.has("Everything that is held about you") && account.has("The hash of your password"), "{}", account.body);
    assert_eq!(hers.post("/account/profile", &[("name", "Kari N."), ("phone", "55 00")]).await.location(), "/account");
    assert!(hers.get("/account").await.has("55 00"));
    let data = hers.get("/account/data.json").await;
    assert_eq!(data.header("content-type"), "application/json");
    assert!(data.has("Kari N.") && data.has(demo::EMPLOYEE) && !data.has("argon2"), "{}", data.body);
    let read = hers.get("/account/data").await;
    assert!(account.has("href=\"/account/data\"") && read.has("Kari N.") && read.has("55 00") && read.has("data-print"), "{}", read.body);
    assert!(read.has("<dt>Keyed hash of the username</dt>") && read.has("Kept as a hash, or encrypted as a secret"), "{}", read.body);
    assert_eq!(hers.post("/account/erasure", &[("why", &"a".repeat(300))]).await.status, 422);
    assert_eq!(hers.post("/account/erasure", &[("why", "I leave.")]).await.location(), "/account");
    assert!(hers.get("/account").await.has("You asked to be forgotten"));
    assert!(hers.get("/account").await.has("Nobody looked"));

    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    assert!(ingrid.get("/").await.has("1 request to be forgotten waits"));
    let list = ingrid.get("/settings/privacy/requests").await;
    let request = list.between("href=\"/settings/privacy/requests/", "\"").to_owned();
    let path = format!("/settings/privacy/requests/{request}");
    assert!(ingrid.get(&path).await.has("I leave."));
    assert_eq!(ingrid.post(&path, &[("reason", ""), ("answer", "refuse")]).await.status, 422);
    assert_eq!(ingrid.post(&path, &[("reason", "Many ask."), ("answer", "extend")]).await.location(), "/settings/privacy/requests");
    assert!(hers.get("/account").await.has("Many ask."));

    ingrid.get(&format!("/people/{kari}")).await;
    assert!(hers.get("/account").await.has("Opened your page"), "who looked, and how");
    let forget = format!("/people/{kari}/forget");
    assert!(ingrid.get(&forget).await.has("for good"));
    for (fields, why) in [
        (vec![("username", "ola@nordvik.example"), ("password", PASSWORD)], "another name"),
        (vec![("username", demo::EMPLOYEE)], "no proof"),
        (vec![("username", demo::EMPLOYEE), ("password", "wrong, all of it")], "a wrong proof"),
    ] {
        assert_eq!(ingrid.post(&forget, &fields).await.status, 422, "{why}");
    }
    let mut stranger = app.signed_in("owner@fjordheim.example").await;
    let sure = [("username", demo::EMPLOYEE), ("password", PASSWORD)];
    assert_eq!(stranger.post(&forget, &sure).await.status, 404);
    assert_eq!(stranger.get(&path).await.status, 404);
    let mut lars = app.signed_in(demo::OTHER_EMPLOYEE).await;
    assert_eq!(lars.post(&forget, &sure).await.status, 403, "a security administrator forgets nobody");

    let done = ingrid.post(&forget, &sure).await;
    let receipt = done.location().to_owned();
    assert!(receipt.starts_with("/settings/privacy/erasures/"), "{done:?}");
    assert!(ingrid.get(&receipt).await.has("Receipt: somebody was forgotten"));
    assert_eq!(stranger.get(&receipt).await.status, 404);
    assert_eq!(hers.get("/account").await.location(), "/sign-in?return_to=%2Faccount");
    assert!(ingrid.post("/people/search", &[("username", demo::EMPLOYEE)]).await.has("Nobody with this username"));
    // The last owner is not forgotten, nor oneself.
    let me = app.person(demo::GLOBAL_ADMINISTRATOR).await;
    let fields = [("username", demo::GLOBAL_ADMINISTRATOR), ("password", PASSWORD)];
    assert_eq!(ingrid.post(&format!("/people/{me}/forget"), &fields).await.status, 403);
}

#[tokio::test]
async fn somebody_whose_row_does_not_open_is_found_among_those_who_ask_and_can_be_forgotten() {
    let app = App::new().await;
    let kari = app.person(demo::EMPLOYEE).await;
    let mut hers = app.signed_in(demo::EMPLOYEE).await;
    hers.post("/account/erasure", &[("why", "I leave.")]).await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    tillit_store::statements! { unlisted "test";
        PERSON = "UPDATE person SET username = $2 WHERE id = $1";
        REQUEST = "UPDATE erasure_request SET why = $2 WHERE person_id = $1";
    }
    let mut tx = app.room.db.begin(&app.room.cx).await.unwrap();
    for statement in [PERSON, REQUEST] {
        tx.execute(statement, tillit_store::args![kari, vec![1_u8; 80]]).await.unwrap();
    }
    tx.commit().await.unwrap();
    let list = ingrid.get("/settings/privacy/requests").await;
    assert_eq!(list.status, 200, "one damaged row hides no request");
    let request = list.between("href=\"/settings/privacy/requests/", "\"").to_owned();
    assert_eq!(ingrid.get(&format!("/settings/privacy/requests/{request}")).await.status, 200);
    let forget = format!("/people/{kari}/forget");
    assert!(ingrid.get(&forget).await.has(&format!("Type {kari} to confirm")));
    let (id, proof) = (kari.to_string(), ("password", PASSWORD));
    assert_eq!(ingrid.post(&forget, &[("username", demo::EMPLOYEE), proof]).await.status, 422);
    let done = ingrid.post(&forget, &[("username", &id), proof]).await;
    assert!(done.location().starts_with("/settings/privacy/erasures/"), "{done:?}");
}

#[tokio::test]
async fn a_switched_off_employee_can_be_let_in_again() {
    let app = App::new().await;
    let victim = app.person(VICTIM).await;
    let mut lars = app.signed_in(demo::OTHER_EMPLOYEE).await;
    lars.post(&format!("/people/{victim}/disable"), &[]).await;
    assert!(lars.get(&format!("/people/{victim}")).await.has("sign in again"));
    assert_eq!(lars.post(&format!("/people/{victim}/enable"), &[]).await.location(), format!("/people/{victim}"));
    app.signed_in(VICTIM).await;
    let mut stranger = app.signed_in("owner@fjordheim.example").await;
    assert_eq!(stranger.post(&format!("/people/{victim}/enable"), &[]).await.status, 404);
}
