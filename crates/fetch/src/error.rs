//! Why a request was not made, or had no answer.

use std::fmt;
use std::net::IpAddr;

use crate::address::Special;

/// Failure of a request. Names the host and the kind of failure; never a path, query, header or body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{host}: {kind}")]
pub struct FetchError {
    /// Host that was asked.
    pub host: String,
    /// What went wrong.
    pub kind: FetchErrorKind,
}

/// Kinds of failure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchErrorKind {
    /// The request breaks the policy; nothing was sent.
    #[error("not asked: {0}")]
    Refused(Refusal),
    /// The name has no address, or the resolver failed.
    #[error("its name cannot be resolved")]
    Name,
    /// No connection: nobody listens, or TLS failed. The text is the lower layer's, bounded.
    #[error("no connection ({0})")]
    Connect(String),
    /// Connecting, waiting or reading took too long.
    #[error("no complete answer in time")]
    Timeout,
    /// The body is larger than allowed.
    #[error("its answer is larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// The body is compressed although plain was asked for.
    #[error("its answer is compressed, which was not asked for")]
    Compressed,
    /// The answer breaks HTTP (also: too many headers), or the connection broke half-way.
    #[error("its answer is not proper HTTP or broke off")]
    Broken,
}

/// Which rule of the policy a request breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Neither https nor an allowed origin.
    NotHttps,
    /// Another port than 443, and no allowed origin.
    Port(u16),
    /// A name or password stands before the host.
    UserInfo,
    /// The address has no host.
    NoHost,
    /// The address is longer than 8 KiB.
    TooLong,
    /// A header that the fetcher itself sets.
    Header,
    /// The body to send is larger than 1 MiB.
    Body,
    /// The host is, or resolves to, an address that is not public.
    Address(IpAddr, Special),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotHttps => f.write_str("the address must begin with https://"),
            Self::Port(port) => write!(f, "port {port} is not allowed, only 443 is"),
            Self::UserInfo => f.write_str("the address must not hold a user name or password"),
            Self::NoHost => f.write_str("the address has no host"),
            Self::TooLong => f.write_str("the address is too long"),
            Self::Header => f.write_str("a header is set that the fetcher sets itself"),
            Self::Body => f.write_str("the body to send is too large"),
            Self::Address(address, special) => write!(f, "{address} is not on the public internet: {special}"),
        }
    }
}

/// The fetcher cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetUpError {
    /// An extra root certificate is not PEM.
    #[error("an extra root certificate cannot be read: it must be a PEM file with one or more certificates")]
    RootCertificate,
    /// TLS cannot be set up; usually the machine has no root certificates.
    #[error("TLS cannot be set up ({0}); install the package with root certificates (ca-certificates)")]
    Tls(String),
}
