//! The fault panel.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use tillit_practice::demo::*;
use tillit_practice::{Consent, Fault};

use crate::client::*;

async fn turn(rig: &Rig, change: Value) -> Answer {
    rig.send(Request::post("/faults").header("content-type", "application/json").body(Body::from(change.to_string())).unwrap()).await
}

#[tokio::test]
async fn the_panel_turns_faults_on_and_off_by_form_and_by_json() {
    let rig = rig();
    assert_eq!(rig.post("/faults", &[("fault", "guest"), ("on", "true")]).await.status, 303);
    assert!(rig.practice.world().faults().contains(&Fault::Guest));
    assert_eq!(turn(&rig, json!({ "fault": "guest", "on": false })).await.json()["faults"][0]["on"], false);
    turn(&rig, json!({ "fault": "slow-graph", "on": true })).await;
    turn(&rig, json!({ "reset": true })).await;
    assert!(rig.practice.world().faults().is_empty());
    assert_eq!(turn(&rig, json!({ "fault": "earthquake" })).await.status, 400);
    assert_eq!(turn(&rig, json!({})).await.status, 400);
}

#[tokio::test]
async fn a_page_of_another_origin_cannot_turn_them() {
    let rig = rig();
    let mut request = form_request("/faults", &[("fault", "tenant-down"), ("on", "true")]);
    request.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(rig.send(request).await.status, 403);
    assert!(rig.practice.world().faults().is_empty());
}

#[tokio::test]
async fn guest_marks_everybody_as_a_guest() {
    let rig = rig();
    rig.practice.world().set_fault(Fault::Guest, true);
    let claims = claims(&rig.tokens(EMPLOYEE).await);
    assert_eq!(claims["acct"], 1);
    assert!(claims["idp"].is_string());
}

#[test]
fn consent_denied_comes_back_even_after_consent_for_everybody() {
    let rig = rig();
    rig.practice.world().grant_admin_consent();
    rig.practice.world().set_fault(Fault::ConsentDenied, true);
    let outcome = rig.practice.walk(EMPLOYEE, Consent::Accept).open(&rig.address("organizations", &[]));
    assert!(outcome.param("error_description").unwrap().starts_with("AADSTS65004"));
}

#[test]
fn needs_approval_ends_when_an_administrator_approves() {
    let rig = rig();
    let address = rig.address("organizations", &[]);
    rig.practice.world().grant_admin_consent();
    rig.practice.world().set_fault(Fault::NeedsApproval, true);
    assert_eq!(page_code(&rig.practice.walk(EMPLOYEE, Consent::Accept).open(&address)), 90_095);
    rig.practice.walk(GLOBAL_ADMINISTRATOR, Consent::AcceptForEverybody).open(&address);
    assert!(rig.practice.world().faults().is_empty());
    assert!(rig.practice.walk(EMPLOYEE, Consent::Accept).open(&address).param("code").is_some());
}

#[tokio::test]
async fn secret_expired_refuses_the_right_secret() {
    let rig = rig();
    let tenant = rig.tenant_id();
    let code = rig.code(&tenant, EMPLOYEE);
    rig.practice.world().set_fault(Fault::SecretExpired, true);
    assert_eq!(rig.redeem(&tenant, &code, &[]).await.json()["error_codes"], json!([7_000_222]));
    rig.practice.world().set_fault(Fault::SecretExpired, false);
    assert_eq!(rig.redeem(&tenant, &code, &[]).await.status, 200, "a refused client must not use the code up");
}

#[tokio::test]
async fn tenant_down_takes_everything_but_the_panel() {
    let rig = rig();
    rig.practice.world().tenant_down(true);
    for path in ["/organizations/v2.0/.well-known/openid-configuration", "/common/discovery/v2.0/keys", "/graph/v1.0/me"] {
        assert_eq!(rig.get(path).await.status, 503);
    }
    assert_eq!(rig.get("/faults").await.status, 200);
}

#[tokio::test]
async fn slow_graph_lets_a_client_without_patience_wait_in_vain() {
    let rig = rig();
    let token = rig.access_token(EMPLOYEE).await;
    rig.practice.world().set_fault(Fault::SlowGraph, true);
    let impatient = tokio::time::timeout(std::time::Duration::from_millis(100), rig.graph("/me", &token)).await;
    assert!(impatient.is_err());
    rig.practice.world().set_fault(Fault::SlowGraph, false);
    rig.practice.world().slow_graph(tillit_store::Duration(1_000));
    assert_eq!(rig.graph("/me", &token).await.status, 200);
}

#[tokio::test]
async fn a_renamed_person_keeps_her_object_id_and_gets_her_name_back() {
    let rig = rig();
    let before = claims(&rig.tokens(EMPLOYEE).await);
    rig.practice.world().set_fault(Fault::UserRenamed, true);
    let after = claims(&rig.tokens("kari.fjellheim@nordvik.example").await);
    assert_eq!(before["oid"], after["oid"]);
    assert_eq!(after["preferred_username"], "kari.fjellheim@nordvik.example");
    assert_eq!(after["name"], "Kari Fjellheim");
    rig.practice.world().set_fault(Fault::UserRenamed, false);
    assert_eq!(claims(&rig.tokens(EMPLOYEE).await)["name"], "Kari Nordmann");
}

#[tokio::test]
async fn rolled_over_keys_leave_none_of_the_old_ones() {
    let rig = rig();
    let before = rig.practice.world().signing_kid();
    rig.practice.world().set_fault(Fault::KeysRolledOver, true);
    let set = rig.get("/nordvik.example/discovery/v2.0/keys").await.text();
    assert!(!set.contains(&before) && set.contains(&rig.practice.world().signing_kid()));
}
