//! Recovery codes of several owners together: chosen in the settings, typed in a browser of each.

use tillit_accounts::testing::PASSWORD;
use tillit_practice::demo;
use tillit_store::Duration;

use super::{Answer, App, Browser};

const OTHER_OWNER: &str = "owner@nordvik.example";
const OWNERS: &str = "/settings/security/recovery-kit/owners";
const CODE: &str = "/sign-in/recovery-code";
const TOGETHER: &str = "/sign-in/recovery-code/together";

/// Both owners with a kit that works, two needed, single sign-on enforced; codes of Ingrid and of the other owner.
async fn two_needed(app: &App) -> (Vec<String>, Vec<String>) {
    let (mut ingrid, mut other) = (app.signed_in(demo::GLOBAL_ADMINISTRATOR).await, app.signed_in(OTHER_OWNER).await);
    let theirs = other.kit().await;
    ingrid.connect().await;
    let codes = ingrid.kit().await;
    assert_eq!(ingrid.post(OWNERS, &[("number", "2"), ("password", PASSWORD)]).await.location(), OWNERS);
    (codes, theirs)
}

async fn types(browser: &mut Browser<'_>, name: &str, code: &str) -> Answer {
    browser.post(CODE, &[("username", name), ("code", code)]).await
}

fn ticket(page: &Answer) -> String {
    page.between("name=\"ticket\" value=\"", "\"").to_owned()
}

#[tokio::test]
async fn two_owners_come_in_together_each_in_an_own_browser() {
    let app = App::new().await;
    let (codes, theirs) = two_needed(&app).await;
    let (mut one, mut other) = (app.browser(""), app.browser(""));
    let waits = types(&mut one, demo::GLOBAL_ADMINISTRATOR, &codes[0]).await;
    assert!(waits.status == 200 && one.session().is_none() && waits.has("one more owner, until"), "{}", waits.body);
    let carried = ticket(&waits);
    let again = one.post(TOGETHER, &[("ticket", &carried)]).await;
    assert!(again.has("one more owner, until") && one.session().is_none(), "{}", again.body);
    assert_eq!(types(&mut other, OTHER_OWNER, &theirs[0]).await.location(), "/");
    assert!(other.get("/account/sessions").await.has("Code of the recovery kit"));
    // The ticket is of no use in another browser, and works once.
    let mut thief = app.browser("");
    assert_eq!(thief.post(TOGETHER, &[("ticket", &carried)]).await.status, 422);
    assert!(thief.session().is_none());
    assert_eq!(one.post(TOGETHER, &[("ticket", &carried)]).await.location(), "/");
    assert_eq!(one.get(OWNERS).await.status, 200, "an owner");
    let over = app.browser("").post(TOGETHER, &[("ticket", &carried)]).await;
    assert!(over.status == 422 && over.has("Nothing waits here any more"), "{}", over.body);
    assert_eq!(types(&mut app.browser(""), demo::GLOBAL_ADMINISTRATOR, &codes[0]).await.status, 422, "used up");
}

#[tokio::test]
async fn a_single_sheet_waits_in_vain_and_its_codes_stay_good() {
    let app = App::new().await;
    let (codes, theirs) = two_needed(&app).await;
    let mut finder = app.browser("");
    let first = types(&mut finder, demo::GLOBAL_ADMINISTRATOR, &codes[0]).await;
    let second = types(&mut finder, demo::GLOBAL_ADMINISTRATOR, &codes[1]).await;
    assert!(second.has("one more owner, until"), "two codes of one owner are one owner's");
    assert_eq!(finder.post(TOGETHER, &[("ticket", &ticket(&first))]).await.status, 422, "another code waits in its place");
    app.t.clock.advance(Duration::hours(1));
    assert_eq!(finder.post(TOGETHER, &[("ticket", &ticket(&second))]).await.status, 422, "the hour is over");
    assert!(finder.session().is_none());
    // Nothing was used up by it, and the owners come in with these very codes.
    let mut ingrid = app.browser("");
    let waits = types(&mut ingrid, demo::GLOBAL_ADMINISTRATOR, &codes[1]).await;
    assert_eq!(types(&mut app.browser(""), OTHER_OWNER, &theirs[0]).await.location(), "/");
    assert_eq!(ingrid.post(TOGETHER, &[("ticket", &ticket(&waits))]).await.location(), "/");
}

#[tokio::test]
async fn they_come_in_while_single_sign_on_is_enforced_and_turn_it_off() {
    let app = App::new().await;
    let theirs = app.signed_in(OTHER_OWNER).await.kit().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    ingrid.enforce().await;
    // The session that enforced can turn it off and nothing else; the choice is made by an owner who comes back with a code.
    assert_ne!(ingrid.get(OWNERS).await.status, 200);
    let mut other = app.browser("");
    assert_eq!(types(&mut other, OTHER_OWNER, &theirs[0]).await.location(), "/", "one is enough before it is chosen");
    assert_eq!(other.post(OWNERS, &[("number", "2"), ("proof_code", &theirs[1])]).await.location(), OWNERS);
    let mut late = app.browser("");
    assert!(types(&mut late, OTHER_OWNER, &theirs[2]).await.has("one more owner, until"));
    assert!(late.session().is_none());
    assert_eq!(other.post("/settings/security/turn-off", &[]).await.location(), "/settings/security");
    assert_eq!(app.browser("").sign_in_locally(demo::GLOBAL_ADMINISTRATOR, PASSWORD).await.location(), "/");
}

#[tokio::test]
async fn the_page_takes_an_owner_a_proof_of_this_moment_and_a_number_that_can_be() {
    let app = App::new().await;
    let mut lars = app.signed_in(demo::OTHER_EMPLOYEE).await;
    assert_eq!(lars.get(OWNERS).await.status, 403);
    assert_eq!(lars.post(OWNERS, &[("number", "2"), ("password", PASSWORD)]).await.status, 403);
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    ingrid.kit().await;
    assert!(ingrid.get(OWNERS).await.has("at least two owners must hold a recovery kit"));
    let few = ingrid.post(OWNERS, &[("number", "2"), ("password", PASSWORD)]).await;
    assert!(few.status == 422 && few.has("Only one owner holds a recovery kit that works"), "{}", few.body);
    app.signed_in(OTHER_OWNER).await.kit().await;
    assert_eq!(ingrid.post(OWNERS, &[("number", "2")]).await.status, 422, "a session alone");
    assert_eq!(ingrid.post(OWNERS, &[("number", "2"), ("password", "not the password")]).await.status, 422);
    assert_eq!(ingrid.post(OWNERS, &[("number", "2"), ("password", PASSWORD)]).await.location(), OWNERS);
    assert!(ingrid.get(OWNERS).await.has("Codes of 2 owners are needed together"));
    assert_eq!(ingrid.post(OWNERS, &[("number", "1")]).await.status, 422, "the proof of a moment ago does not lower it");
    assert_eq!(ingrid.post(OWNERS, &[("number", "1"), ("password", PASSWORD)]).await.location(), OWNERS);
    assert!(ingrid.get(OWNERS).await.has("the code of one owner is enough. To stop it, choose 2 again."));
    assert_eq!(ingrid.post(OWNERS, &[("number", "2"), ("password", PASSWORD)]).await.location(), OWNERS);
    assert!(!ingrid.get(OWNERS).await.has("To stop it"));
}

#[tokio::test]
async fn a_wrong_code_gets_the_same_page_whatever_was_chosen_and_whoever_waits() {
    let app = App::new().await;
    let mut pages = Vec::new();
    let wrong = async |name: &str| {
        let (status, headers, body) = types(&mut app.browser(""), name, "7Q2M-9XKD-41TB-0WZV").await.shape();
        (status, headers, body.replace(name, "NAME"))
    };
    pages.push(wrong(demo::GLOBAL_ADMINISTRATOR).await);
    let (_, theirs) = two_needed(&app).await;
    types(&mut app.browser(""), OTHER_OWNER, &theirs[0]).await;
    for name in [demo::GLOBAL_ADMINISTRATOR, OTHER_OWNER, demo::EMPLOYEE, "nobody@nordvik.example", "owner@fjordheim.example"] {
        pages.push(wrong(name).await);
    }
    assert!(pages.iter().all(|page| *page == pages[0]), "{pages:?}");
}
