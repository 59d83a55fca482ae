//! Metadata and keys.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::token::error_answer;
use crate::Practice;
use crate::keys;
use crate::token::extra_jwk;
use crate::world::{Authority, World};

/// OpenID provider metadata. For `organizations` and `common` the issuer has the literal `{tenantid}` in it.
pub(super) async fn metadata(State(practice): State<Practice>, Path(tenant): Path<String>) -> Response {
    let world = practice.world();
    match world.authority(&tenant) {
        Err(error) => error_answer(&world, StatusCode::BAD_REQUEST, &error, None),
        Ok(authority) => Json(document(&world, authority)).into_response(),
    }
}

fn document(world: &World, authority: Authority) -> Value {
    let base = &world.base_url;
    // Like Entra ID, addresses name the tenant by its id even if it was asked for by domain.
    let name = match authority {
        Authority::Tenant(id) => id.to_string(),
        Authority::Organizations => "organizations".into(),
        Authority::Common => "common".into(),
        Authority::Consumers => "consumers".into(),
    };
    let graph_host = base.split_once("://").map_or(base.as_str(), |(_, host)| host);
    json!({
        "token_endpoint": format!("{base}/{name}/oauth2/v2.0/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": format!("{base}/{name}/discovery/v2.0/keys"),
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": world.issuer(authority),
        "request_uri_parameter_supported": false,
        "userinfo_endpoint": format!("{base}/graph/oidc/userinfo"),
        "authorization_endpoint": format!("{base}/{name}/oauth2/v2.0/authorize"),
        "http_logout_supported": true,
        "frontchannel_logout_supported": true,
        "end_session_endpoint": format!("{base}/{name}/oauth2/v2.0/logout"),
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "auth_time", "acr", "nonce", "preferred_username", "name", "tid", "ver", "email"],
        "tenant_region_scope": if matches!(authority, Authority::Tenant(_)) { json!("EU") } else { Value::Null },
        "cloud_instance_name": graph_host,
        "msgraph_host": graph_host,
    })
}

/// The key set: several keys in no order, no `alg`, each with its issuer. `organizations` and `common` contain the
/// key for personal accounts too, with its fixed issuer.
pub(super) async fn keys(State(practice): State<Practice>, Path(tenant): Path<String>) -> Response {
    let world = practice.world();
    let authority = match world.authority(&tenant) {
        Ok(authority) => authority,
        Err(error) => return error_answer(&world, StatusCode::BAD_REQUEST, &error, None),
    };
    let (issuer, msa_issuer) = (world.issuer(authority), world.issuer(Authority::Consumers));
    let mut set = Vec::new();
    if authority != Authority::Consumers {
        set.extend((world.oldest..=world.generation).map(|generation| keys::organisation(generation).jwk(&issuer)));
    }
    if !matches!(authority, Authority::Tenant(_)) {
        set.push(keys::msa().jwk(&msa_issuer));
    }
    set.extend(world.mischief.publish.iter().map(|key| extra_jwk(key, &issuer, &msa_issuer)));
    Json(json!({ "keys": set })).into_response()
}
