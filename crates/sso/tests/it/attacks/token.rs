//! The JWT itself: form, signature, keys, times.

use serde_json::json;
use tillit_practice::demo;
use tillit_practice::mischief::{Alg, CompactEdit, ExtraKey, Mischief, SigningKey, TokenEdit, TokenKind};
use tillit_sso::protocol::{ProtocolError, RequestKind};

use super::identity::published;
use crate::stage::{Door, Stage, reason};

fn signed(alg: Alg, key: SigningKey) -> TokenEdit {
    TokenEdit::Sign { alg, key, keep_kid: true }
}
fn signed_as_itself(alg: Alg, key: SigningKey) -> TokenEdit {
    TokenEdit::Sign { alg, key, keep_kid: false }
}

/// Refused for this reason; the attack has nothing that could succeed without the check.
async fn refused(stage: &Stage, mischief: Mischief, expected: &str) {
    stage.world(|world| world.mischief(mischief));
    let entered = stage.sign_in(&stage.protocol(), &stage.client(Door::Tenant), demo::EMPLOYEE).await;
    assert_eq!(entered.map(drop).map_err(reason), Err(expected));
}

#[tokio::test]
async fn attack_13_algorithm_none() {
    let stage = Stage::new().await;
    for word in ["none", "None", "NONE", "nOnE"] {
        stage.stopped_by(Mischief::token([signed(Alg::None(word.into()), SigningKey::Current)]), Door::Tenant, &["algorithm"]).await;
    }
}

#[tokio::test]
async fn attack_14_hmac_with_what_everybody_knows() {
    let stage = Stage::new().await;
    for key in [SigningKey::Current, SigningKey::PublicPem, SigningKey::Modulus, SigningKey::ClientSecret] {
        stage.stopped_by(Mischief::token([signed(Alg::Hs256, key)]), Door::Tenant, &["algorithm"]).await;
    }
    stage
        .stopped_by(Mischief::token([signed(Alg::Hs256, SigningKey::Text("guess".into()))]), Door::Tenant, &["algorithm", "signature"])
        .await;
}

#[tokio::test]
async fn attack_15_algorithms_that_are_not_on_our_list() {
    let stage = Stage::new().await;
    for alg in [Alg::Rs384, Alg::Rs512, Alg::Ps256] {
        stage.stopped_by(Mischief::token([signed(alg, SigningKey::Current)]), Door::Tenant, &["algorithm"]).await;
    }
    let elliptic = Mischief::token([signed_as_itself(Alg::Es256, SigningKey::Current)]).publish(ExtraKey::Es256);
    // Without the list the key is still no RSA key, and without a key there is no signature.
    stage.stopped_by(elliptic, Door::Tenant, &["algorithm", "key", "signature"]).await;
    for word in ["rs256", "RS256 ", "", "RSA-SHA256"] {
        stage.stopped_by(Mischief::token([TokenEdit::header("alg", json!(word))]), Door::Tenant, &["algorithm", "signature"]).await;
    }
    stage.stopped_by(Mischief::token([TokenEdit::without_header("alg")]), Door::Tenant, &["algorithm", "signature"]).await;
}

#[tokio::test]
async fn attack_16_keys_inside_the_token_are_ignored() {
    let stage = Stage::new().await;
    let key = published(&stage, ExtraKey::Attacker).await;
    let evil = format!("{}/common/discovery/v2.0/keys", stage.base_url());
    let headers = || {
        [
            TokenEdit::header("jwk", key.clone()),
            TokenEdit::header("jku", json!(evil)),
            TokenEdit::header("x5u", json!(evil)),
            TokenEdit::header("x5c", json!([key["n"]])),
        ]
    };
    let forged = [signed(Alg::Rs256, SigningKey::Attacker)].into_iter().chain(headers());
    stage.stopped_by(Mischief::token(forged), Door::Tenant, &["signature"]).await;
    let own_kid = [signed_as_itself(Alg::Rs256, SigningKey::Attacker)].into_iter().chain(headers());
    stage.stopped_by(Mischief::token(own_kid), Door::Tenant, &["key", "signature"]).await;

    // A genuine token with such headers is none the worse for them, and nobody follows them.
    stage.world(|world| world.forget_requests());
    stage.requests();
    stage.world(|world| world.mischief(Mischief::token(headers())));
    stage.sign_in(&stage.protocol(), &stage.client(Door::Tenant), demo::EMPLOYEE).await.unwrap();
    assert!(!stage.world(|world| world.requests()).iter().any(|request| request.path.contains("/common/")));
    assert_eq!(stage.requests().iter().filter(|request| request.kind == RequestKind::Keys).count(), 1);
}

#[tokio::test]
async fn attack_17_strange_key_ids() {
    let stage = Stage::new().await;
    let strange = ["../../../../dev/null", "' OR 1=1 --", "key\u{0}", "/etc/passwd", "kid kid"];
    for kid in strange {
        stage.stopped_by(Mischief::token([TokenEdit::header("kid", json!(kid))]), Door::Tenant, &["key"]).await;
    }
    for kid in [json!("x".repeat(5000)), json!(""), json!(7), json!(["a"]), json!({ "a": 1 }), json!(null)] {
        stage.stopped_by(Mischief::token([TokenEdit::header("kid", kid)]), Door::Tenant, &["key-id", "key"]).await;
    }
}

#[tokio::test]
async fn attack_17_key_id_is_missing() {
    let stage = Stage::new().await;
    let no_kid = || Mischief::token([TokenEdit::without_header("kid")]);
    stage.stopped_by(no_kid(), Door::Tenant, &["key"]).await;
    // With one key only there is nothing to choose.
    stage.world(|world| {
        world.forget_old_keys();
        world.mischief(no_kid());
    });
    stage.sign_in(&stage.protocol(), &stage.client(Door::Tenant), demo::EMPLOYEE).await.unwrap();
}

#[tokio::test]
async fn attack_17_two_keys_with_one_id() {
    let stage = Stage::new().await;
    let kid = json!(stage.world(|world| world.signing_kid()));
    // A stranger's key under the honest key's id confuses nobody: the honest token is accepted, by the honest key …
    let mut key = published(&stage, ExtraKey::Msa).await;
    key["kid"] = kid.clone();
    stage.world(|world| world.mischief(Mischief::default().publish(ExtraKey::Json(key.clone()))));
    stage.sign_in(&stage.protocol(), &stage.client(Door::Tenant), demo::EMPLOYEE).await.unwrap();
    // … and what the other key signed is judged by the other key's issuer.
    let forged = Mischief::token([signed(Alg::Rs256, SigningKey::Msa)]).publish(ExtraKey::Json(key));
    stage.stopped_by(forged, Door::Tenant, &["key-issuer"]).await;
}

#[tokio::test]
async fn attack_18_broken_signatures_and_forms() {
    let stage = Stage::new().await;
    let compact = |edit| Mischief::token([TokenEdit::Compact(edit)]);
    stage.stopped_by(compact(CompactEdit::FlipSignature), Door::Tenant, &["signature"]).await;
    stage.stopped_by(compact(CompactEdit::EmptySignature), Door::Tenant, &["signature"]).await;
    stage.stopped_by(compact(CompactEdit::DropSignature), Door::Tenant, &["token-form", "signature"]).await;
    stage.stopped_by(compact(CompactEdit::ExtraSegments(1)), Door::Tenant, &["token-form"]).await;
    stage.stopped_by(compact(CompactEdit::ExtraSegments(50)), Door::Tenant, &["token-form"]).await;
    stage.stopped_by(Mischief::token([signed(Alg::Rs256, SigningKey::Attacker)]), Door::Tenant, &["signature"]).await;
}

#[tokio::test]
async fn attack_18_what_is_no_signed_token_at_all() {
    let stage = Stage::new().await;
    refused(&stage, Mischief::token([TokenEdit::Compact(CompactEdit::Jwe)]), "token-form").await;
    for length in [1, 10, 200] {
        refused(&stage, Mischief::token([TokenEdit::Compact(CompactEdit::Truncate(length))]), "token-form").await;
    }
    for text in ["a.b.c", "..", "e30.e30.", "e30=.e30=.e30=", "{}.{}.{}", "bnVsbA.bnVsbA.bnVsbA", "\u{feff}e30.e30.e30", "W10.W10.e30"] {
        stage.world(|world| world.mischief(Mischief::token([TokenEdit::Compact(CompactEdit::Replace(text.into()))])));
        let error = stage.sign_in(&stage.protocol(), &stage.client(Door::Tenant), demo::EMPLOYEE).await.unwrap_err();
        assert!(matches!(reason(error), "token-form" | "algorithm"), "{text}");
    }
}

#[tokio::test]
async fn attack_19_critical_header() {
    let stage = Stage::new().await;
    for crit in [json!(["exp"]), json!(["b64"]), json!([]), json!("x")] {
        stage.stopped_by(Mischief::token([TokenEdit::header("crit", crit)]), Door::Tenant, &["critical-header"]).await;
    }
}

#[tokio::test]
async fn attack_20_members_that_stand_twice() {
    let stage = Stage::new().await;
    let tenant = json!(stage.tenant().as_str());
    let twice = TokenEdit::DuplicateClaim { name: "tid".into(), value: tenant };
    stage.stopped_by(Mischief::token([twice]), Door::Tenant, &["duplicate-member"]).await;
    let twice = TokenEdit::DuplicateHeader { name: "alg".into(), value: json!("RS256") };
    stage.stopped_by(Mischief::token([twice]), Door::Tenant, &["duplicate-member"]).await;
}

#[tokio::test]
async fn attack_21_token_over_the_limit() {
    let stage = Stage::new().await;
    stage.stopped_by(Mischief::token([TokenEdit::Pad { bytes: 20_000 }]), Door::Tenant, &["token-size"]).await;
    // Still larger, and the answer of the token endpoint itself is over its limit: nothing of it is kept.
    stage.world(|world| world.mischief(Mischief::token([TokenEdit::Pad { bytes: 4 << 20 }])));
    let error = stage.sign_in(&stage.protocol(), &stage.client(Door::Tenant), demo::EMPLOYEE).await.unwrap_err();
    assert!(
        matches!(&error, ProtocolError::Unreachable(unreachable) if unreachable.why == tillit_sso::protocol::Trouble::TooLarge),
        "{error}"
    );
}

#[tokio::test]
async fn attack_22_keys_that_must_not_sign() {
    let stage = Stage::new().await;
    for (key, extra, check) in [
        (SigningKey::Encryption, ExtraKey::Encryption, "key-use"),
        (SigningKey::Weak1024, ExtraKey::Weak1024, "key-size"),
        (SigningKey::ExponentOne, ExtraKey::ExponentOne, "key-exponent"),
    ] {
        let mischief = Mischief::token([signed_as_itself(Alg::Rs256, key)]).publish(extra);
        stage.stopped_by(mischief, Door::Tenant, &[check]).await;
    }
}

#[tokio::test]
async fn attack_22_key_published_for_another_algorithm() {
    let stage = Stage::new().await;
    let mut key = published(&stage, ExtraKey::Attacker).await;
    for alg in ["PS256", "RSA-OAEP", "RS512"] {
        key["alg"] = json!(alg);
        let mischief = Mischief::token([signed_as_itself(Alg::Rs256, SigningKey::Attacker)]).publish(ExtraKey::Json(key.clone()));
        stage.stopped_by(mischief, Door::Tenant, &["key-algorithm"]).await;
    }
}

#[tokio::test]
async fn attack_22_unreadable_keys_in_the_set_are_passed_over() {
    let stage = Stage::new().await;
    let kid = stage.world(|world| world.signing_kid());
    let junk = [json!(null), json!({}), json!({ "kty": "RSA", "kid": kid }), json!({ "kty": "oct", "k": "AA", "kid": kid }), json!([1])];
    let mischief = junk.into_iter().fold(Mischief::default(), |mischief, key| mischief.publish(ExtraKey::Json(key)));
    stage.world(|world| world.mischief(mischief));
    stage.sign_in(&stage.protocol(), &stage.client(Door::Tenant), demo::EMPLOYEE).await.unwrap();
}

#[tokio::test]
async fn attack_23_audience_and_authorized_party() {
    let stage = Stage::new().await;
    let us = stage.client(Door::Tenant).client_id;
    for audience in [
        json!("11111111-2222-4333-8444-555555555555"),
        json!([us.as_str(), "11111111-2222-4333-8444-555555555555"]),
        json!([]),
        json!([[us.as_str()]]),
        json!(us.as_str().to_uppercase() + "x"),
        json!(format!(" {us}")),
        json!(null),
    ] {
        stage.stopped_by(Mischief::claim("aud", audience), Door::Tenant, &["audience"]).await;
    }
    stage.stopped_by(Mischief::without_claim("aud"), Door::Tenant, &["audience"]).await;
    stage.stopped_by(Mischief::claim("azp", json!("another-client")), Door::Tenant, &["authorized-party"]).await;
    for door in [Door::Tenant, Door::OpenId] {
        stage.world(|world| {
            world.mischief(Mischief::token([TokenEdit::claim("aud", json!([us.as_str()])), TokenEdit::claim("azp", json!(us.as_str()))]))
        });
        stage.sign_in(&stage.protocol(), &stage.client(door), demo::EMPLOYEE).await.unwrap();
    }
}

#[tokio::test]
async fn attack_24_times_are_kept_to_two_minutes() {
    let stage = Stage::new().await;
    let shift = |claim: &str, seconds| Mischief::token([TokenEdit::Shift { claim: claim.into(), seconds }]);
    // Just inside …
    for (claim, seconds) in [("exp", -3600 - 119), ("nbf", 120), ("iat", 120), ("iat", -15 * 60 - 120)] {
        stage.world(|world| world.mischief(shift(claim, seconds)));
        stage.sign_in(&stage.protocol(), &stage.client(Door::Tenant), demo::EMPLOYEE).await.unwrap();
    }
    // … and just outside.
    for (claim, seconds, check) in [
        ("exp", -3600 - 120, "expiry"),
        ("nbf", 121, "not-before"),
        ("iat", 121, "issued-at"),
        ("iat", -15 * 60 - 121, "issued-at"),
        ("exp", -1_000_000_000, "expiry"),
        ("iat", -1_000_000_000, "issued-at"),
        ("iat", i64::MAX / 2, "issued-at"),
    ] {
        stage.stopped_by(shift(claim, seconds), Door::Tenant, &[check]).await;
    }
}

#[tokio::test]
async fn attack_24_claims_that_must_be_there() {
    let stage = Stage::new().await;
    for (claim, check) in [("exp", "expiry"), ("iat", "issued-at"), ("sub", "subject"), ("nonce", "nonce"), ("ver", "version")] {
        stage.stopped_by(Mischief::without_claim(claim), Door::Tenant, &[check]).await;
    }
    for (claim, check) in [("exp", "expiry"), ("nbf", "not-before"), ("iat", "issued-at")] {
        for value in [json!("2026-11-23"), json!(null), json!([1]), json!(1e300)] {
            if claim == "exp" && value == json!(1e300) {
                continue; // In the very far future, but beyond any number that means a time: also refused, see below.
            }
            stage.stopped_by(Mischief::claim(claim, value), Door::Tenant, &[check]).await;
        }
    }
    stage.stopped_by(Mischief::claim("exp", json!(1e300)), Door::Tenant, &["expiry"]).await;
    stage.stopped_by(Mischief::claim("sub", json!("x".repeat(256))), Door::OpenId, &["subject"]).await;
}

#[tokio::test]
async fn attack_25_other_tokens_in_the_id_tokens_place() {
    let stage = Stage::new().await;
    let kind = |kind| Mischief::token([TokenEdit::Kind(kind)]);
    stage.stopped_by(kind(TokenKind::AccessToken), Door::Tenant, &["audience"]).await;
    stage.stopped_by(kind(TokenKind::OtherClient), Door::Tenant, &["audience"]).await;
    stage.stopped_by(kind(TokenKind::V1), Door::Tenant, &["version", "issuer", "key-issuer"]).await;
    for typ in [json!("at+jwt"), json!("application/at+jwt"), json!("logout+jwt"), json!(7)] {
        stage.stopped_by(Mischief::token([TokenEdit::header("typ", typ)]), Door::Tenant, &["token-type"]).await;
    }
}
