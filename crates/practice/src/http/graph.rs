//! The part of Microsoft Graph that User.Read opens: `/me`, its photo, `/organization`, and userinfo.

use axum::extract::{Path, RawQuery, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Map, Value, json};

use super::Params;
use crate::Practice;
use crate::photo;
use crate::text::random_guid;
use crate::world::{AccessToken, CONSUMERS, User, World};

/// What `/me` gives without `$select`. <https://learn.microsoft.com/graph/api/user-get>
const DEFAULT: [&str; 11] = [
    "businessPhones",
    "displayName",
    "givenName",
    "id",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
];

pub(super) fn router() -> Router<Practice> {
    Router::new()
        .route("/graph/v1.0/me", get(me))
        .route("/graph/v1.0/me/photo", get(photo_metadata))
        .route("/graph/v1.0/me/photo/$value", get(largest_photo))
        .route("/graph/v1.0/me/photos/{size}/$value", get(sized_photo))
        .route("/graph/v1.0/organization", get(organization))
        .route("/graph/oidc/userinfo", get(userinfo))
}

/// The token of `Authorization: Bearer`.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

/// 429 with its Retry-After in seconds.
pub(super) fn throttled(seconds: u32) -> Response {
    let body = json!({ "error": { "code": "TooManyRequests", "message": "Too many requests. Try again later." } });
    (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, seconds.to_string())], Json(body)).into_response()
}

async fn me(State(practice): State<Practice>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let world = practice.world();
    let (user, _) = match signed_in(&world, &headers, "User.Read") {
        Ok(found) => found,
        Err(refusal) => return *refusal,
    };
    let all = user.graph();
    let params = Params::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    let wanted: Vec<&str> = params.get("$select").map_or_else(|| DEFAULT.to_vec(), |list| list.split(',').map(str::trim).collect());
    let mut answer = Map::new();
    answer.insert("@odata.context".into(), json!(format!("{}/graph/v1.0/$metadata#users/$entity", world.base_url)));
    for name in wanted {
        let Some((name, value)) = all.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) else {
            return error(&world, StatusCode::BAD_REQUEST, "BadRequest", "The property asked for in $select does not exist on a user.");
        };
        answer.insert(name.clone(), value.clone());
    }
    Json(answer).into_response()
}

async fn largest_photo(State(practice): State<Practice>, headers: HeaderMap) -> Response {
    photo_of(&practice.world(), &headers, 648)
}

async fn sized_photo(State(practice): State<Practice>, Path(size): Path<String>, headers: HeaderMap) -> Response {
    let world = practice.world();
    let edge = photo::SIZES.into_iter().find(|edge| size == format!("{edge}x{edge}"));
    match edge {
        Some(edge) => photo_of(&world, &headers, edge),
        None => error(&world, StatusCode::BAD_REQUEST, "BadRequest", "There is no photo of this size."),
    }
}

fn photo_of(world: &World, headers: &HeaderMap, edge: u32) -> Response {
    match signed_in(world, headers, "User.Read") {
        Ok((user, _)) if user.photo => ([(CONTENT_TYPE, "image/jpeg")], photo::jpeg(user.oid, edge)).into_response(),
        Ok(_) => error(world, StatusCode::NOT_FOUND, "ImageNotFound", "The person has no photo."),
        Err(refusal) => *refusal,
    }
}

/// Without a photo this answers a GIF of one pixel and 200, as Microsoft's documentation says it may.
async fn photo_metadata(State(practice): State<Practice>, headers: HeaderMap) -> Response {
    let world = practice.world();
    match signed_in(&world, &headers, "User.Read") {
        Ok((user, _)) if user.photo => {
            Json(json!({ "@odata.mediaContentType": "image/jpeg", "id": "648x648", "width": 648, "height": 648 })).into_response()
        }
        Ok(_) => ([(CONTENT_TYPE, "image/gif")], photo::TINY_GIF.to_vec()).into_response(),
        Err(refusal) => *refusal,
    }
}

async fn organization(State(practice): State<Practice>, headers: HeaderMap) -> Response {
    let world = practice.world();
    let token = match signed_in(&world, &headers, "User.Read") {
        Ok((_, token)) => token,
        Err(refusal) => return *refusal,
    };
    let Some(tenant) = world.tenant(token.account.tenant).filter(|tenant| tenant.id != CONSUMERS) else {
        return error(&world, StatusCode::FORBIDDEN, "Authorization_RequestDenied", "Personal accounts have no organization.");
    };
    let domains = tenant.domains.iter();
    let domains = domains.map(|domain| {
        json!({
            "capabilities": "Email, OfficeCommunicationsOnline", "isDefault": domain.is_default, "isInitial": domain.is_initial,
            "name": domain.name, "type": "Managed",
        })
    });
    let domains: Vec<Value> = domains.collect();
    let one = json!({ "id": tenant.id.to_string(), "displayName": tenant.name, "verifiedDomains": domains });
    Json(json!({ "@odata.context": format!("{}/graph/v1.0/$metadata#organization", world.base_url), "value": [one] })).into_response()
}

/// <https://learn.microsoft.com/entra/identity-platform/userinfo>
async fn userinfo(State(practice): State<Practice>, headers: HeaderMap) -> Response {
    let world = practice.world();
    let (user, token) = match signed_in(&world, &headers, "openid") {
        Ok(found) => found,
        Err(refusal) => return *refusal,
    };
    let profile = &user.profile;
    Json(json!({
        "sub": crate::token::pairwise(token.account.tenant, user.oid, token.client_id),
        "name": profile.display_name, "family_name": profile.surname, "given_name": profile.given_name, "email": profile.mail,
        "picture": format!("{}/graph/v1.0/me/photo/$value", world.base_url),
    }))
    .into_response()
}

/// Who the token stands for.
fn signed_in<'a>(world: &'a World, headers: &HeaderMap, scope: &str) -> Result<(&'a User, &'a AccessToken), Box<Response>> {
    let refuse = |message| {
        let mut response = error(world, StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken", message);
        response.headers_mut().insert(WWW_AUTHENTICATE, axum::http::HeaderValue::from_static("Bearer realm=\"\", error=\"invalid_token\""));
        Box::new(response)
    };
    let text = bearer(headers).ok_or_else(|| refuse("Access token is empty."))?;
    let token = world.state.tokens.get(text, world.now()).ok_or_else(|| refuse("Access token is unknown or expired."))?;
    let user = world.user_of(token.account).filter(|user| user.enabled).ok_or_else(|| refuse("The account does not exist any more."))?;
    if token.scopes.contains(scope) {
        Ok((user, token))
    } else {
        Err(Box::new(error(
            world,
            StatusCode::FORBIDDEN,
            "Authorization_RequestDenied",
            "Insufficient privileges to complete the operation.",
        )))
    }
}

fn error(world: &World, status: StatusCode, code: &str, message: &str) -> Response {
    let id = random_guid(world.random.as_ref());
    (status, Json(json!({ "error": { "code": code, "message": message, "innerError": { "request-id": id.to_string() } } }))).into_response()
}
