//! Cookies: read once, written through a jar that the front empties into the response.

use std::sync::{Arc, Mutex, PoisonError};

use http::{HeaderMap, HeaderValue, header};

use crate::state::PortalConfig;

/// Longest value that is read.
const LONGEST: usize = 512;
/// A year, in seconds.
const YEAR: u32 = 31_536_000;

/// A cookie of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// Token of the session. HttpOnly; gone with the browser.
    Session,
    /// Key of the browser: ties a sign-in to the browser that began it. HttpOnly.
    Browser,
    /// Token of the invitation that the person came with. HttpOnly; an hour.
    Invitation,
    /// What the last form did, shown once. HttpOnly.
    Flash,
    /// The reader's own choice of language.
    Language,
    /// The reader's own choice of colours.
    Theme,
    /// The reader's time zone, written by the script.
    Zone,
}

impl Cookie {
    const fn is_secret(self) -> bool {
        matches!(self, Self::Session | Self::Browser | Self::Invitation)
    }
    /// Its name. Over https the secrets have the prefix that keeps other hosts and plain
    /// http from writing them (RFC 6265bis section 4.1.3.2).
    pub fn name(self, config: &PortalConfig) -> &'static str {
        match (self, config.is_https()) {
            (Self::Session, true) => "__Host-tillit_session",
            (Self::Session, false) => "tillit_session",
            (Self::Browser, true) => "__Host-tillit_browser",
            (Self::Browser, false) => "tillit_browser",
            (Self::Invitation, true) => "__Host-tillit_invitation",
            (Self::Invitation, false) => "tillit_invitation",
            (Self::Flash, _) => "tillit_flash",
            (Self::Language, _) => "tillit_language",
            (Self::Theme, _) => "tillit_theme",
            (Self::Zone, _) => "tillit_zone",
        }
    }
    /// Reads it. One that comes twice is nobody's word: it is ignored.
    pub fn read<'a>(self, headers: &'a HeaderMap, config: &PortalConfig) -> Option<&'a str> {
        let name = self.name(config);
        let mut found = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(known, _)| *known == name)
            .map(|(_, value)| value);
        let value = found.next().filter(|value| !value.is_empty() && value.len() <= LONGEST)?;
        found.next().is_none().then_some(value)
    }
    const fn max_age(self) -> Option<u32> {
        match self {
            // Ends with the browser, and on the server after twelve hours at the latest.
            Self::Session => None,
            Self::Invitation => Some(3600),
            Self::Flash => Some(60),
            Self::Browser | Self::Language | Self::Theme | Self::Zone => Some(YEAR),
        }
    }
}

/// Cookies to be set with the response. Clones share one list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Jar(Arc<Mutex<Vec<HeaderValue>>>);

impl Jar {
    /// Sets `cookie`. `value` is ours or was checked: token characters only.
    pub fn set(&self, config: &PortalConfig, cookie: Cookie, value: &str) {
        self.push(config, cookie, value, cookie.max_age());
    }
    /// Removes `cookie`.
    pub fn clear(&self, config: &PortalConfig, cookie: Cookie) {
        self.push(config, cookie, "", Some(0));
    }
    fn push(&self, config: &PortalConfig, cookie: Cookie, value: &str, max_age: Option<u32>) {
        let mut text = format!("{}={value}; Path=/; SameSite=Lax", cookie.name(config));
        if cookie.is_secret() || cookie == Cookie::Flash {
            text.push_str("; HttpOnly");
        }
        if config.is_https() {
            text.push_str("; Secure");
        }
        if let Some(seconds) = max_age {
            text.push_str(&format!("; Max-Age={seconds}"));
        }
        if let Ok(value) = HeaderValue::from_str(&text) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(value);
        }
    }
    /// Writes all of them as `Set-Cookie`.
    pub fn write(&self, headers: &mut HeaderMap) {
        for value in self.0.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            headers.append(header::SET_COOKIE, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::sample_frame;
    use crate::words::{Language, Words};

    fn config() -> Arc<PortalConfig> {
        sample_frame(Words::utc(Language::English), crate::frame::Theme::System).config
    }

    #[test]
    fn over_https_a_session_cannot_be_planted_from_elsewhere() {
        let (jar, mut headers) = (Jar::default(), HeaderMap::new());
        jar.set(&config(), Cookie::Session, "t");
        jar.write(&mut headers);
        assert_eq!(headers[header::SET_COOKIE], "__Host-tillit_session=t; Path=/; SameSite=Lax; HttpOnly; Secure");
    }

    #[test]
    fn a_cookie_that_comes_twice_is_ignored() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=1; __Host-tillit_session=x; __Host-tillit_session=y"));
        assert_eq!(Cookie::Session.read(&headers, &config()), None);
        headers.insert(header::COOKIE, HeaderValue::from_static("tillit_session=plain; __Host-tillit_session=x"));
        assert_eq!(Cookie::Session.read(&headers, &config()), Some("x"));
    }
}
