//! Roles: given on the person's page, by an owner who proves to be one; each sees what it includes and nothing else.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tillit_accounts::authenticator::Authenticator;
use tillit_accounts::testing::PASSWORD;
use tillit_accounts::{PersonState, Role};
use tillit_practice::demo;
use tillit_store::{Actor, PersonId};

use super::app::Answer;
use super::local_sign_in::add_passkey;
use super::{App, Browser};

async fn role(app: &App, username: &str) -> Role {
    app.room.accounts.person(&app.nordvik.cx, app.person(username).await).await.unwrap().role
}

#[tokio::test]
async fn an_owner_gives_a_role_and_sees_before_what_will_change() {
    let app = App::new().await;
    let kari = app.person(demo::EMPLOYEE).await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let page = ingrid.get(&format!("/people/{kari}")).await;
    assert!(page.has(&format!("href=\"/people/{kari}/role\"")) && page.has("Change role"));
    let choose = ingrid.get(&format!("/people/{kari}/role")).await;
    assert!(choose.has("Reads reported mail and decides what it is. Sees no results of simulations."), "each role says what it may");
    let confirm = ingrid.get(&format!("/people/{kari}/role?to=analyst")).await;
    assert!(confirm.has("Read reported mail") && confirm.has("Read the guides"));
    assert!(!confirm.has("See results in groups") && !confirm.has("Make and revoke"));
    assert_eq!(role(&app, demo::EMPLOYEE).await, Role::Employee, "looking changes nothing");

    let mut hers = app.signed_in(demo::EMPLOYEE).await;
    let fields = [("from", "employee"), ("to", "analyst"), ("password", PASSWORD)];
    assert_eq!(ingrid.post(&format!("/people/{kari}/role"), &fields).await.location(), format!("/people/{kari}"));
    assert!(ingrid.get(&format!("/people/{kari}")).await.has("The role is changed."));
    assert_eq!(role(&app, demo::EMPLOYEE).await, Role::Analyst);
    assert!(hers.get("/account").await.location().starts_with("/sign-in"), "nobody rises in a session that was begun before");

    let mut hers = app.signed_in(demo::EMPLOYEE).await;
    let home = hers.get("/").await;
    assert!(
        home.has("href=\"/reports\"")
            && !home.has("href=\"/simulations\"")
            && !home.has("href=\"/people\"")
            && !home.has("href=\"/settings\"")
    );
    assert_eq!((hers.get("/reports").await.status.as_u16(), hers.get("/simulations").await.status.as_u16()), (200, 403));
    assert!(hers.get("/guides/roles").await.has("Read reported mail"), "the guide, without what only settings show");
}

#[tokio::test]
async fn a_session_alone_gives_no_role_nor_does_anybody_but_an_owner() {
    let app = App::new().await;
    let kari = app.person(demo::EMPLOYEE).await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let path = format!("/people/{kari}/role");
    let bare = ingrid.post(&path, &[("from", "employee"), ("to", "owner")]).await;
    assert_eq!((bare.status.as_u16(), bare.has("Show that it is you")), (422, true), "{}", bare.body);
    let wrong = ingrid.post(&path, &[("from", "employee"), ("to", "owner"), ("password", "wrong from the start")]).await;
    assert_eq!(wrong.status, 422);
    let late = ingrid.post(&path, &[("from", "auditor"), ("to", "owner"), ("password", PASSWORD)]).await;
    assert_eq!((late.status.as_u16(), late.has("Somebody changed this role a moment ago")), (422, true));
    let mut lars = app.signed_in(demo::OTHER_EMPLOYEE).await;
    assert_eq!(lars.post(&path, &[("from", "employee"), ("to", "auditor"), ("password", PASSWORD)]).await.status, 403);
    let mut stranger = app.signed_in("owner@fjordheim.example").await;
    assert_eq!(stranger.get(&path).await.status, 404);
    assert_eq!(stranger.post(&path, &[("from", "employee"), ("to", "auditor"), ("password", PASSWORD)]).await.status, 404);
    assert_eq!(role(&app, demo::EMPLOYEE).await, Role::Employee);
}

#[tokio::test]
async fn the_last_owner_stays_and_fewer_than_two_are_warned_of() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    assert!(!ingrid.get("/").await.has("There is only one owner"));
    let first = app.person("owner@nordvik.example").await;
    let fields = [("from", "owner"), ("to", "employee"), ("password", PASSWORD)];
    assert_eq!(ingrid.post(&format!("/people/{first}/role"), &fields).await.status, 303);
    for path in ["/", "/settings/general"] {
        assert!(ingrid.get(path).await.has("There is only one owner"), "{path}");
    }
    let me = app.person(demo::GLOBAL_ADMINISTRATOR).await;
    let refused = ingrid.post(&format!("/people/{me}/role"), &fields).await;
    assert_eq!((refused.status.as_u16(), refused.has("This is the last owner")), (422, true));
    assert_eq!(role(&app, demo::GLOBAL_ADMINISTRATOR).await, Role::Owner);
    // Whoever only reads is told who can do something about it.
    let mut lars = app.signed_in(demo::OTHER_EMPLOYEE).await;
    assert!(lars.get("/").await.has("The owner can make a second person owner"));
}

#[tokio::test]
async fn while_single_sign_on_is_in_force_an_owner_goes_only_if_another_holds_a_kit() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    ingrid.enforce().await;
    let mut confirmed = app.browser(demo::GLOBAL_ADMINISTRATOR);
    assert_eq!(confirmed.sign_in(demo::GLOBAL_ADMINISTRATOR).await.location(), "/");
    let me = app.person(demo::GLOBAL_ADMINISTRATOR).await;
    let fields = [("from", "owner"), ("to", "auditor"), ("password", PASSWORD)];
    let refused = confirmed.post(&format!("/people/{me}/role"), &fields).await;
    assert_eq!((refused.status.as_u16(), refused.has("another owner must hold a recovery kit")), (422, true), "{}", refused.body);
    assert_eq!(role(&app, demo::GLOBAL_ADMINISTRATOR).await, Role::Owner);
}

#[tokio::test]
async fn people_are_shown_by_role_and_no_role_is_told_of_to_who_may_not_see_people() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let all = ingrid.get("/people").await;
    assert!(all.has("Owner (2)") && all.has("Security administrator (1)") && !all.has("Auditor ("), "{}", all.body);
    let owners = ingrid.get("/people?role=owner").await;
    assert!(owners.has(demo::GLOBAL_ADMINISTRATOR) && !owners.has(demo::EMPLOYEE));
    assert!(owners.has("href=\"/people?role=owner&#38;sort=name\""), "sorting keeps the filter");
    assert_eq!(ingrid.get("/people?role=emperor").await.status, 400);
    let mut kari = app.signed_in(demo::EMPLOYEE).await;
    assert_eq!(kari.get("/people?role=owner").await.status, 403);
}

#[tokio::test]
async fn whoever_became_an_owner_meanwhile_is_not_touched_as_the_employee_that_was_judged() {
    let app = App::new().await;
    let kari = app.person(demo::EMPLOYEE).await;
    let cx = app.nordvik.cx.with_actor(Actor::Operator);
    for what in ["disable", "end-sessions"] {
        let mut lars = app.signed_in(demo::OTHER_EMPLOYEE).await;
        lars.get("/account").await;
        let mut tx = app.room.db.begin(&cx).await.unwrap();
        app.room.accounts.set_role(&mut tx, &cx, kari, Role::Owner).await.unwrap();
        let path = format!("/people/{kari}/{what}");
        let mut request = pin!(lars.post(&path, &[]));
        // It comes as far as the write lock, which is held here: by then it was judged who Kari is.
        for _ in 0..200 {
            let step = poll_fn(|context| Poll::Ready(request.as_mut().poll(context))).await;
            assert!(step.is_pending(), "{what}: {step:?}");
            tokio::task::yield_now().await;
        }
        tx.commit().await.unwrap();
        let answer = request.await;
        assert_eq!(answer.status, 409, "{what}: {}", answer.body);
        assert_eq!(app.room.accounts.person(&app.nordvik.cx, kari).await.unwrap().state, PersonState::Active);
        let mut tx = app.room.db.begin(&cx).await.unwrap();
        app.room.accounts.set_role(&mut tx, &cx, kari, Role::Employee).await.unwrap();
        tx.commit().await.unwrap();
    }
}

/// Sends a form; while it is on its way, and has read who is who, somebody's role is changed.
async fn while_a_role_changes(app: &App, by: &mut Browser<'_>, path: &str, fields: &[(&str, &str)], whose: PersonId, to: Role) -> Answer {
    by.get("/account").await;
    let cx = app.nordvik.cx.with_actor(Actor::Operator);
    let mut tx = app.room.db.begin(&cx).await.unwrap();
    app.room.accounts.set_role(&mut tx, &cx, whose, to).await.unwrap();
    let mut request = pin!(by.post(path, fields));
    let early = tokio::time::timeout(Duration::from_millis(250), &mut request).await;
    assert!(early.is_err(), "{path}: {early:?}");
    tx.commit().await.unwrap();
    request.await
}

#[tokio::test]
async fn whoever_lost_the_role_meanwhile_touches_nobody() {
    for what in ["disable", "enable", "end-sessions", "forget", "second-factor"] {
        let app = App::new().await;
        let (kari, me) = (app.person(demo::EMPLOYEE).await, app.person(demo::GLOBAL_ADMINISTRATOR).await);
        add_passkey(&mut app.signed_in(demo::EMPLOYEE).await, &Authenticator::new()).await;
        let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
        if what == "enable" {
            ingrid.post(&format!("/people/{kari}/disable"), &[]).await;
        }
        let before = app.room.accounts.person(&app.nordvik.cx, kari).await.unwrap().state;
        let fields: &[(&str, &str)] = match what {
            "forget" => &[("username", demo::EMPLOYEE), ("password", PASSWORD)],
            "second-factor" => &[("password", PASSWORD)],
            _ => &[],
        };
        let answer = while_a_role_changes(&app, &mut ingrid, &format!("/people/{kari}/{what}"), fields, me, Role::Auditor).await;
        assert_eq!(answer.status, 403, "{what}: {}", answer.body);
        assert_eq!(app.room.accounts.person(&app.nordvik.cx, kari).await.unwrap().state, before, "{what}");
        let passkeys = app.room.accounts.passkeys(&app.nordvik.cx, kari).await.unwrap().len();
        let sessions = app.room.accounts.sessions(&app.nordvik.cx, kari).await.unwrap().len();
        assert!(passkeys == 1 && (sessions == 1 || what == "enable"), "{what}: {passkeys} {sessions}");
    }
}

#[tokio::test]
async fn whoever_became_an_owner_meanwhile_keeps_the_second_factor() {
    let app = App::new().await;
    let kari = app.person(demo::EMPLOYEE).await;
    add_passkey(&mut app.signed_in(demo::EMPLOYEE).await, &Authenticator::new()).await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let path = format!("/people/{kari}/second-factor");
    let answer = while_a_role_changes(&app, &mut ingrid, &path, &[("password", PASSWORD)], kari, Role::Owner).await;
    assert_eq!(answer.status, 409, "{}", answer.body);
    assert_eq!(app.room.accounts.passkeys(&app.nordvik.cx, kari).await.unwrap().len(), 1);
}
