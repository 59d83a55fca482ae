//! The fetcher: checks, sends, reads within limits.

use std::error::Error;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, DATE, EXPECT, HOST, HeaderName,
    RETRY_AFTER, TE, TRANSFER_ENCODING, UPGRADE,
};
use http::{HeaderMap, HeaderValue};
use reqwest::redirect;
use tokio::sync::Semaphore;
use url::Url;

use crate::error::{FetchError, FetchErrorKind, Refusal, SetUpError};
use crate::message::{Limits, Request, Response};
use crate::policy::{FetchPolicy, Way};
use crate::resolve::{Guard, NoAddress, RefusedAddress, Resolve, SystemResolver};
use crate::retry_after::RetryAfter;

/// Most headers of an answer.
const MAX_HEADERS: usize = 64;
/// Most bytes of an answer's headers (HTTP/2; HTTP/1.1 is bounded by the client's read buffer).
const MAX_HEADER_BYTES: u32 = 64 << 10;
/// Largest body to send.
const MAX_SENT: usize = 1 << 20;
/// Headers that only the client itself may set: they decide how a message is cut and where it goes.
const OURS: [HeaderName; 8] = [HOST, CONTENT_LENGTH, TRANSFER_ENCODING, ACCEPT_ENCODING, CONNECTION, TE, UPGRADE, EXPECT];

/// Makes requests within a policy. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Fetcher(Arc<Inner>);

struct Inner {
    policy: FetchPolicy,
    public: reqwest::Client,
    allowed: reqwest::Client,
    places: Semaphore,
}

impl Fetcher {
    /// A fetcher over the machine's resolver.
    ///
    /// # Errors
    /// [`SetUpError`].
    pub fn new(policy: FetchPolicy) -> Result<Self, SetUpError> {
        Self::with_resolver(policy, Arc::new(SystemResolver))
    }

    /// A fetcher over another resolver. What it answers is checked all the same.
    ///
    /// # Errors
    /// [`SetUpError`].
    pub fn with_resolver(policy: FetchPolicy, resolver: Arc<dyn Resolve>) -> Result<Self, SetUpError> {
        let public = client(&policy, Guard::new(resolver.clone(), true), true)?;
        let allowed = client(&policy, Guard::new(resolver, false), false)?;
        let places = Semaphore::new(policy.concurrent);
        Ok(Self(Arc::new(Inner { policy, public, allowed, places })))
    }

    /// Whether an address could be asked at all, by its text: for a form that takes an issuer.
    ///
    /// # Errors
    /// [`FetchErrorKind::Refused`].
    pub fn check(&self, url: &Url) -> Result<(), FetchError> {
        self.0.policy.way(url).map(|_| ()).map_err(|refusal| failure(url, FetchErrorKind::Refused(refusal)))
    }

    /// Sends a request and reads the whole answer.
    ///
    /// # Errors
    /// [`FetchError`]; any status is no error.
    pub async fn send(&self, request: Request) -> Result<Response, FetchError> {
        let url = request.url.clone();
        self.send_within(request).await.map_err(|kind| failure(&url, kind))
    }

    async fn send_within(&self, request: Request) -> Result<Response, FetchErrorKind> {
        let refused = |refusal| Err(FetchErrorKind::Refused(refusal));
        let client = match self.0.policy.way(&request.url) {
            Ok(Way::Public) => &self.0.public,
            Ok(Way::Allowed) => &self.0.allowed,
            Err(refusal) => return refused(refusal),
        };
        if OURS.iter().any(|name| request.headers.contains_key(name)) {
            return refused(Refusal::Header);
        }
        if request.body.len() > MAX_SENT {
            return refused(Refusal::Body);
        }
        let exchange = async {
            let _place = self.0.places.acquire().await.map_err(|_| FetchErrorKind::Timeout)?;
            exchange(client, request.method, request.url, request.headers, request.body, request.limits).await
        };
        tokio::time::timeout(request.limits.total, exchange).await.unwrap_or(Err(FetchErrorKind::Timeout))
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that makes a client; the limits are right here")]
fn client(policy: &FetchPolicy, guard: Guard, https_only: bool) -> Result<reqwest::Client, SetUpError> {
    let mut roots = Vec::new();
    for pem in &policy.extra_roots {
        let certificates = reqwest::Certificate::from_pem_bundle(pem).map_err(|_| SetUpError::RootCertificate)?;
        if certificates.is_empty() {
            return Err(SetUpError::RootCertificate);
        }
        roots.extend(certificates);
    }
    reqwest::Client::builder()
        .dns_resolver(Arc::new(guard))
        .https_only(https_only)
        .redirect(redirect::Policy::none())
        .no_proxy()
        .referer(false)
        .user_agent(policy.user_agent)
        .tls_certs_merge(roots)
        .connect_timeout(policy.connect)
        .http1_max_headers(MAX_HEADERS)
        .http2_max_header_list_size(MAX_HEADER_BYTES)
        .pool_max_idle_per_host(16)
        .pool_idle_timeout(std::time::Duration::from_secs(60))
        .build()
        .map_err(|error| SetUpError::Tls(innermost(&error)))
}

async fn exchange(
    client: &reqwest::Client,
    method: http::Method,
    url: Url,
    mut headers: HeaderMap,
    body: Bytes,
    limits: Limits,
) -> Result<Response, FetchErrorKind> {
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    let mut request = client.request(method, url).headers(headers);
    if !body.is_empty() {
        request = request.body(body);
    }
    let mut answer = request.send().await.map_err(|error| kind_of(&error))?;
    let headers = answer.headers();
    if headers.get(CONTENT_ENCODING).is_some_and(|coding| coding != "identity") {
        return Err(FetchErrorKind::Compressed);
    }
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (content_type, date, cache_control) = (text(CONTENT_TYPE), text(DATE), text(CACHE_CONTROL));
    let retry_after = headers.get(RETRY_AFTER).and_then(RetryAfter::of);
    let status = answer.status();
    let body = read(&mut answer, limits.max_bytes).await?;
    Ok(Response { status, content_type, retry_after, date, cache_control, body })
}

/// Reads the body, counting. What the server announces only serves to stop earlier.
async fn read(answer: &mut reqwest::Response, limit: usize) -> Result<Bytes, FetchErrorKind> {
    let too_large = FetchErrorKind::TooLarge { limit };
    let announced = answer.content_length().map_or(0, |length| usize::try_from(length).unwrap_or(usize::MAX));
    if announced > limit {
        return Err(too_large);
    }
    let mut body = BytesMut::with_capacity(announced.min(64 << 10));
    while let Some(chunk) = answer.chunk().await.map_err(|error| kind_of(&error))? {
        if chunk.len() > limit - body.len().min(limit) {
            return Err(too_large);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn failure(url: &Url, kind: FetchErrorKind) -> FetchError {
    FetchError { host: url.host_str().unwrap_or_default().to_owned(), kind }
}

/// Finds our own refusals inside the client's error, and sorts the rest.
fn kind_of(error: &reqwest::Error) -> FetchErrorKind {
    for cause in causes(error) {
        if let Some(RefusedAddress(refusal)) = cause.downcast_ref() {
            return FetchErrorKind::Refused(*refusal);
        }
        if cause.is::<NoAddress>() {
            return FetchErrorKind::Name;
        }
    }
    if error.is_timeout() {
        FetchErrorKind::Timeout
    } else if error.is_connect() {
        FetchErrorKind::Connect(innermost(error))
    } else {
        FetchErrorKind::Broken
    }
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    // Bounded: a chain of causes is short, a loop in it would not end.
    std::iter::successors(Some(error), |error| (*error).source()).take(16)
}

/// The lowest layer's words ("Connection refused", "invalid peer certificate: UnknownIssuer").
/// They know neither query nor body, since nothing was sent yet.
fn innermost(error: &reqwest::Error) -> String {
    causes(error).last().map(|cause| cause.to_string().chars().take(200).collect()).unwrap_or_default()
}
