//! What can go wrong between us and a provider.

/// Why a call into the protocol gave no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProtocolError {
    /// The provider did not answer, or not with what the protocol asks for.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
    /// The provider's metadata breaks a rule; nothing of it was used.
    #[error("the provider's metadata is refused by the check {check}")]
    MetadataRefused {
        /// Name of the check of [`super::METADATA_CHECKS`].
        check: &'static str,
    },
    /// The token endpoint said no.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// A token or an answer breaks a rule. The check's name is the exact reason for the audit log.
    #[error(transparent)]
    Refused(#[from] TokenRefusal),
    /// Our own credential cannot be used for signing.
    #[error("the client certificate's key cannot sign")]
    Credential,
}

/// The provider did not answer, or not with what the protocol asks for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{host} gave no usable answer ({what}: {why})")]
pub struct Unreachable {
    /// The host we asked.
    pub host: String,
    /// What we asked for: `metadata`, `keys`, `token` …
    pub what: &'static str,
    /// What was wrong with the answer.
    pub why: Trouble,
}

/// What was wrong with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Trouble {
    /// No connection, no name, or a broken one.
    #[error("no connection")]
    Connection,
    /// It took too long.
    #[error("too slow")]
    Timeout,
    /// The address is not one that we may call: private network, not https, forbidden port.
    #[error("forbidden address")]
    ForbiddenAddress,
    /// It wanted to send us elsewhere; redirects are not followed.
    #[error("a redirect")]
    Redirect,
    /// More than the limit.
    #[error("too large")]
    TooLarge,
    /// An error status.
    #[error("status {0}")]
    Status(u16),
    /// Not the content type that was asked for.
    #[error("another content type")]
    ContentType,
    /// Not readable as what it should be.
    #[error("not readable")]
    Unreadable,
    /// Asked a moment ago without success; not asked again so soon.
    #[error("still failing")]
    StillFailing,
    /// What we last knew is too old to be relied on.
    #[error("last known answer too old")]
    TooOld,
}

/// The token endpoint's refusal, reduced to what may be kept. The description in Microsoft's own
/// words is not kept: it may name people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the provider answered {error}{}", .code.map(|c| format!(" (AADSTS{c})")).unwrap_or_default())]
pub struct ProviderError {
    /// OAuth error code (RFC 6749 section 5.2), letters and underscores only, at most 64; decisions branch on this.
    pub error: String,
    /// First AADSTS number, for help texts only: Microsoft warns that these change.
    pub code: Option<u32>,
    /// Microsoft's `trace_id`, for its support.
    pub trace_id: Option<String>,
    /// Microsoft's `correlation_id`, by which the tenant's own sign-in log can be searched.
    pub correlation_id: Option<String>,
    /// Microsoft's time of the error, as written.
    pub timestamp: Option<String>,
}

/// A token or an answer was refused by a named check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("refused by the check {check}")]
pub struct TokenRefusal {
    /// Name of the check of [`super::CHECKS`].
    pub check: &'static str,
}
