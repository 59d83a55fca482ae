//! The dance between browser, provider and us.

use serde_json::json;
use tillit_practice::mischief::{Change, Endpoint, JsonEdit, Mischief, TokenEdit};
use tillit_practice::{Consent, demo};
use tillit_sso::protocol::{AuthorizeOptions, Expect, Identity, Pending, ProtocolError, ProviderError, RequestKind};

use crate::stage::{Door, Stage, answer, reason};

#[tokio::test]
async fn attack_07_same_subject_in_two_tenants() {
    let stage = Stage::new().await;
    let (protocol, client) = (stage.protocol(), stage.client(Door::Organizations));
    stage.world(|world| world.mischief(Mischief::claim("sub", json!("the-same-everywhere"))));
    let ours = stage.sign_in(&protocol, &client, demo::GLOBAL_ADMINISTRATOR).await.unwrap();
    let theirs = stage.sign_in(&protocol, &client, demo::FOREIGN_ADMINISTRATOR).await.unwrap();
    assert_eq!(ours.subject, theirs.subject);
    assert_ne!(ours.identity, theirs.identity);
    assert!(matches!(ours.identity, Identity::Microsoft { .. }), "a person at Microsoft is never known by `sub`");
}

#[tokio::test]
async fn attack_26_nonce_is_missing_other_or_replayed() {
    let stage = Stage::new().await;
    stage.stopped_by(Mischief::without_claim("nonce"), Door::Tenant, &["nonce"]).await;
    for nonce in [json!("another"), json!(""), json!(null), json!(7), json!(["x"])] {
        stage.stopped_by(Mischief::claim("nonce", nonce), Door::Tenant, &["nonce"]).await;
    }
    let client = stage.client(Door::Tenant);
    for (protocol, expected) in [(stage.protocol(), Err("nonce")), (stage.protocol().without_check("nonce"), Ok(()))] {
        let (_, old_tokens) = stage.tokens(&protocol, &client, demo::EMPLOYEE).await.unwrap();
        let later = Pending::new(&stage.cx);
        let expect = Expect { nonce: &later.nonce, tenant: None };
        let entered = protocol.validate(&stage.cx, &client, &old_tokens, &expect, &stage.log).await;
        assert_eq!(entered.map(drop).map_err(reason), expected);
    }
    // A sign-in that lost its nonce expects nothing, and that is not "anything".
    let (_, tokens) = stage.tokens(&stage.protocol(), &client, demo::EMPLOYEE).await.unwrap();
    let entered = stage.protocol().validate(&stage.cx, &client, &tokens, &Expect { nonce: "", tenant: None }, &stage.log).await;
    assert_eq!(entered.map(drop).map_err(reason), Err("nonce"));
}

#[tokio::test]
async fn attack_28_stolen_code_in_another_sign_in() {
    let stage = Stage::new().await;
    let client = stage.client(Door::Tenant);
    let (stolen_from, stolen) = stage.walk(&stage.protocol(), &client, demo::EMPLOYEE).await.unwrap();
    let thief = Pending::new(&stage.cx);
    let error = stage.protocol().redeem(&stage.cx, &client, &stolen, &thief.pkce_verifier, &stage.log).await.unwrap_err();
    assert!(matches!(&error, ProtocolError::Provider(ProviderError { code: Some(501_481), .. })), "PKCE stops it: {error}");
    // The second fence, should a provider not look at PKCE: the nonce.
    for (protocol, expected) in [(stage.protocol(), Err("nonce")), (stage.protocol().without_check("nonce"), Ok(()))] {
        let (pending, stolen) = stage.walk(&protocol, &client, demo::EMPLOYEE).await.unwrap();
        let tokens = protocol.redeem(&stage.cx, &client, &stolen, &pending.pkce_verifier, &stage.log).await.unwrap();
        let expect = Expect { nonce: &thief.nonce, tenant: None };
        assert_eq!(protocol.validate(&stage.cx, &client, &tokens, &expect, &stage.log).await.map(drop).map_err(reason), expected);
    }
    assert_ne!(stolen_from.nonce, thief.nonce);
}

#[tokio::test]
async fn attack_29_challenge_stripped_on_the_way() {
    let stage = Stage::new().await;
    let (protocol, client) = (stage.protocol(), stage.client(Door::Tenant));
    let pending = Pending::new(&stage.cx);
    let mut url = protocol.authorize_url(&stage.cx, &client, &pending, &AuthorizeOptions::default(), &stage.log).await.unwrap();
    let kept: Vec<(String, String)> =
        url.query_pairs().filter(|(name, _)| !name.starts_with("code_challenge")).map(|(n, v)| (n.into(), v.into())).collect();
    url.query_pairs_mut().clear().extend_pairs(kept);
    let outcome = stage.practice().walk(demo::EMPLOYEE, Consent::Accept).open(url.as_str());
    let error = protocol.redeem(&stage.cx, &client, &answer(&outcome, &pending), &pending.pkce_verifier, &stage.log).await.unwrap_err();
    assert!(
        matches!(&error, ProtocolError::Provider(ProviderError { error, code: Some(501_481), .. }) if error == "invalid_grant"),
        "{error}"
    );
}

#[tokio::test]
async fn attack_29_provider_without_s256() {
    let stage = Stage::new().await;
    for methods in [json!(["plain"]), json!([]), json!("S256"), json!(null)] {
        let change = Change::Json(JsonEdit::set("/code_challenge_methods_supported", methods));
        stage.stopped_by(Mischief::default().answer(Endpoint::Metadata, [change]), Door::OpenId, &["metadata-s256"]).await;
    }
}

#[tokio::test]
async fn attack_30_answer_of_another_provider() {
    let stage = Stage::new().await;
    let other = format!("{}/{}/v2.0", stage.base_url(), stage.other_tenant());
    for iss in ["https://evil.example", other.as_str(), ""] {
        for door in [Door::Tenant, Door::OpenId] {
            stage.stopped_by(Mischief::default().redirect("iss", iss), door, &["response-issuer"]).await;
        }
    }
    let mischief = Mischief::default().redirect("iss", "https://evil.example/11111111-2222-4333-8444-555555555555/v2.0");
    stage.stopped_by(mischief, Door::Organizations, &["response-issuer"]).await;
}

#[tokio::test]
async fn attack_30_the_code_is_sent_nowhere_when_the_answers_issuer_is_wrong() {
    let stage = Stage::new().await;
    stage.world(|world| world.mischief(Mischief::default().redirect("iss", "https://evil.example")));
    let error = stage.sign_in(&stage.protocol(), &stage.client(Door::Tenant), demo::EMPLOYEE).await.unwrap_err();
    assert_eq!(reason(error), "response-issuer");
    assert!(!stage.requests().iter().any(|request| request.kind == RequestKind::Token));
}

#[tokio::test]
async fn attack_30_issuer_is_announced_and_missing() {
    let stage = Stage::new().await;
    let announced = || {
        Mischief::default()
            .answer(Endpoint::Metadata, [Change::Json(JsonEdit::set("/authorization_response_iss_parameter_supported", json!(true)))])
    };
    stage.stopped_by(announced(), Door::OpenId, &["response-issuer"]).await;
    let issuer = format!("{}/{}/v2.0", stage.base_url(), stage.tenant());
    for door in [Door::OpenId, Door::Tenant, Door::Organizations] {
        stage.world(|world| world.mischief(announced().redirect("iss", &issuer)));
        stage.sign_in(&stage.protocol(), &stage.client(door), demo::EMPLOYEE).await.unwrap();
    }
}

#[tokio::test]
async fn attack_30_code_of_one_connection_at_another() {
    let stage = Stage::new().await;
    let protocol = stage.protocol();
    let (pending, of_organizations) = stage.walk(&protocol, &stage.client(Door::Organizations), demo::EMPLOYEE).await.unwrap();
    let error =
        protocol.redeem(&stage.cx, &stage.client(Door::Tenant), &of_organizations, &pending.pkce_verifier, &stage.log).await.unwrap_err();
    assert!(matches!(&error, ProtocolError::Provider(ProviderError { code: Some(700_005), .. })), "{error}");
}

#[tokio::test]
async fn attack_57_secrets_in_debug_output_and_errors() {
    let stage = Stage::new().await;
    let (protocol, client) = (stage.protocol(), stage.client(Door::Tenant));
    let (pending, answer) = stage.walk(&protocol, &client, demo::EMPLOYEE).await.unwrap();
    let tokens = protocol.redeem(&stage.cx, &client, &answer, &pending.pkce_verifier, &stage.log).await.unwrap();
    let expect = Expect { nonce: &pending.nonce, tenant: None };
    let claims = protocol.validate(&stage.cx, &client, &tokens, &expect, &stage.log).await.unwrap();
    // The code is used up; the provider's refusal speaks of it.
    let echo = json!({ "error": "invalid_grant", "error_description": "AADSTS54005: code practice~multi-tenant-secret of kari.nordmann" })
        .to_string();
    stage.world(|world| {
        world.mischief(Mischief::default().answer(Endpoint::Token, [Change::Status(400), Change::text("application/json", &echo)]))
    });
    let error = protocol.redeem(&stage.cx, &client, &answer, &pending.pkce_verifier, &stage.log).await.unwrap_err();
    let shown = format!("{client:?} {pending:?} {answer:?} {tokens:?} {claims:?} {error:?} {error} {:?}", stage.requests());
    for secret in [
        demo::CLIENT_SECRET,
        pending.state.as_str(),
        pending.nonce.as_str(),
        pending.pkce_verifier.as_str(),
        "kari",
        "Kari",
        "eyJ",
        "practice.",
    ] {
        assert!(!shown.contains(secret), "{secret} stands in {shown}");
    }
    assert!(shown.contains("54005"));
}

#[tokio::test]
async fn attack_62_refresh_tokens_are_neither_asked_for_nor_kept() {
    let stage = Stage::new().await;
    let gift = Change::Json(JsonEdit::set("/refresh_token", json!("a-gift")));
    stage.world(|world| world.mischief(Mischief::default().answer(Endpoint::Token, [gift])));
    let (protocol, client) = (stage.protocol(), stage.client(Door::Tenant));
    let url = protocol.authorize_url(&stage.cx, &client, &Pending::new(&stage.cx), &AuthorizeOptions::default(), &stage.log).await.unwrap();
    assert!(!url.as_str().contains("offline_access"));
    let (_, tokens) = stage.tokens(&protocol, &client, demo::EMPLOYEE).await.unwrap();
    assert!(!format!("{tokens:?}").contains("a-gift"));
    assert!(!tokens.scope.iter().any(|scope| scope == "offline_access"));
}

#[tokio::test]
async fn conformance_at_hash_is_checked_if_present() {
    let stage = Stage::new().await;
    for hash in [json!("AAAAAAAAAAAAAAAAAAAAAA"), json!(""), json!(7)] {
        stage.stopped_by(Mischief::token([TokenEdit::claim("at_hash", hash)]), Door::Tenant, &["access-token-hash"]).await;
    }
}

#[tokio::test]
async fn conformance_userinfo_speaks_of_somebody_else() {
    let stage = Stage::new().await;
    let client = stage.client(Door::OpenId);
    for subject in [JsonEdit::set("/sub", json!("somebody-else")), JsonEdit::remove("/sub"), JsonEdit::set("/sub", json!(7))] {
        stage.world(|world| world.mischief(Mischief::default().answer(Endpoint::GraphOther, [Change::Json(subject)])));
        for (protocol, expected) in
            [(stage.protocol(), Err("userinfo-subject")), (stage.protocol().without_check("userinfo-subject"), Ok(()))]
        {
            let (pending, tokens) = stage.tokens(&protocol, &client, demo::EMPLOYEE).await.unwrap();
            let expect = Expect { nonce: &pending.nonce, tenant: None };
            let claims = protocol.validate(&stage.cx, &client, &tokens, &expect, &stage.log).await.unwrap();
            let told = protocol.userinfo(&stage.cx, &client, &tokens, &claims, &stage.log).await;
            assert_eq!(told.map(drop).map_err(reason), expected);
        }
    }
}
