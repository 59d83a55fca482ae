//! What may be asked.

use std::time::Duration;

use url::{Host, Url};

use crate::address::check_address;
use crate::error::Refusal;
use crate::origin::Origin;

/// Longest address, in bytes.
const MAX_URL: usize = 8 << 10;

/// What the operator allows, and how long to be patient.
#[derive(Debug, Clone)]
pub struct FetchPolicy {
    /// Origins that may be plain http, private, or on another port: the demo's practice tenant, a
    /// provider on this machine. Never filled from what a customer typed.
    pub allowed_origins: Vec<Origin>,
    /// Root certificates (PEM, each may hold several) that are trusted beside the machine's.
    pub extra_roots: Vec<Vec<u8>>,
    /// Longest time to resolve a name, connect and shake hands.
    pub connect: Duration,
    /// Most requests under way at once; more wait, within their total time.
    pub concurrent: usize,
    /// `User-Agent` header.
    pub user_agent: &'static str,
}

impl Default for FetchPolicy {
    fn default() -> Self {
        Self {
            allowed_origins: Vec::new(),
            extra_roots: Vec::new(),
            connect: Duration::from_secs(5),
            concurrent: 64,
            user_agent: concat!("Tillit/", env!("CARGO_PKG_VERSION")),
        }
    }
}

/// Which of the two ways a request goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// To the public internet, every address checked.
    Public,
    /// To an origin that the operator listed.
    Allowed,
}

impl FetchPolicy {
    /// Whether an address may be asked, and how. Looks at the text only; names are resolved and
    /// checked when connecting.
    pub(crate) fn way(&self, url: &Url) -> Result<Way, Refusal> {
        if url.as_str().len() > MAX_URL {
            return Err(Refusal::TooLong);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::UserInfo);
        }
        if Origin::of(url).is_ok_and(|origin| self.allowed_origins.contains(&origin)) {
            return Ok(Way::Allowed);
        }
        if url.scheme() != "https" {
            return Err(Refusal::NotHttps);
        }
        // The parser has already read every spelling of an address (decimal, octal, hex, short
        // forms) into one: WHATWG URL, "host parsing". A resolver is not asked about those.
        match url.host() {
            Some(Host::Ipv4(v4)) => check_address(v4.into()).map_err(|special| Refusal::Address(v4.into(), special))?,
            Some(Host::Ipv6(v6)) => check_address(v6.into()).map_err(|special| Refusal::Address(v6.into(), special))?,
            Some(Host::Domain(name)) if !name.is_empty() => {}
            _ => return Err(Refusal::NoHost),
        }
        match url.port() {
            None => Ok(Way::Public),
            Some(port) => Err(Refusal::Port(port)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(text: &str) -> Result<Way, Refusal> {
        let policy = FetchPolicy { allowed_origins: vec!["http://127.0.0.1:8401".parse().unwrap()], ..FetchPolicy::default() };
        policy.way(&Url::parse(text).unwrap())
    }

    #[test]
    fn every_spelling_of_a_private_address_is_refused() {
        for host in [
            "127.0.0.1",
            "127.1",
            "127.0.1",
            "0x7f.1",
            "0x7f000001",
            "2130706433",
            "017700000001",
            "0177.0.0.1",
            "0",
            "0x0",
            "127.0.0.1.",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[0:0:0:0:0:ffff:7f00:0001]",
            "[64:ff9b::7f00:1]",
            "[fd00::1]",
            "[fe80::1]",
            "169.254.169.254",
            "2852039166",
            "0xa9fea9fe",
            "0251.0376.0251.0376",
            "10.1",
            "192.168.257",
            "１２７.0.0.1",
            "127。0。0。1",
        ] {
            let text = format!("https://{host}/");
            assert!(matches!(way(&text), Err(Refusal::Address(..))), "{text}: {:?}", way(&text));
        }
    }

    #[test]
    fn only_https_on_its_port_without_user_info() {
        assert_eq!(way("https://login.microsoftonline.com/x?y"), Ok(Way::Public));
        assert_eq!(way("https://login.microsoftonline.com:443/"), Ok(Way::Public));
        assert_eq!(way("https://1.1.1.1/"), Ok(Way::Public));
        assert_eq!(way("https://login.microsoftonline.com:8443/"), Err(Refusal::Port(8443)));
        assert_eq!(way("http://login.microsoftonline.com/"), Err(Refusal::NotHttps));
        assert_eq!(way("file:///etc/passwd"), Err(Refusal::NotHttps));
        assert_eq!(way("gopher://host/"), Err(Refusal::NotHttps));
        assert_eq!(way("https://kari@host.example/"), Err(Refusal::UserInfo));
        assert_eq!(way("https://:p@host.example/"), Err(Refusal::UserInfo));
        assert_eq!(way(&format!("https://host.example/{}", "a".repeat(MAX_URL))), Err(Refusal::TooLong));
    }

    #[test]
    fn an_allowed_origin_opens_that_origin_only() {
        assert_eq!(way("http://127.0.0.1:8401/x"), Ok(Way::Allowed));
        assert_eq!(way("http://0x7f.1:8401/x"), Ok(Way::Allowed), "the same origin, spelt otherwise");
        assert_eq!(way("http://127.0.0.1:8402/x"), Err(Refusal::NotHttps));
        assert!(matches!(way("https://127.0.0.1:8401/x"), Err(Refusal::Address(..))));
        assert_eq!(way("http://u@127.0.0.1:8401/x"), Err(Refusal::UserInfo));
    }
}
