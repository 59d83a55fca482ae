//! Outgoing HTTP, and questions to DNS, with limits. The only place in Tillit that makes requests.
//!
//! Promises, for every request:
//! - **https to public addresses only**, port 443, except to origins that the operator listed
//!   ([`FetchPolicy::allowed_origins`]). A host that is written as an address in any spelling, or
//!   a name that resolves to a private, local or special address, is refused before a connection
//!   is made. Names are resolved once per connection and the connection goes to the very address
//!   that was checked, so an answer that changes between check and use (DNS rebinding) is no way in.
//! - **Redirects are never followed**; a 3xx is an answer like any other.
//! - **Bounded**: time in all ([`Limits::total`]), time to connect, bytes of the body (counted as
//!   they arrive), number and size of the headers, requests at once.
//! - Compressed bodies are neither asked for nor accepted: a small body cannot become a big one.
//! - Proxies named by environment variables are not used: what was checked is what is connected to.
//! - Errors name the host and the kind of failure; never the query, a header or a body.
//!
//! Connections are kept and reused, HTTP/1.1 and HTTP/2. No clock: what needs "now" takes it as
//! an argument ([`RetryAfter::seconds`]).
#![forbid(unsafe_code)]

mod address;
mod error;
mod fetcher;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod message;
mod origin;
mod policy;
mod resolve;
mod retry_after;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;
mod txt;

pub use address::{Special, check_address};
pub use error::{FetchError, FetchErrorKind, Refusal, SetUpError};
pub use fetcher::Fetcher;
pub use message::{Limits, Request, Response};
pub use origin::{Origin, OriginError};
pub use policy::FetchPolicy;
pub use resolve::{Resolve, Resolving, SystemResolver};
pub use retry_after::{RetryAfter, http_date};
pub use txt::{MOST_RESOLVERS, TxtError, TxtResolver};
