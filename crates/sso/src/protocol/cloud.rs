//! Microsoft's clouds and their hosts.
//!
//! An organisation chooses a cloud of this table, never a free address: a free address would let it
//! point the server at machines of its own network, and would make issuers ambiguous.
//! Source: learn.microsoft.com/entra/identity-platform/authentication-national-cloud and
//! learn.microsoft.com/graph/deployments.

use std::fmt;
use std::str::FromStr;

use url::{Host, Url};

/// A Microsoft cloud: one login host, one Graph host, and app registrations of its own.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Cloud {
    /// The worldwide cloud.
    Global,
    /// US Government L4 (GCC High).
    UsGov,
    /// US Government L5 (DoD). Shares its login host with [`Cloud::UsGov`].
    UsDod,
    /// China, operated by 21Vianet.
    China,
    /// Addresses from the operator's configuration: the demo's practice tenant.
    Custom {
        /// What stands in place of `https://login.microsoftonline.com`.
        login: BaseUrl,
        /// What stands in place of `https://graph.microsoft.com`.
        graph: BaseUrl,
    },
}

/// Not a cloud of the table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a Microsoft cloud; allowed are global, us-gov, us-dod and china")]
pub struct UnknownCloud;

impl Cloud {
    /// The clouds Microsoft runs.
    pub const MICROSOFT: [Self; 4] = [Self::Global, Self::UsGov, Self::UsDod, Self::China];

    /// Name in configuration, in the database and in identities.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::UsGov => "us-gov",
            Self::UsDod => "us-dod",
            Self::China => "china",
            Self::Custom { .. } => "custom",
        }
    }
    /// Where people sign in, without a slash at the end.
    pub fn login(&self) -> &str {
        match self {
            Self::Global => "https://login.microsoftonline.com",
            Self::UsGov | Self::UsDod => "https://login.microsoftonline.us",
            Self::China => "https://login.partner.microsoftonline.cn",
            Self::Custom { login, .. } => login.as_str(),
        }
    }
    /// Where Microsoft Graph is, without a slash at the end and without a version.
    pub fn graph(&self) -> &str {
        match self {
            Self::Global => "https://graph.microsoft.com",
            Self::UsGov => "https://graph.microsoft.us",
            Self::UsDod => "https://dod-graph.microsoft.us",
            Self::China => "https://microsoftgraph.chinacloudapi.cn",
            Self::Custom { graph, .. } => graph.as_str(),
        }
    }
}

impl FromStr for Cloud {
    type Err = UnknownCloud;
    /// Reads the name of a cloud that Microsoft runs; `custom` needs addresses and is made by hand.
    fn from_str(name: &str) -> Result<Self, UnknownCloud> {
        Self::MICROSOFT.into_iter().find(|cloud| cloud.name() == name).ok_or(UnknownCloud)
    }
}

impl fmt::Display for Cloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// An `https` address that others are appended to: no query, no fragment, no user, no slash at the
/// end. Plain `http` is possible on loopback only.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BaseUrl(String);

/// The text is not a usable base address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BaseUrlError {
    /// Not an absolute URL.
    #[error("not an absolute URL")]
    NotAUrl,
    /// Longer than 512 bytes.
    #[error("longer than 512 characters")]
    TooLong,
    /// Neither https nor http on loopback.
    #[error("must begin with https:// (http:// is possible on loopback only)")]
    NotHttps,
    /// Has a user, a query or a fragment.
    #[error("must have no user name, no query and no fragment")]
    Extra,
}

impl BaseUrl {
    /// The address, without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for BaseUrl {
    type Err = BaseUrlError;
    fn from_str(text: &str) -> Result<Self, BaseUrlError> {
        let url = secure_url(text)?;
        Ok(Self(url.as_str().trim_end_matches('/').to_owned()))
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Reads an `https` URL (or `http` on loopback) that carries nothing but an address.
pub(super) fn secure_url(text: &str) -> Result<Url, BaseUrlError> {
    if text.len() > 512 {
        return Err(BaseUrlError::TooLong);
    }
    let url = Url::parse(text).map_err(|_| BaseUrlError::NotAUrl)?;
    if !is_secure(&url) {
        return Err(BaseUrlError::NotHttps);
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err(BaseUrlError::Extra);
    }
    Ok(url)
}

/// Whether the URL is `https`, or `http` to this very machine.
pub(super) fn is_secure(url: &Url) -> bool {
    match (url.scheme(), url.host()) {
        ("https", Some(_)) => true,
        ("http", Some(host)) => match host {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
        },
        _ => false,
    }
}

/// Whether both lie on the same scheme, host and port (RFC 6454).
pub(super) fn same_origin(url: &Url, base: &str) -> bool {
    Url::parse(base).is_ok_and(|base| base.origin() == url.origin())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cloud_is_found_by_its_name_and_has_https_hosts() {
        for cloud in Cloud::MICROSOFT {
            assert_eq!(cloud.name().parse(), Ok(cloud.clone()));
            assert!(secure_url(cloud.login()).is_ok() && secure_url(cloud.graph()).is_ok());
        }
        assert_eq!("custom".parse::<Cloud>(), Err(UnknownCloud));
        assert_eq!("Global".parse::<Cloud>(), Err(UnknownCloud));
    }

    #[test]
    fn a_base_address_is_https_or_loopback_and_carries_nothing_else() {
        assert_eq!("https://login.example/".parse::<BaseUrl>().unwrap().as_str(), "https://login.example");
        assert_eq!("http://127.0.0.1:8401".parse::<BaseUrl>().unwrap().as_str(), "http://127.0.0.1:8401");
        assert!("http://localhost:8401/graph".parse::<BaseUrl>().is_ok());
        for (text, error) in [
            ("http://login.example", BaseUrlError::NotHttps),
            ("http://localhost.evil.example", BaseUrlError::NotHttps),
            ("ftp://login.example", BaseUrlError::NotHttps),
            ("file:///etc/passwd", BaseUrlError::NotHttps),
            ("https://user@login.example", BaseUrlError::Extra),
            ("https://login.example/?a=b", BaseUrlError::Extra),
            ("https://login.example/#a", BaseUrlError::Extra),
            ("login.example", BaseUrlError::NotAUrl),
        ] {
            assert_eq!(text.parse::<BaseUrl>(), Err(error), "{text}");
        }
        assert_eq!(format!("https://a.example/{}", "a".repeat(600)).parse::<BaseUrl>(), Err(BaseUrlError::TooLong));
    }
}
