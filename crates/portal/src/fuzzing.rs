//! What fuzzing calls (docs/security/fuzzing.md): what browsers send beside the path.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use http::{Extensions, HeaderMap, HeaderValue, header};

use crate::frame::Theme;
use crate::web::cookies::Cookie;
use crate::web::{Form, LARGEST_FORM, LINE, client_address};
use crate::words::{Language, Words};

/// The body of a form, or a query: fields once each; what is read can be written and read again.
pub fn form(data: &[u8]) {
    let Ok(form) = Form::parse(data) else { return };
    let fields = form.fields();
    assert!(fields.len() <= 64);
    let mut written = String::new();
    for (name, value) in fields {
        assert!(name.len() <= 64 && value.len() <= data.len() && !value.contains('\0') && !name.contains('\0'));
        let encoded = |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        written.push_str(&format!("{}={}&", encoded(name), encoded(value)));
    }
    // An empty name without value is no field.
    if written.len() <= 8 * LARGEST_FORM && !fields.iter().any(|(name, _)| name.is_empty()) {
        assert!(Form::parse(written.as_bytes()).is_ok_and(|again| again.fields() == fields));
    }
    for name in ["username", "password", "return_to", "version"] {
        let Ok(mut form) = Form::parse(data) else { return };
        assert!(form.line(name).map_or(true, |line| line.len() <= LINE && line.trim() == line));
    }
    let Ok(mut form) = Form::parse(data) else { return };
    let _ = (form.checked("guests"), form.number::<u32>("cap"), form.finish());
}

/// `Cookie`, and what is made of each of ours.
pub fn cookies(data: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(data) else { return };
    let mut headers = HeaderMap::new();
    headers.insert(header::COOKIE, value);
    let config = crate::pages::sample_frame(Words::utc(Language::English), Theme::System).config;
    for cookie in [Cookie::Session, Cookie::Browser, Cookie::Flash, Cookie::Language, Cookie::Theme, Cookie::Zone] {
        if let Some(value) = cookie.read(&headers, &config) {
            assert!((1..=512).contains(&value.len()) && value.bytes().all(|b| b == b'\t' || (0x20..0x7f).contains(&b)));
        }
    }
    let _ = Words::zone_of(Cookie::Zone.read(&headers, &config));
    let _ = Cookie::Theme.read(&headers, &config).and_then(Theme::from_key);
}

/// `Accept-Language`, and a language tag.
pub fn accept_language(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let chosen = Language::from_accept_language(text);
    // A language that nobody named is nobody's choice.
    let lower = text.to_ascii_lowercase();
    assert!(chosen != Some(Language::English) || lower.contains("en"));
    assert!(chosen != Some(Language::Norwegian) || lower.contains("nb") || lower.contains("no") || lower.contains("nn"));
    let _ = Language::from_tag(text);
}

/// `X-Forwarded-For`: only what a trusted proxy added counts, whatever stands to the left of it.
pub fn forwarded_for(data: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(data) else { return };
    let Ok(text) = value.to_str().map(str::to_owned) else { return };
    let mut extensions = Extensions::new();
    let peer = SocketAddr::from(([203, 0, 113, 9], 4000));
    extensions.insert(ConnectInfo(peer));
    let ask = |text: &str, proxies| {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_str(text).ok()?);
        client_address(&extensions, &headers, proxies).map(|address| address.0)
    };
    assert_eq!(ask(&text, 0), Some(peer.ip()));
    assert_eq!(ask(&format!("{text}, 198.51.100.7"), 1), "198.51.100.7".parse().ok());
    assert_eq!(ask(&format!("{text}, 198.51.100.7, 192.0.2.1"), 2), "198.51.100.7".parse().ok());
}

#[cfg(test)]
#[expect(clippy::print_stderr, reason = "shows the input that failed")]
#[path = "../../../fuzz/src/replay.rs"]
mod replay;

#[cfg(test)]
mod tests {
    #[test]
    fn seeds_and_mutations_are_read_without_harm() {
        super::replay::replay("form", 3000, super::form);
        super::replay::replay("cookies", 1000, super::cookies);
        super::replay::replay("accept_language", 3000, super::accept_language);
        super::replay::replay("forwarded_for", 3000, super::forwarded_for);
    }
}
