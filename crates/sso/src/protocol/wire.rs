//! One request to a provider: sent within limits, written into the log, its answer judged.

use std::time::Duration;

use tillit_fetch::{FetchError, FetchErrorKind, Fetcher, Limits, Request, Response};
use tillit_store::Cx;
use url::Url;

use super::error::{Trouble, Unreachable};
use super::log::{RequestEntry, RequestKind, RequestLog};
use crate::tally::Tally;

/// Longest time for metadata and keys.
pub(super) const DOCUMENT_TIME: Duration = Duration::from_secs(5);
/// Longest time for redeeming a code.
pub(super) const TOKEN_TIME: Duration = Duration::from_secs(10);

/// Who sends, when, and where it is written down.
pub(super) struct Wire<'a> {
    pub fetcher: &'a Fetcher,
    pub cx: &'a Cx,
    pub log: &'a RequestLog,
    pub tally: &'a Tally,
}

impl Wire<'_> {
    /// Sends. An answer of any status is an answer, except a redirect.
    pub(super) async fn send(&self, kind: RequestKind, request: Request) -> Result<Response, Unreachable> {
        let host = host_of(&request.url);
        let started_at = self.cx.now();
        #[cfg(any(test, feature = "testing"))]
        tillit_store::testing::no_transaction_is_open("a provider is asked");
        // Boxed: the client's future is large, and every sign-in's future would hold it several times.
        let answer = Box::pin(self.fetcher.send(request)).await;
        // What was refused before it was sent is no request; a ledger that lists it would lie.
        if !matches!(&answer, Err(FetchError { kind: FetchErrorKind::Refused(_), .. })) {
            let status = answer.as_ref().ok().map(|response| response.status.as_u16());
            let entry = RequestEntry { kind, host: host.clone(), status, started_at, ended_at: self.cx.now() };
            self.tally.request(kind, &entry);
            self.log.record(entry);
        }
        let unreachable = |why| Unreachable { host: host.clone(), what: kind.name(), why };
        match answer {
            Ok(response) if response.status.is_redirection() => Err(unreachable(Trouble::Redirect)),
            Ok(response) => Ok(response),
            Err(error) => Err(unreachable(trouble(&error.kind))),
        }
    }

    /// Asks for a JSON document; anything but status 200 with JSON is no answer.
    pub(super) async fn document(&self, kind: RequestKind, url: Url, max_bytes: usize) -> Result<Response, Unreachable> {
        let host = host_of(&url);
        let unreachable = |why| Unreachable { host, what: kind.name(), why };
        let response = self.send(kind, Request::get(url, Limits { max_bytes, total: DOCUMENT_TIME })).await?;
        if response.status != 200 {
            return Err(unreachable(Trouble::Status(response.status.as_u16())));
        }
        if !is_json(&response) {
            return Err(unreachable(Trouble::ContentType));
        }
        Ok(response)
    }
}

/// Host, with the port if it is not the scheme's own.
pub(super) fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// `application/json` or a media type built on it (`application/jwk-set+json`).
pub(super) fn is_json(response: &Response) -> bool {
    response
        .media_type()
        .is_some_and(|media| media == "application/json" || (media.starts_with("application/") && media.ends_with("+json")))
}

pub(super) fn trouble(kind: &FetchErrorKind) -> Trouble {
    match kind {
        FetchErrorKind::Refused(_) => Trouble::ForbiddenAddress,
        FetchErrorKind::Name | FetchErrorKind::Connect(_) | FetchErrorKind::Broken => Trouble::Connection,
        FetchErrorKind::Timeout => Trouble::Timeout,
        FetchErrorKind::TooLarge { .. } => Trouble::TooLarge,
        FetchErrorKind::Compressed => Trouble::ContentType,
    }
}
