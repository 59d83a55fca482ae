//! OpenID Connect and Microsoft Graph as a relying party speaks them. Knows no database.
//!
//! How a sign-in goes (everything takes `&Cx`; `log` is a [`RequestLog`] that collects what was asked):
//! ```text
//! let protocol = Protocol::new(fetcher);                                    // one for the whole program: holds the caches
//! let pending  = Pending::new(&cx);                                         // store it sealed, under the hash of its state
//! let url      = protocol.authorize_url(&cx, &client, &pending, &options, &log).await?;
//! // … the browser comes back with code, state and perhaps iss …
//! let tokens   = protocol.redeem(&cx, &client, &Answer { code, iss }, &pending.pkce_verifier, &log).await?;
//! let claims   = protocol.validate(&cx, &client, &tokens, &Expect { nonce, tenant }, &log).await?;
//! let graph    = protocol.graph(&cx, &client, &tokens, &log);               // Graph as the person: profile, photo, organization
//! ```

#[cfg(all(feature = "testing", not(debug_assertions)))]
compile_error!("the feature `testing` takes checks out; it must not be in a release");

mod authorize;
mod cache;
mod certificate;
mod checks;
mod claims;
mod client;
pub mod cloud;
mod error;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
pub mod graph;
mod ids;
mod json;
mod keys;
mod log;
mod metadata;
mod redeem;
mod relying_party;
mod token;
mod wire;

pub use authorize::{AuthorizeOptions, Pending, Prompt, admin_consent_url};
pub use certificate::{Certificate, CertificateError};
pub(crate) use checks::SKEW;
pub use checks::{CHECKS, Check};
pub use claims::{ClaimedProfile, Claims, Identity, Membership};
pub use client::{Authority, Client, ClientAuthentication, Provider};
pub use cloud::{BaseUrl, BaseUrlError, Cloud, UnknownCloud};
pub use error::{ProtocolError, ProviderError, TokenRefusal, Trouble, Unreachable};
pub use graph::{Graph, GraphOrganization, GraphProfile, GraphTrouble, Photo, VerifiedDomainName};
pub use ids::{ClientId, IdentifierError, Issuer, ObjectId, PERSONAL_ACCOUNTS, Subject, TenantId};
pub use log::{RequestEntry, RequestKind, RequestLog};
pub use metadata::{METADATA_CHECKS, MetadataCheck};
pub use redeem::{Answer, Tokens};
pub use relying_party::{ANSWER_CHECKS, Expect, Probe, Protocol};
