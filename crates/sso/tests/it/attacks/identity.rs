//! Identity: whose account a token speaks of.

use serde_json::json;
use tillit_practice::demo;
use tillit_practice::mischief::{Alg, ExtraKey, Mischief, SigningKey, TokenEdit};
use tillit_sso::protocol::{Expect, PERSONAL_ACCOUNTS};

use crate::stage::{Door, Stage, reason};

const MSA_SIGNED: TokenEdit = TokenEdit::Sign { alg: Alg::Rs256, key: SigningKey::Msa, keep_kid: false };

#[tokio::test]
async fn attack_03_tid_is_no_guid() {
    let stage = Stage::new().await;
    let issuer = format!("{}/nordvik.example/v2.0", stage.base_url());
    let mischief = Mischief::token([TokenEdit::claim("tid", json!("nordvik.example")), TokenEdit::claim("iss", json!(issuer))]);
    // The keys of the shared set are templated, so that nothing but the form of `tid` stands in the way.
    stage.stopped_by(mischief, Door::Organizations, &["tenant-id"]).await;
    stage.stopped_by(Mischief::without_claim("tid"), Door::Tenant, &["tenant-id", "personal-account", "tenant"]).await;
}

#[tokio::test]
async fn attack_03_tid_and_iss_name_different_tenants() {
    let stage = Stage::new().await;
    let other = format!("{}/{}/v2.0", stage.base_url(), stage.other_tenant());
    stage.stopped_by(Mischief::claim("iss", json!(other)), Door::Organizations, &["issuer", "key-issuer"]).await;
    stage.stopped_by(Mischief::claim("iss", json!(other)), Door::Tenant, &["issuer", "key-issuer"]).await;
    stage.stopped_by(Mischief::without_claim("iss"), Door::Tenant, &["issuer", "key-issuer"]).await;
}

#[tokio::test]
async fn attack_03_issuer_of_another_cloud() {
    let stage = Stage::new().await;
    let tenant = stage.tenant();
    for issuer in [
        format!("https://login.microsoftonline.us/{tenant}/v2.0"),
        format!("https://login.partner.microsoftonline.cn/{tenant}/v2.0"),
        format!("{}/{tenant}/v2.0/", stage.base_url()),
        format!("{}/{{tenantid}}/v2.0", stage.base_url()),
    ] {
        stage.stopped_by(Mischief::claim("iss", json!(issuer)), Door::Organizations, &["issuer", "key-issuer"]).await;
    }
}

#[tokio::test]
async fn attack_04_personal_account_at_an_organisations_connection() {
    let stage = Stage::new().await;
    let issuer = format!("{}/{PERSONAL_ACCOUNTS}/v2.0", stage.base_url());
    let edits = [TokenEdit::claim("tid", json!(PERSONAL_ACCOUNTS)), TokenEdit::claim("iss", json!(issuer)), MSA_SIGNED];
    // A genuine token of a personal account, signed by the genuine key, which `organizations` publishes.
    stage.stopped_by(Mischief::token(edits), Door::Organizations, &["personal-account"]).await;
}

#[tokio::test]
async fn attack_05_key_of_personal_accounts_signs_for_an_organisation() {
    let stage = Stage::new().await;
    stage.stopped_by(Mischief::token([MSA_SIGNED]), Door::Organizations, &["key-issuer"]).await;
    stage.stopped_by(Mischief::token([MSA_SIGNED]).publish(ExtraKey::Msa), Door::Tenant, &["key-issuer"]).await;
}

#[tokio::test]
async fn attack_05_key_of_the_shared_set_says_no_issuer() {
    let stage = Stage::new().await;
    let mut key = published(&stage, ExtraKey::Msa).await;
    key.as_object_mut().unwrap().remove("issuer");
    key["kid"] = json!("anonymous");
    let mischief = Mischief::token([MSA_SIGNED, TokenEdit::header("kid", json!("anonymous"))]).publish(ExtraKey::Json(key));
    stage.stopped_by(mischief, Door::Organizations, &["key-issuer"]).await;
}

#[tokio::test]
async fn attack_08_object_id_is_missing_or_no_guid() {
    let stage = Stage::new().await;
    stage.stopped_by(Mischief::without_claim("oid"), Door::Tenant, &["object-id"]).await;
    for oid in [json!(""), json!("kari"), json!(7), json!(null), json!(["a"])] {
        stage.stopped_by(Mischief::claim("oid", oid), Door::Tenant, &["object-id"]).await;
    }
}

#[tokio::test]
async fn attack_10_token_of_organisation_b_in_a_flow_of_organisation_a() {
    let stage = Stage::new().await;
    let (other, ours) = (stage.other_tenant(), stage.tenant());
    let issuer = format!("{}/{other}/v2.0", stage.base_url());
    let foreign = Mischief::token([TokenEdit::claim("tid", json!(other.as_str())), TokenEdit::claim("iss", json!(issuer))]);
    stage.stopped_by(foreign.clone(), Door::Tenant, &["tenant", "issuer", "key-issuer"]).await;

    // At `organizations` the token is genuine in every way; only the sign-in expected another tenant.
    stage.world(|world| world.mischief(foreign));
    let client = stage.client(Door::Organizations);
    for (protocol, expected) in [(stage.protocol(), Err("tenant")), (stage.protocol().without_check("tenant"), Ok(()))] {
        let (pending, tokens) = stage.tokens(&protocol, &client, demo::EMPLOYEE).await.unwrap();
        let expect = Expect { nonce: &pending.nonce, tenant: Some(&ours) };
        let entered = protocol.validate(&stage.cx, &client, &tokens, &expect, &stage.log).await;
        assert_eq!(entered.map(drop).map_err(reason), expected);
    }
}

#[tokio::test]
async fn attack_12_email_is_verified_only_if_the_provider_says_yes() {
    let stage = Stage::new().await;
    let (protocol, client) = (stage.protocol(), stage.client(Door::Tenant));
    let verified = async |mischief: Mischief| {
        stage.world(|world| world.mischief(mischief));
        stage.sign_in(&protocol, &client, demo::EMPLOYEE).await.unwrap().profile.email_verified
    };
    for no in [json!("0"), json!(0), json!(false), json!("false"), json!(null), json!(""), json!("yes"), json!([true]), json!(2)] {
        assert!(!verified(Mischief::claim("xms_edov", no.clone())).await, "{no}");
    }
    assert!(!verified(Mischief::without_claim("xms_edov")).await);
    let foreign = [TokenEdit::without_claim("xms_edov"), TokenEdit::claim("email_verified", json!(true))];
    assert!(!verified(Mischief::token(foreign)).await, "a tenant can add this claim, Microsoft does not");
    for yes in [json!(true), json!(1), json!("1"), json!("true")] {
        assert!(verified(Mischief::claim("xms_edov", yes.clone())).await, "{yes}");
    }
}

/// A key as the provider publishes it.
pub async fn published(stage: &Stage, key: ExtraKey) -> serde_json::Value {
    stage.world(|world| world.mischief(Mischief::default().publish(key)));
    let url = format!("{}/{}/discovery/v2.0/keys", stage.base_url(), stage.tenant());
    let document = super::fetch_json(stage, &url).await;
    stage.world(|world| world.mischief(Mischief::default()));
    document["keys"].as_array().unwrap().last().unwrap().clone()
}
