//! Parameters of a query or form: each at most once, all bounded.

use std::collections::BTreeMap;

use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use uuid::Uuid;

use crate::error::AadError;

/// Most parameters in one request.
const MOST: usize = 64;
/// Longest query.
pub(crate) const LONGEST_QUERY: usize = 16 * 1024;

/// Parsed `application/x-www-form-urlencoded` text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Params(BTreeMap<String, String>);

impl Params {
    /// Parses; a parameter that stands twice is an error (RFC 6749 section 3.1).
    pub(crate) fn parse(text: &[u8]) -> Result<Self, AadError> {
        let mut found = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(text) {
            if found.len() >= MOST {
                return Err(AadError::malformed());
            }
            if found.insert(name.clone().into_owned(), value.into_owned()).is_some() {
                return Err(AadError::duplicated(&name));
            }
        }
        Ok(Self(found))
    }
    /// A parameter's value; an empty one counts as missing.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
    /// The caller's own id of this request, if it is a GUID.
    pub(crate) fn correlation(&self) -> Option<Uuid> {
        self.get("client-request-id").and_then(|text| Uuid::parse_str(text).ok())
    }
}

/// A cookie's value.
pub(crate) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(';'));
    let mut found = all.filter_map(|pair| pair.trim().split_once('=')).filter(|(known, _)| *known == name);
    found.next().map(|(_, value)| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_that_stands_twice_is_refused() {
        assert_eq!(Params::parse(b"a=1&b=2&a=1").unwrap_err().code, 9_000_411);
        assert_eq!(Params::parse(b"a=1&b=").unwrap().get("b"), None);
        assert!(Params::parse("x&".repeat(3).as_bytes()).is_err());
    }
}
