//! Origins: scheme, host and port.

use std::fmt;
use std::str::FromStr;

use url::Url;

/// Scheme, host and port of an http or https address, and nothing more.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Origin(url::Origin);

/// The text is not an origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an origin of the form https://host or http://host:port")]
pub struct OriginError;

impl Origin {
    /// The origin of an address.
    ///
    /// # Errors
    /// [`OriginError`] if it is not http or https.
    pub fn of(url: &Url) -> Result<Self, OriginError> {
        if matches!(url.scheme(), "http" | "https") && url.has_host() { Ok(Self(url.origin())) } else { Err(OriginError) }
    }
}

impl FromStr for Origin {
    type Err = OriginError;
    /// Reads `https://host` or `http://host:port`; a path, query or user name is refused, since it
    /// would promise a limit that is not kept.
    fn from_str(text: &str) -> Result<Self, OriginError> {
        let url = Url::parse(text).map_err(|_| OriginError)?;
        let bare =
            url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
        if bare { Self::of(&url) } else { Err(OriginError) }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.ascii_serialization())
    }
}
impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port_only() {
        let origin: Origin = "http://127.0.0.1:8401".parse().unwrap();
        assert_eq!(origin, "http://127.1:8401/".parse().unwrap());
        assert_eq!(origin.to_string(), "http://127.0.0.1:8401");
        assert_ne!(origin, "http://127.0.0.1:8402".parse().unwrap());
        assert_ne!(origin, "https://127.0.0.1:8401".parse().unwrap());
        for text in [
            "",
            "127.0.0.1:8401",
            "ftp://host",
            "http://host/path",
            "http://u@host",
            "http://u:p@host",
            "http://host?q",
            "http://host#f",
            "file:///etc",
        ] {
            assert_eq!(text.parse::<Origin>(), Err(OriginError), "{text}");
        }
    }
}
