//! Redeeming codes.

use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PSS_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use tillit_practice::demo::*;
use tillit_store::{Clock, Duration};

use crate::client::*;

#[tokio::test]
async fn an_id_token_has_the_claims_and_a_signature_that_the_key_set_verifies() {
    let rig = rig();
    let tokens = rig.tokens(EMPLOYEE).await;
    let (header, claims) = decode(tokens["id_token"].as_str().unwrap());
    let now = rig.clock.now().unix_seconds();
    let tenant = rig.tenant_id();
    for (name, value) in [
        ("aud", json!(rig.client_id())),
        ("iss", json!(format!("{BASE}/{tenant}/v2.0"))),
        ("tid", json!(tenant)),
        ("ver", json!("2.0")),
        ("nonce", json!("n0nce")),
        ("iat", json!(now)),
        ("nbf", json!(now)),
        ("exp", json!(now + 3600)),
        ("auth_time", json!(now)),
        ("preferred_username", json!(EMPLOYEE)),
        ("name", json!("Kari Nordmann")),
        ("email", json!(EMPLOYEE)),
        ("xms_edov", json!(true)),
        ("acct", json!(0)),
    ] {
        assert_eq!(claims[name], value, "{name}");
    }
    assert_eq!(claims["oid"], rig.practice.world().user(EMPLOYEE).unwrap().1.oid.to_string());
    assert_ne!(claims["sub"], claims["oid"]);
    assert!(claims.get("idp").is_none() && claims["sid"].is_string() && claims["uti"].is_string() && claims["login_hint"].is_string());
    assert_eq!((header["alg"].as_str(), header["typ"].as_str()), (Some("RS256"), Some("JWT")));

    let keys = rig.get(&format!("/{tenant}/discovery/v2.0/keys")).await.json();
    let key = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == header["kid"]).unwrap().clone();
    assert!(verify(tokens["id_token"].as_str().unwrap(), &key));
}

/// Whether RS256 verifies under a published key.
fn verify(token: &str, jwk: &Value) -> bool {
    let bytes = |name: &str| URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap()).unwrap();
    let (input, signature) = token.rsplit_once('.').unwrap();
    let public = aws_lc_rs::rsa::PublicKeyComponents { n: bytes("n"), e: bytes("e") };
    public.verify(&RSA_PKCS1_2048_8192_SHA256, input.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap()).is_ok()
}

#[tokio::test]
async fn a_guest_is_marked_and_is_another_object_than_at_home() {
    let rig = rig();
    let as_guest = claims(&rig.tokens(GUEST).await);
    assert_eq!(as_guest["acct"], 1);
    assert!(as_guest["idp"].as_str().unwrap().starts_with("https://sts.windows.net/"));
    assert!(as_guest["preferred_username"].as_str().unwrap().contains("#EXT#@nordvik-kommune.example"));
    assert_eq!(as_guest["xms_edov"], false);
    let home = rig.practice.world().user(GUEST).unwrap().0.id.to_string();
    let code = rig.code(&home, GUEST);
    let at_home = claims(&rig.redeem(&home, &code, &[]).await.json());
    assert_eq!(at_home["acct"], 0);
    assert_ne!(at_home["oid"], as_guest["oid"]);
    assert_ne!(at_home["sub"], as_guest["sub"]);
}

#[tokio::test]
async fn without_the_profile_scope_there_is_no_oid() {
    let rig = rig();
    let tenant = rig.tenant_id();
    let outcome = rig.practice.walk(EMPLOYEE, tillit_practice::Consent::Accept).open(&rig.address(&tenant, &[("scope", "openid")]));
    let claims = claims(&rig.redeem(&tenant, &outcome.param("code").unwrap(), &[]).await.json());
    assert!(claims.get("oid").is_none() && claims.get("email").is_none() && claims["sub"].is_string());
}

#[tokio::test]
async fn every_way_to_redeem_wrongly_has_its_code() {
    let rig = rig();
    let tenant = rig.tenant_id();
    for (more, status, error, code) in [
        (("code_verifier", "wrong-wrong-wrong-wrong-wrong-wrong-wrong-wrong"), 400, "invalid_grant", 501_481),
        (("code_verifier", ""), 400, "invalid_grant", 501_481),
        (("client_secret", "wrong"), 401, "invalid_client", 7_000_215),
        (("client_secret", ""), 401, "invalid_client", 7_000_218),
        (("client_id", "00000000-0000-4000-8000-000000000000"), 400, "unauthorized_client", 700_016),
        (("redirect_uri", "http://localhost:8400/sso/consent"), 400, "invalid_grant", 500_112),
        (("code", "made-up"), 400, "invalid_grant", 70_000),
        (("grant_type", "password"), 400, "unsupported_grant_type", 70_003),
    ] {
        let grant = rig.code(&tenant, EMPLOYEE);
        let answer = rig.redeem(&tenant, &grant, &[more]).await;
        let body = answer.json();
        assert_eq!((answer.status, &body["error"], &body["error_codes"]), (status, &json!(error), &json!([code])), "{more:?}");
        assert!(body["error_description"].as_str().unwrap().starts_with(&format!("AADSTS{code}: ")));
        assert!(body["trace_id"].is_string() && body["correlation_id"].is_string());
        assert_eq!(body["timestamp"], "2026-11-23 12:00:00Z");
    }
}

#[tokio::test]
async fn a_code_works_once() {
    let rig = rig();
    let tenant = rig.tenant_id();
    let code = rig.code(&tenant, EMPLOYEE);
    assert_eq!(rig.redeem(&tenant, &code, &[]).await.status, 200);
    assert_eq!(rig.redeem(&tenant, &code, &[]).await.json()["error_codes"], json!([54_005]));
}

#[tokio::test]
async fn a_code_lives_ten_minutes() {
    let rig = rig();
    let tenant = rig.tenant_id();
    let (first, second) = (rig.code(&tenant, EMPLOYEE), rig.code(&tenant, EMPLOYEE));
    rig.clock.advance(Duration::seconds(599));
    assert_eq!(rig.redeem(&tenant, &first, &[]).await.status, 200);
    rig.clock.advance(Duration::seconds(1));
    assert_eq!(rig.redeem(&tenant, &second, &[]).await.json()["error_codes"], json!([70_008]));
}

#[tokio::test]
async fn a_code_is_redeemed_where_it_was_issued() {
    let rig = rig();
    let code = rig.code("organizations", EMPLOYEE);
    assert_eq!(rig.redeem(&rig.tenant_id(), &code, &[]).await.json()["error_codes"], json!([700_005]));
    // A tenant's id and its domain are the same place.
    let code = rig.code("nordvik.example", EMPLOYEE);
    assert_eq!(rig.redeem(&rig.tenant_id(), &code, &[]).await.status, 200);
}

#[tokio::test]
async fn an_expired_secret_says_so_even_though_it_is_right() {
    let rig = rig();
    let tenant = rig.tenant_id();
    let code = rig.code(&tenant, EMPLOYEE);
    let app = rig.practice.world().apps()[0].client_id;
    rig.practice.world().expire_secret(app).unwrap();
    let answer = rig.redeem(&tenant, &code, &[]).await;
    assert_eq!((answer.status, &answer.json()["error_codes"]), (401, &json!([7_000_222])));
}

#[tokio::test]
async fn basic_authentication_works_and_not_beside_another() {
    let rig = rig();
    let tenant = rig.tenant_id();
    for (extra, status) in [("", 200), (CLIENT_SECRET, 400)] {
        let code = rig.code(&tenant, EMPLOYEE);
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
            ("client_secret", extra),
        ];
        let mut request = form_request(&format!("/{tenant}/oauth2/v2.0/token"), &form);
        let basic = STANDARD.encode(format!("{}:{CLIENT_SECRET}", rig.client_id()));
        request.headers_mut().insert("authorization", format!("Basic {basic}").parse().unwrap());
        assert_eq!(rig.send(request).await.status, status);
    }
}

/// A client certificate and its key.
struct Credential {
    key: KeyPair,
    der: Vec<u8>,
}

fn credential() -> Credential {
    let key = KeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
    let pkcs8 = aws_lc_rs::encoding::AsDer::<aws_lc_rs::encoding::Pkcs8V1Der>::as_der(&key).unwrap();
    let signer = rcgen::KeyPair::try_from(pkcs8.as_ref()).unwrap();
    let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
    params.not_before = rcgen::date_time_ymd(2026, 1, 1);
    params.not_after = rcgen::date_time_ymd(2027, 1, 1);
    let der = params.self_signed(&signer).unwrap().der().to_vec();
    Credential { key, der }
}

impl Credential {
    fn assertion(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let input = format!("{}.{}", part(header), part(claims));
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key.sign(&RSA_PSS_SHA256, &aws_lc_rs::rand::SystemRandom::new(), input.as_bytes(), &mut signature).unwrap();
        format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

#[tokio::test]
async fn a_client_assertion_is_checked_in_every_part() {
    let rig = rig();
    let tenant = rig.tenant_id();
    let (mine, stranger) = (credential(), credential());
    let app = rig.practice.world().apps()[0].client_id;
    rig.practice.world().add_certificate(app, &mine.der).unwrap();
    let now = rig.clock.now().unix_seconds();
    let thumbprint =
        |credential: &Credential| URL_SAFE_NO_PAD.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &credential.der));
    let header = json!({ "alg": "PS256", "typ": "JWT", "x5t#S256": thumbprint(&mine) });
    let audience = format!("{BASE}/{tenant}/oauth2/v2.0/token");
    let claims = json!({ "aud": audience, "iss": app.to_string(), "sub": app.to_string(), "jti": "1", "nbf": now, "exp": now + 300 });
    let with = |name: &str, value: Value| {
        let mut changed = claims.clone();
        changed[name] = value;
        changed
    };
    let other = json!({ "alg": "PS256", "x5t#S256": thumbprint(&stranger) });
    let cases = [
        (mine.assertion(&header, &claims), None),
        (mine.assertion(&header, &claims), Some(700_027)),
        (mine.assertion(&header, &with("jti", json!("2"))), None),
        (stranger.assertion(&header, &with("jti", json!("3"))), Some(700_027)),
        (stranger.assertion(&other, &with("jti", json!("4"))), Some(700_027)),
        (mine.assertion(&header, &with("aud", json!("https://elsewhere"))), Some(700_023)),
        (mine.assertion(&header, &with("exp", json!(now - 301))), Some(700_024)),
        (mine.assertion(&header, &with("nbf", json!(now + 301))), Some(700_024)),
        (mine.assertion(&header, &with("iss", json!("x"))), Some(700_021)),
        (mine.assertion(&header, &with("jti", Value::Null)), Some(700_027)),
        ("not.a.jwt".to_owned(), Some(700_027)),
    ];
    for (number, (assertion, code)) in cases.iter().enumerate() {
        let grant = rig.code(&tenant, EMPLOYEE);
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        let more = [("client_secret", ""), ("client_assertion_type", kind), ("client_assertion", assertion.as_str())];
        let answer = rig.redeem(&tenant, &grant, &more).await;
        match code {
            None => assert_eq!(answer.status, 200, "case {number}: {}", answer.text()),
            Some(code) => assert_eq!(answer.json()["error_codes"], json!([code]), "case {number}"),
        }
    }
}
