//! Graph.

use serde_json::json;
use tillit_practice::demo::*;
use tillit_store::Duration;

use crate::client::*;

#[tokio::test]
async fn me_honours_select_and_its_default_lacks_what_microsofts_lacks() {
    let rig = rig();
    let token = rig.access_token(EMPLOYEE).await;
    let default = rig.graph("/me", &token).await.json();
    assert_eq!(default["jobTitle"], "Saksbehandler");
    assert!(default.get("companyName").is_none() && default.get("streetAddress").is_none());
    let selected = rig.graph("/me?$select=id,companyName,department,city", &token).await.json();
    assert_eq!(selected["companyName"], "Nordvik kommune");
    assert_eq!(selected.as_object().unwrap().len(), 5);
    assert_eq!(rig.graph("/me?$select=salary", &token).await.status, 400);
}

#[tokio::test]
async fn photos_have_the_size_asked_for_and_are_missing_with_404() {
    let rig = rig();
    let token = rig.access_token(EMPLOYEE).await;
    let photo = rig.graph("/me/photos/120x120/$value", &token).await;
    assert_eq!(photo.headers["content-type"], "image/jpeg");
    assert_eq!(image::load_from_memory(&photo.body).unwrap().width(), 120);
    assert_eq!(image::load_from_memory(&rig.graph("/me/photo/$value", &token).await.body).unwrap().width(), 648);
    assert_eq!(rig.graph("/me/photos/121x121/$value", &token).await.status, 400);
    let without = rig.access_token("marte.lie@nordvik.example").await;
    assert_eq!(rig.graph("/me/photo/$value", &without).await.status, 404);
    assert_eq!(rig.graph("/me/photo", &without).await.headers["content-type"], "image/gif");
}

#[tokio::test]
async fn organization_tells_the_verified_domains() {
    let rig = rig();
    let token = rig.access_token(EMPLOYEE).await;
    let one = rig.graph("/organization", &token).await.json()["value"][0].clone();
    assert_eq!(one["id"], rig.tenant_id());
    let names: Vec<_> = one["verifiedDomains"].as_array().unwrap().iter().map(|domain| domain["name"].clone()).collect();
    assert_eq!(json!(names), json!(["nordvik.example", "skole.nordvik.example", "nordvik-kommune.example"]));
    assert_eq!(one["verifiedDomains"][0]["isDefault"], true);
}

#[tokio::test]
async fn tokens_end_and_are_asked_for() {
    let rig = rig();
    let token = rig.access_token(EMPLOYEE).await;
    assert_eq!(rig.get("/graph/v1.0/me").await.status, 401);
    assert_eq!(rig.graph("/me", "made-up").await.status, 401);
    rig.clock.advance(Duration::hours(1));
    assert_eq!(rig.graph("/me", &token).await.status, 401);
}

#[tokio::test]
async fn a_token_without_user_read_may_not_read() {
    let rig = rig();
    let tenant = rig.tenant_id();
    let outcome = rig.practice.walk(EMPLOYEE, tillit_practice::Consent::Accept).open(&rig.address(&tenant, &[("scope", "openid profile")]));
    let tokens = rig.redeem(&tenant, &outcome.param("code").unwrap(), &[]).await.json();
    assert_eq!(rig.graph("/me", tokens["access_token"].as_str().unwrap()).await.status, 403);
}

#[tokio::test]
async fn throttling_hits_so_many_requests() {
    let rig = rig();
    let token = rig.access_token(EMPLOYEE).await;
    rig.practice.world().throttle_graph(2, 17);
    for _ in 0..2 {
        let answer = rig.graph("/me", &token).await;
        assert_eq!((answer.status, answer.headers["retry-after"].as_str()), (429, "17"));
    }
    assert_eq!(rig.graph("/me", &token).await.status, 200);
}

#[tokio::test]
async fn the_log_knows_which_graph_requests_belong_to_a_sign_in() {
    let rig = rig();
    let token = rig.access_token(EMPLOYEE).await;
    rig.practice.world().forget_requests();
    rig.graph("/me", &token).await;
    rig.clock.advance(Duration::minutes(3));
    rig.graph("/me?$select=id", &token).await;
    rig.graph("/organization", "made-up").await;
    let seen = rig.practice.world().requests();
    let seen: Vec<_> = seen.iter().map(|request| (request.path.as_str(), request.status, request.during_sign_in)).collect();
    assert_eq!(seen, [("/graph/v1.0/me", 200, true), ("/graph/v1.0/me", 200, false), ("/graph/v1.0/organization", 401, false)]);
}

#[tokio::test]
async fn whoever_is_disabled_is_out_at_once() {
    let rig = rig();
    let token = rig.access_token(EMPLOYEE).await;
    rig.practice.world().disable_user(EMPLOYEE, true).unwrap();
    assert_eq!(rig.graph("/me", &token).await.status, 401);
}
