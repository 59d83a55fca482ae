//! A fast OpenID provider: no pages, no consent, one RSA key. It answers /authorize with a
//! redirect at once and signs an id_token for whoever the login hint names.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::json;

/// Client id and secret of every relying party.
pub const CLIENT_ID: &str = "bench-client";
/// See [`CLIENT_ID`].
pub const CLIENT_SECRET: &str = "bench-secret-of-32-characters-ok";

struct Grant {
    nonce: Option<String>,
    hint: String,
}

struct Provider {
    issuer: String,
    key: RsaKeyPair,
    random: SystemRandom,
    grants: Mutex<(u64, HashMap<String, Grant>)>,
}

/// Serves the provider for ever.
pub async fn serve(address: SocketAddr) -> Result<()> {
    let key = RsaKeyPair::generate(KeySize::Rsa2048).ok().context("make an RSA key")?;
    let issuer = format!("http://{address}");
    let state = Arc::new(Provider { issuer, key, random: SystemRandom::new(), grants: Mutex::default() });
    let app = Router::new()
        .route("/.well-known/openid-configuration", get(metadata))
        .route("/keys", get(keys))
        .route("/authorize", get(authorize))
        .route("/token", post(token))
        .route("/alone", get(alone))
        .with_state(state);
    axum::serve(tokio::net::TcpListener::bind(address).await?, app).await?;
    Ok(())
}

async fn metadata(State(p): State<Arc<Provider>>) -> impl IntoResponse {
    let i = &p.issuer;
    Json(json!({
        "issuer": i, "authorization_endpoint": format!("{i}/authorize"), "token_endpoint": format!("{i}/token"),
        "jwks_uri": format!("{i}/keys"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"], "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"], "response_modes_supported": ["query"],
    }))
}

async fn keys(State(p): State<Arc<Provider>>) -> impl IntoResponse {
    // RSAPublicKey (RFC 8017 A.1.1) of a 2048-bit key: nine bytes of headers, 256 of modulus, then 02 03 and the exponent.
    let der = p.key.public_key().as_ref();
    let (n, e) = (der.get(9..265).unwrap_or_default(), der.get(267..).unwrap_or_default());
    Json(json!({ "keys": [{ "kty": "RSA", "use": "sig", "kid": "1", "alg": "RS256",
        "n": URL_SAFE_NO_PAD.encode(n),
        "e": URL_SAFE_NO_PAD.encode(e) }] }))
}

async fn authorize(State(p): State<Arc<Provider>>, Query(q): Query<HashMap<String, String>>) -> Response {
    let (Some(redirect), Some(state)) = (q.get("redirect_uri"), q.get("state")) else { return StatusCode::BAD_REQUEST.into_response() };
    let code = {
        let Ok(mut grants) = p.grants.lock() else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
        grants.0 += 1;
        let code = format!("c{}", grants.0);
        let hint = q.get("login_hint").cloned().unwrap_or_else(|| "user1@bench.example".to_owned());
        grants.1.insert(code.clone(), Grant { nonce: q.get("nonce").cloned(), hint });
        code
    };
    let Ok(mut to) = url::Url::parse(redirect) else { return StatusCode::BAD_REQUEST.into_response() };
    to.query_pairs_mut().append_pair("code", &code).append_pair("state", state);
    (StatusCode::FOUND, [(header::LOCATION, to.to_string())]).into_response()
}

async fn token(State(p): State<Arc<Provider>>, headers: HeaderMap, Form(form): Form<HashMap<String, String>>) -> Response {
    let basic = headers
        .get(header::AUTHORIZATION)
        .and_then(|v| v.to_str().ok()?.strip_prefix("Basic "))
        .and_then(|v| String::from_utf8(STANDARD.decode(v).ok()?).ok());
    let authentic = form.get("client_secret").is_some_and(|s| s == CLIENT_SECRET) || basic == Some(format!("{CLIENT_ID}:{CLIENT_SECRET}"));
    let grant = form.get("code").and_then(|code| p.grants.lock().ok()?.1.remove(code));
    match (authentic, grant) {
        (true, Some(grant)) => Json(json!({
            "access_token": "opaque", "token_type": "Bearer", "expires_in": 3600, "scope": "openid profile email",
            "id_token": id_token(&p, &grant),
        }))
        .into_response(),
        (false, _) => (StatusCode::UNAUTHORIZED, Json(json!({ "error": "invalid_client" }))).into_response(),
        (true, None) => (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response(),
    }
}

/// What one sign-in costs the provider, without any relying party: a signature.
async fn alone(State(p): State<Arc<Provider>>) -> impl IntoResponse {
    id_token(&p, &Grant { nonce: Some("n".to_owned()), hint: "user1@bench.example".to_owned() })
}

fn id_token(p: &Provider, grant: &Grant) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let name = grant.hint.split('@').next().unwrap_or_default();
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","typ":"JWT","kid":"1"}"#);
    let claims = json!({
        "iss": p.issuer, "aud": CLIENT_ID, "sub": grant.hint, "iat": now, "nbf": now, "exp": now + 3600, "nonce": grant.nonce,
        "name": name, "preferred_username": grant.hint, "email": grant.hint, "email_verified": true, "sid": format!("s-{now}-{name}"),
    });
    let signed = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
    let mut signature = vec![0; p.key.public_modulus_len()];
    p.key.sign(&RSA_PKCS1_SHA256, &p.random, signed.as_bytes(), &mut signature).ok();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}
