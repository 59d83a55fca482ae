//! What Microsoft accepts as a redirect URI.
//! Source: learn.microsoft.com/entra/identity-platform/reply-url

use url::{Host, Url};

/// Most characters of a redirect URI.
const MAX_LENGTH: usize = 256;

/// Why Microsoft would refuse a redirect URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RedirectProblem {
    /// Longer than 256 characters.
    #[error("longer than 256 characters")]
    TooLong,
    /// Plain http to another machine.
    #[error("must begin with https:// (http:// is possible for localhost only)")]
    NotHttps,
    /// `http://127.0.0.1`: can be entered in the manifest, not in the form of the admin centre.
    #[error("http://127.0.0.1 can be registered through the manifest only; write localhost")]
    LoopbackByNumber,
    /// `http://[::1]`.
    #[error("the loopback address [::1] is not supported; write localhost")]
    LoopbackByV6,
    /// One of `! $ ' ( ) , ;`, or the wildcard `*`.
    #[error("the character {0} is not supported")]
    Character(char),
    /// Ends in `#…`.
    #[error("must have no fragment (#…)")]
    Fragment,
}

/// Everything that Microsoft would not accept about `uri`. Empty: it can be registered.
pub fn redirect_problems(uri: &Url) -> Vec<RedirectProblem> {
    let mut problems = Vec::new();
    if uri.as_str().chars().count() > MAX_LENGTH {
        problems.push(RedirectProblem::TooLong);
    }
    match (uri.scheme(), uri.host()) {
        ("https", Some(_)) | ("http", Some(Host::Domain("localhost"))) => {}
        ("http", Some(Host::Ipv4(address))) if address.is_loopback() => problems.push(RedirectProblem::LoopbackByNumber),
        ("http", Some(Host::Ipv6(address))) if address.is_loopback() => problems.push(RedirectProblem::LoopbackByV6),
        _ => problems.push(RedirectProblem::NotHttps),
    }
    if let Some(character) = uri.as_str().chars().find(|c| matches!(c, '!' | '$' | '\'' | '(' | ')' | ',' | ';' | '*')) {
        problems.push(RedirectProblem::Character(character));
    }
    if uri.fragment().is_some() {
        problems.push(RedirectProblem::Fragment);
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_microsoft_would_refuse_is_named_before_it_does() {
        let problems = |uri: &str| redirect_problems(&Url::parse(uri).unwrap());
        assert_eq!(problems("https://tillit.nordvik.example/sso/callback"), []);
        assert_eq!(problems("http://localhost:8400/sso/callback"), []);
        assert_eq!(problems("http://127.0.0.1:8400/sso/callback"), [RedirectProblem::LoopbackByNumber]);
        assert_eq!(problems("http://[::1]:8400/sso/callback"), [RedirectProblem::LoopbackByV6]);
        assert_eq!(problems("http://tillit.nordvik.example/"), [RedirectProblem::NotHttps]);
        assert_eq!(problems("https://nordvik.example/o/(a)/sso#x"), [RedirectProblem::Character('('), RedirectProblem::Fragment]);
        assert_eq!(problems(&format!("https://nordvik.example/{}", "a".repeat(233))), [RedirectProblem::TooLong]);
        assert_eq!(problems(&format!("https://nordvik.example/{}", "a".repeat(232))), []);
    }
}
