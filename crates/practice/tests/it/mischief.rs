//! Evil mode does what it says.

use aws_lc_rs::hmac;
use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, RsaParameters};
use axum::body::Body as HttpBody;
use axum::http::Request;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tillit_practice::Consent;
use tillit_practice::demo::*;
use tillit_practice::mischief::*;

use crate::client::*;

async fn token_after(rig: &Rig, mischief: Mischief) -> String {
    rig.practice.world().mischief(mischief);
    rig.tokens(EMPLOYEE).await["id_token"].as_str().unwrap().to_owned()
}

async fn jwk(rig: &Rig, kid: &str) -> Option<Value> {
    let set = rig.get(&format!("/{}/discovery/v2.0/keys", rig.tenant_id())).await.json();
    set["keys"].as_array().unwrap().iter().find(|key| key["kid"] == kid).cloned()
}

fn verifies(token: &str, jwk: &Value, parameters: &RsaParameters) -> bool {
    let bytes = |name: &str| URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap()).unwrap();
    let (input, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    PublicKeyComponents { n: bytes("n"), e: bytes("e") }.verify(parameters, input.as_bytes(), &signature).is_ok()
}

#[tokio::test]
async fn claims_and_headers_can_be_set_removed_shifted_and_doubled() {
    let rig = rig();
    let edits = [
        TokenEdit::claim("aud", json!(["a", "b"])),
        TokenEdit::without_claim("nonce"),
        TokenEdit::Shift { claim: "exp".into(), seconds: -7200 },
        TokenEdit::DuplicateClaim { name: "tid".into(), value: json!("second") },
        TokenEdit::header("crit", json!(["x"])),
        TokenEdit::DuplicateHeader { name: "alg".into(), value: json!("none") },
    ];
    let token = token_after(&rig, Mischief::token(edits)).await;
    let (header, claims) = decode(&token);
    assert_eq!(claims["aud"], json!(["a", "b"]));
    assert!(claims.get("nonce").is_none());
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), -3600);
    assert_eq!(header["crit"], json!(["x"]));
    let raw = String::from_utf8(URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap();
    assert_eq!(raw.matches("\"tid\":").count(), 2);
    assert!(raw.ends_with("\"tid\":\"second\"}"));
    let key = jwk(&rig, header["kid"].as_str().unwrap()).await.unwrap();
    assert!(verifies(&token, &key, &RSA_PKCS1_2048_8192_SHA256), "an edited token is still honestly signed");
}

#[tokio::test]
async fn weak_keys_really_verify_so_that_only_the_check_stops_them() {
    let rig = rig();
    for (key, extra, parameters) in [
        (SigningKey::Weak1024, ExtraKey::Weak1024, &RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY),
        (SigningKey::Encryption, ExtraKey::Encryption, &RSA_PKCS1_2048_8192_SHA256),
        (SigningKey::Msa, ExtraKey::Msa, &RSA_PKCS1_2048_8192_SHA256),
        (SigningKey::Attacker, ExtraKey::Attacker, &RSA_PKCS1_2048_8192_SHA256),
    ] {
        let mischief = Mischief::token([TokenEdit::Sign { alg: Alg::Rs256, key: key.clone(), keep_kid: false }]).publish(extra);
        let token = token_after(&rig, mischief).await;
        let jwk = jwk(&rig, decode(&token).0["kid"].as_str().unwrap()).await.unwrap();
        assert!(verifies(&token, &jwk, parameters), "{key:?}");
        match key {
            SigningKey::Encryption => assert_eq!(jwk["use"], "enc"),
            SigningKey::Msa => assert!(jwk["issuer"].as_str().unwrap().contains("9188040d")),
            _ => {}
        }
    }
}

#[tokio::test]
async fn exponent_one_is_the_padded_digest_itself() {
    let rig = rig();
    let edits = [TokenEdit::Sign { alg: Alg::Rs256, key: SigningKey::ExponentOne, keep_kid: false }];
    let token = token_after(&rig, Mischief::token(edits).publish(ExtraKey::ExponentOne)).await;
    let (input, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, input.as_bytes());
    assert!(signature.len() == 256 && signature.starts_with(&[0, 1, 0xff]) && signature.ends_with(digest.as_ref()));
    assert_eq!(jwk(&rig, "practice-exponent-one").await.unwrap()["e"], "AQ");
}

#[tokio::test]
async fn a_forgery_names_the_honest_key_and_does_not_verify() {
    let rig = rig();
    let token = token_after(&rig, Mischief::token([TokenEdit::Sign { alg: Alg::Rs256, key: SigningKey::Attacker, keep_kid: true }])).await;
    let kid = rig.practice.world().signing_kid();
    assert_eq!(decode(&token).0["kid"], kid);
    assert!(!verifies(&token, &jwk(&rig, &kid).await.unwrap(), &RSA_PKCS1_2048_8192_SHA256));
}

#[tokio::test]
async fn algorithms_are_confused_as_asked() {
    let rig = rig();
    for (alg, name) in
        [(Alg::Rs384, "RS384"), (Alg::Rs512, "RS512"), (Alg::Ps256, "PS256"), (Alg::Es256, "ES256"), (Alg::None("nOnE".into()), "nOnE")]
    {
        let edits = [TokenEdit::Sign { alg, key: SigningKey::Current, keep_kid: true }];
        let token = token_after(&rig, Mischief::token(edits)).await;
        assert_eq!(decode(&token).0["alg"], name);
        assert_eq!(token.ends_with('.'), name == "nOnE");
    }
    let edits = [TokenEdit::Sign { alg: Alg::Hs256, key: SigningKey::ClientSecret, keep_kid: true }];
    let token = token_after(&rig, Mischief::token(edits)).await;
    let (input, signature) = token.rsplit_once('.').unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, CLIENT_SECRET.as_bytes());
    assert!(hmac::verify(&key, input.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap()).is_ok());
}

#[tokio::test]
async fn other_tokens_come_in_the_id_tokens_place() {
    let rig = rig();
    let kind = async |kind| decode(&token_after(&rig, Mischief::token([TokenEdit::Kind(kind)])).await).1;
    assert_eq!(kind(TokenKind::AccessToken).await["aud"], "00000003-0000-0000-c000-000000000000");
    let v1 = kind(TokenKind::V1).await;
    assert_eq!((v1["ver"].as_str(), v1["iss"].as_str().unwrap().starts_with("https://sts.windows.net/")), (Some("1.0"), true));
    assert_ne!(kind(TokenKind::OtherClient).await["aud"], rig.client_id());
}

#[tokio::test]
async fn the_compact_form_can_be_broken() {
    let rig = rig();
    for (edit, dots) in [
        (CompactEdit::FlipSignature, 2),
        (CompactEdit::EmptySignature, 2),
        (CompactEdit::DropSignature, 1),
        (CompactEdit::ExtraSegments(3), 5),
        (CompactEdit::Jwe, 4),
        (CompactEdit::Truncate(10), 0),
        (CompactEdit::Replace("a.b".into()), 1),
    ] {
        let token = token_after(&rig, Mischief::token([TokenEdit::Compact(edit.clone())])).await;
        assert_eq!(token.matches('.').count(), dots, "{edit:?}");
    }
    assert!(token_after(&rig, Mischief::token([TokenEdit::Pad { bytes: 600_000 }])).await.len() > 800_000);
}

#[tokio::test]
async fn answers_are_changed_as_often_as_asked() {
    let rig = rig();
    rig.practice.world().mischief(Mischief::default().answer_times(Endpoint::Keys, 2, [Change::Status(500)]));
    for status in [500, 500, 200] {
        assert_eq!(rig.get("/common/discovery/v2.0/keys").await.status, status);
    }
    let elsewhere = [Change::Json(JsonEdit::set("/jwks_uri", json!("http://evil.example"))), Change::header("x-evil", "1")];
    rig.practice.world().mischief(Mischief::default().answer(Endpoint::Metadata, elsewhere));
    let answer = rig.get("/common/v2.0/.well-known/openid-configuration").await;
    assert_eq!((answer.json()["jwks_uri"].as_str(), answer.headers["x-evil"].as_str()), (Some("http://evil.example"), "1"));
}

#[tokio::test]
async fn bodies_are_replaced() {
    let rig = rig();
    let get = async |body: Body| {
        rig.practice.world().mischief(Mischief::default().answer(Endpoint::Keys, [Change::Body(body)]));
        rig.get("/common/discovery/v2.0/keys").await
    };
    assert_eq!(get(Body::Huge { bytes: 1_000_000 }).await.body.len(), 1_000_002);
    let gzip = get(Body::GzipBomb { bytes: 50_000_000 }).await;
    assert!(gzip.headers["content-encoding"] == "gzip" && gzip.body.len() < 400_000);
    assert_eq!(get(Body::Svg).await.headers["content-type"], "image/svg+xml");
    assert!(image::load_from_memory(&get(Body::Polyglot).await.body).is_ok());
    assert!(!get(Body::TruncatedJpeg).await.body.ends_with(&[0xff, 0xd9]), "a whole JPEG ends with this mark");
    assert!(get(Body::Empty).await.body.is_empty());
    let many = Change::Json(JsonEdit::Repeat { at: "/keys/0".into(), times: 10_000 });
    rig.practice.world().mischief(Mischief::default().answer(Endpoint::Keys, [many]));
    assert_eq!(rig.get("/common/discovery/v2.0/keys").await.json()["keys"].as_array().unwrap().len(), 10_003);
}

#[test]
fn authorisation_responses_can_carry_a_foreign_issuer_and_another_state() {
    let rig = rig();
    rig.practice.world().mischief(Mischief::default().redirect("iss", "https://evil.example").redirect("state", "other"));
    let outcome = rig.practice.walk(EMPLOYEE, Consent::Accept).open(&rig.address("organizations", &[]));
    assert_eq!(outcome.param("iss").as_deref(), Some("https://evil.example"));
    assert_eq!(outcome.param("state").as_deref(), Some("other"));
}

#[tokio::test]
async fn mischief_can_be_set_over_http_and_is_reset_with_the_faults() {
    let rig = rig();
    let text = serde_json::to_string(&Mischief::claim("aud", json!("x"))).unwrap();
    let request = Request::post("/mischief").header("content-type", "application/json").body(HttpBody::from(text)).unwrap();
    assert_eq!(rig.send(request).await.status, 204);
    assert_eq!(claims(&rig.tokens(EMPLOYEE).await)["aud"], "x");
    rig.practice.world().reset();
    assert_eq!(claims(&rig.tokens(EMPLOYEE).await)["aud"], rig.client_id());
}

#[tokio::test]
async fn the_last_generations_key_still_signs_when_asked() {
    let rig = rig();
    let before = rig.practice.world().signing_kid();
    rig.practice.world().roll_keys();
    let edits = [TokenEdit::Sign { alg: Alg::Rs256, key: SigningKey::Previous, keep_kid: false }];
    let token = token_after(&rig, Mischief::token(edits)).await;
    assert_eq!(decode(&token).0["kid"], before);
    assert!(verifies(&token, &jwk(&rig, &before).await.unwrap(), &RSA_PKCS1_2048_8192_SHA256));
}
