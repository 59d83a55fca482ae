//! Metadata and keys.

use crate::client::{BASE, rig};

const METADATA: &str = "v2.0/.well-known/openid-configuration";

#[tokio::test]
async fn organizations_and_common_keep_the_braces_in_the_issuer() {
    for tenant in ["organizations", "common"] {
        let document = rig().get(&format!("/{tenant}/{METADATA}")).await.json();
        assert_eq!(document["issuer"], format!("{BASE}/{{tenantid}}/v2.0"));
        assert_eq!(document["token_endpoint"], format!("{BASE}/{tenant}/oauth2/v2.0/token"));
    }
}

#[tokio::test]
async fn a_tenant_has_the_same_concrete_issuer_by_id_and_by_every_domain() {
    let rig = rig();
    let id = rig.tenant_id();
    for tenant in [id.as_str(), "nordvik.example", "Skole.Nordvik.example"] {
        assert_eq!(rig.get(&format!("/{tenant}/{METADATA}")).await.json()["issuer"], format!("{BASE}/{id}/v2.0"));
    }
}

#[tokio::test]
async fn an_unknown_tenant_is_400_with_aadsts90002() {
    let answer = rig().get(&format!("/nowhere.example/{METADATA}")).await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.json()["error_codes"], serde_json::json!([90002]));
    assert_eq!(answer.json()["error"], "invalid_tenant");
}

#[tokio::test]
async fn keys_are_several_without_alg_and_bound_to_issuers() {
    let rig = rig();
    let organizations = rig.get("/organizations/discovery/v2.0/keys").await.json();
    let keys = organizations["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 3);
    assert!(keys.iter().all(|key| key.get("alg").is_none() && key["use"] == "sig" && key["x5c"].is_array()));
    let issuers: Vec<_> = keys.iter().map(|key| key["issuer"].as_str().unwrap()).collect();
    let templated = format!("{BASE}/{{tenantid}}/v2.0");
    let msa = format!("{BASE}/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0");
    assert_eq!(issuers, [&templated, &templated, &msa]);
    let tenant = rig.get("/nordvik.example/discovery/v2.0/keys").await.json();
    assert_eq!(tenant["keys"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn rolling_keys_changes_the_signer_and_keeps_the_last_one_published() {
    let rig = rig();
    let kids = async || -> Vec<String> {
        let set = rig.get("/nordvik.example/discovery/v2.0/keys").await.json();
        set["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
    };
    let before = rig.practice.world().signing_kid();
    rig.practice.world().roll_keys();
    let now = rig.practice.world().signing_kid();
    assert_ne!(before, now);
    assert_eq!(kids().await, [before, now.clone()]);
    rig.practice.world().forget_old_keys();
    assert_eq!(kids().await, [now]);
}
