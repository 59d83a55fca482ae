//! Microsoft Graph, asked as the person who is signing in: profile, picture, and the tenant's name
//! and domains. Permission User.Read, nothing more.
//!
//! Graph may be slow, throttled or down without anybody being kept out: everything here ends within
//! [`BUDGET`] and fails with [`GraphTrouble`], which a known person's sign-in passes over.

#[cfg(any(test, feature = "fuzzing"))]
pub(super) mod fuzzing;
mod organization;
mod photo;
mod profile;

use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{HeaderValue, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value};
use tillit_accounts::ProfileField;
use tillit_fetch::{FetchErrorKind, Limits, Request, Response};
use url::Url;

use super::cloud::Cloud;
use super::error::Trouble;
use super::ids::{ObjectId, TenantId};
use super::json::{self, Twice};
use super::log::RequestKind;
use super::wire::{Wire, is_json};

pub use organization::{GraphOrganization, VerifiedDomainName};
pub use photo::{PHOTO_SIDE, Photo};
pub use profile::GraphProfile;

/// Longest time that each of [`Graph`]'s methods takes, retries included.
pub const BUDGET: Duration = Duration::from_secs(4);
/// Longest pause before the one retry; if Graph asks for more, we give up instead of letting a person wait.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// Pause if Graph names none.
const USUAL_PAUSE: Duration = Duration::from_millis(300);

/// Graph gave no usable answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GraphTrouble {
    /// Too many requests (429); it asked for so many seconds of pause, if it said.
    #[error("Graph is throttling")]
    Throttled(Option<u64>),
    /// The access token was not taken (401).
    #[error("Graph did not take the access token")]
    Unauthorized,
    /// Not permitted (403): User.Read was not granted, or the tenant forbids it.
    #[error("Graph forbids it")]
    Forbidden,
    /// Another status.
    #[error("Graph answered with status {0}")]
    Status(u16),
    /// No answer, too slow, too large or unreadable.
    #[error("no usable answer from Graph ({0})")]
    Broken(Trouble),
    /// The answer speaks of another person or tenant than the id_token.
    #[error("Graph's answer is about somebody else")]
    SomebodyElse,
    /// The picture is none, or breaks a limit.
    #[error("Graph's picture is not usable")]
    NotAPicture,
}

/// Graph as one person. Made by [`super::Protocol::graph`].
pub struct Graph<'a> {
    wire: Wire<'a>,
    cloud: &'a Cloud,
    access_token: &'a SecretString,
}

impl<'a> Graph<'a> {
    pub(super) fn new(wire: Wire<'a>, cloud: &'a Cloud, access_token: &'a SecretString) -> Self {
        Self { wire, cloud, access_token }
    }

    /// These fields of the person's own profile. `object` is the id_token's `oid`: an answer about anybody else is refused.
    ///
    /// # Errors
    /// [`GraphTrouble`].
    pub async fn profile(&self, object: &ObjectId, fields: &[ProfileField]) -> Result<GraphProfile, GraphTrouble> {
        let answer = self.json(RequestKind::Me, &profile::path(fields), profile::MAX_BYTES).await?;
        GraphProfile::read(&answer, object)
    }

    /// The person's own picture, newly encoded; none if there is no picture.
    ///
    /// # Errors
    /// [`GraphTrouble`].
    pub async fn photo(&self) -> Result<Option<Photo>, GraphTrouble> {
        within(async {
            for path in photo::PATHS {
                let response = self.ask(RequestKind::Photo, path, photo::MAX_BYTES).await?;
                match response.status {
                    StatusCode::NOT_FOUND => {}
                    StatusCode::OK => return photo::read(response.body).await,
                    status => return Err(refusal(status)),
                }
            }
            Ok(None)
        })
        .await
    }

    /// Name and verified domains of the person's tenant. `tenant` is the id_token's `tid`: an answer about another is refused.
    ///
    /// # Errors
    /// [`GraphTrouble`].
    pub async fn organization(&self, tenant: &TenantId) -> Result<GraphOrganization, GraphTrouble> {
        let answer = self.json(RequestKind::Organization, organization::PATH, organization::MAX_BYTES).await?;
        GraphOrganization::read(&answer, tenant)
    }

    async fn json(&self, kind: RequestKind, path: &str, max_bytes: usize) -> Result<Map<String, Value>, GraphTrouble> {
        let response = within(self.ask(kind, path, max_bytes)).await?;
        if response.status != StatusCode::OK {
            return Err(refusal(response.status));
        }
        if !is_json(&response) {
            return Err(GraphTrouble::Broken(Trouble::ContentType));
        }
        json::object(&response.body, Twice::Refuse).map_err(|_| GraphTrouble::Broken(Trouble::Unreadable))
    }

    /// Asks; after 429 or 5xx once more, if the pause is short enough.
    async fn ask(&self, kind: RequestKind, path: &str, max_bytes: usize) -> Result<Response, GraphTrouble> {
        let url = Url::parse(&format!("{}/v1.0{path}", self.cloud.graph())).map_err(|_| GraphTrouble::Broken(Trouble::ForbiddenAddress))?;
        let request = request_as(self.access_token, url, max_bytes, BUDGET).ok_or(GraphTrouble::Broken(Trouble::Unreadable))?;
        let first = self.send(kind, request.clone()).await?;
        if !is_temporary(first.status) {
            return Ok(first);
        }
        let asked_for = first.retry_after.as_ref().and_then(|pause| pause.seconds(self.wire.cx.now().unix_seconds()));
        let pause = asked_for.map_or(USUAL_PAUSE, Duration::from_secs);
        if pause > LONGEST_PAUSE {
            return Err(if first.status == StatusCode::TOO_MANY_REQUESTS {
                GraphTrouble::Throttled(asked_for)
            } else {
                refusal(first.status)
            });
        }
        tokio::time::sleep(pause).await;
        let second = self.send(kind, request).await?;
        if is_temporary(second.status) { Err(refusal(second.status)) } else { Ok(second) }
    }

    async fn send(&self, kind: RequestKind, request: Request) -> Result<Response, GraphTrouble> {
        self.wire.send(kind, request).await.map_err(|unreachable| GraphTrouble::Broken(unreachable.why))
    }
}

/// Whether trying again may help.
fn is_temporary(status: StatusCode) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error()
}

fn refusal(status: StatusCode) -> GraphTrouble {
    match status {
        StatusCode::TOO_MANY_REQUESTS => GraphTrouble::Throttled(None),
        StatusCode::UNAUTHORIZED => GraphTrouble::Unauthorized,
        StatusCode::FORBIDDEN => GraphTrouble::Forbidden,
        other => GraphTrouble::Status(other.as_u16()),
    }
}

/// Not longer than [`BUDGET`].
async fn within<T>(work: impl Future<Output = Result<T, GraphTrouble>>) -> Result<T, GraphTrouble> {
    tokio::time::timeout(BUDGET, work).await.unwrap_or(Err(GraphTrouble::Broken(super::wire::trouble(&FetchErrorKind::Timeout))))
}

/// `GET url` with the person's access token. None if the token cannot stand in a header.
pub(super) fn request_as(access_token: &SecretString, url: Url, max_bytes: usize, total: Duration) -> Option<Request> {
    let mut bearer = HeaderValue::from_str(&format!("Bearer {}", access_token.expose_secret())).ok()?;
    bearer.set_sensitive(true);
    Some(Request::get(url, Limits { max_bytes, total }).header(AUTHORIZATION, bearer))
}
