//! Taking off what receivers' protection and open redirections put around an address.

use url::Url;

use crate::names::domain::{is_under, same_owner};
use crate::names::hosts::{Hosts, asks_consent, listed};

/// What was found under the wrapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unwrapped {
    /// The address that counts.
    pub url: Url,
    /// A receiver's protection was around it.
    pub wrapped: bool,
    /// The host of an open redirection that leads elsewhere.
    pub through: Option<String>,
    /// The host of a page on the way that lets a program of others into the reader's account.
    pub consent: Option<String>,
}

/// Layers that are taken off.
const LAYERS: usize = 6;

/// Takes off all layers.
#[must_use]
pub fn unwrap(url: Url) -> Unwrapped {
    let mut out = Unwrapped { url, wrapped: false, through: None, consent: None };
    for _ in 0..LAYERS {
        let host = out.url.host_str().unwrap_or_default().to_owned();
        if out.consent.is_none() && asks_consent(&out.url) {
            out.consent = Some(host.clone());
        }
        if let Some(inner) = wrapper(&out.url, &host) {
            out.wrapped = true;
            out.url = inner;
        } else if let Some(inner) = redirection(&out.url, &host) {
            if !inner.host_str().is_some_and(|to| same_owner(to, &host)) {
                out.through.get_or_insert(host);
            }
            out.url = inner;
        } else {
            break;
        }
    }
    out
}

fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().take(64).find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.into_owned())
}

fn web(text: &str) -> Option<Url> {
    let text = text.trim();
    let with_scheme = if text.starts_with("//") { format!("https:{text}") } else { text.to_owned() };
    Url::parse(&with_scheme)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| host.contains('.')))
}

/// Microsoft, Proofpoint (three versions), Barracuda, and others that carry the address in a parameter.
fn wrapper(url: &Url, host: &str) -> Option<Url> {
    if is_under(host, "safelinks.protection.outlook.com") || is_under(host, "statics.teams.cdn.office.net") {
        return web(&parameter(url, "url")?);
    }
    if host == "urldefense.proofpoint.com" || host == "urldefense.com" || host == "urldefense.us" {
        return proofpoint(url);
    }
    if host == "linkprotect.cudasvc.com" {
        return web(&parameter(url, "a")?);
    }
    listed(&Hosts::get().wrappers, host)?;
    ["url", "u", "a", "domain"].iter().find_map(|name| web(&parameter(url, name)?))
}

fn proofpoint(url: &Url) -> Option<Url> {
    let path = url.path();
    if path.starts_with("/v3/") {
        // /v3/__ADDRESS__;… where `*` stands for letters that are kept elsewhere: the host is whole nearly always.
        let start = path.find("__")? + 2;
        let rest = path.get(start..)?;
        let end = rest.find("__;").unwrap_or(rest.len());
        let address = rest.get(..end)?;
        let fixed = match address.strip_prefix("https:/") {
            Some(rest) if !rest.starts_with('/') => format!("https://{rest}"),
            _ => address.replacen("http:/", "http://", usize::from(address.starts_with("http:/") && !address.starts_with("http://"))),
        };
        return web(&fixed);
    }
    let written = parameter(url, "u")?;
    if path.starts_with("/v1") {
        return web(&written);
    }
    let coded = written.replace('-', "%").replace('_', "/");
    web(&percent_encoding::percent_decode_str(&coded).decode_utf8_lossy())
}

/// An address in base64 (RFC 4648, both alphabets), as some pages carry it.
fn from_base64(value: &str) -> Option<String> {
    if !value.starts_with("aHR0c") || value.len() > 2_000 {
        return None;
    }
    let (mut bits, mut count, mut out) = (0_u32, 0, Vec::new());
    for c in value.trim_end_matches('=').bytes() {
        let digit = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(digit)) & 0xffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.extend(u8::try_from(bits >> count & 0xff));
        }
    }
    String::from_utf8(out).ok()
}

/// Pages that send on to whatever address they are given.
fn redirection(url: &Url, host: &str) -> Option<Url> {
    let plain = host.strip_prefix("www.").unwrap_or(host);
    for (place, name) in &Hosts::get().redirectors {
        let (wanted, path) = place.split_once('/').unwrap_or((place, ""));
        let country = wanted == "google.com" && plain.starts_with("google.");
        if !(plain == wanted || country) || !url.path().trim_start_matches('/').starts_with(path.trim_end_matches("/s")) {
            continue;
        }
        if let Some(inner) = parameter(url, name).as_deref().and_then(web) {
            return Some(inner);
        }
        if country && path == "amp/s" && url.path().starts_with("/amp/") {
            return web(&format!("https://{}", url.path().strip_prefix("/amp/")?.trim_start_matches("s/")));
        }
        if path == "amp/s" {
            return web(&format!("https://{}", url.path().strip_prefix("/amp/s/")?));
        }
    }
    // Any page whose parameter is an address on another host.
    let inner = url.query_pairs().take(32).find_map(|(key, value)| {
        let sends_on = matches!(
            key.to_ascii_lowercase().as_str(),
            "url"
                | "u"
                | "q"
                | "redirect"
                | "redirect_url"
                | "redirect_uri"
                | "redirecturl"
                | "redir"
                | "next"
                | "target"
                | "dest"
                | "destination"
                | "goto"
                | "to"
                | "link"
                | "continue"
                | "return"
                | "returnurl"
                | "adurl"
                | "r"
                | "out"
        );
        if sends_on { web(&value).or_else(|| web(&from_base64(&value)?)) } else { None }
    });
    let known = listed(&Hosts::get().everywhere, host).is_some() || crate::names::brands::Brands::get().owner(host).is_some();
    let sends_on = ["redir", "go.php", "/go", "link", "click", "track", "out.php", "away", "exit", "jump", "url"]
        .iter()
        .any(|word| url.path().to_ascii_lowercase().contains(word));
    inner.filter(|_| known || sends_on)
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::unwrap;

    fn through(address: &str) -> (String, bool, Option<String>) {
        let found = unwrap(Url::parse(address).unwrap());
        (found.url.to_string(), found.wrapped, found.through)
    }

    #[test]
    fn wrappers_come_off() {
        for address in [
            "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fx.example%2Fa%3Fb%3D1&data=05",
            "https://urldefense.proofpoint.com/v2/url?u=https-3A__x.example_a-3Fb-3D1&d=Dw",
            "https://urldefense.com/v3/__https://x.example/a?b=1__;!!abc",
            "https://urldefense.com/v3/__https:/x.example/a__;!!abc",
            "https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fx.example%2fa%3Fb%3D1&c=E",
        ] {
            let (url, wrapped, redirected) = through(address);
            assert!(url.starts_with("https://x.example/a") && wrapped && redirected.is_none(), "{address}: {url}");
        }
    }

    #[test]
    fn open_redirections_are_followed_on_paper_and_named() {
        let (url, _, redirected) = through("https://www.google.com/url?q=https://x.example/a&sa=D");
        assert_eq!((url.as_str(), redirected.as_deref()), ("https://x.example/a", Some("www.google.com")));
        let (url, _, redirected) = through("https://www.google.no/url?q=https://www.google.no/maps");
        assert_eq!((url.as_str(), redirected), ("https://www.google.no/maps", None));
        assert_eq!(through("https://shop.example/?url=https://x.example").0, "https://shop.example/?url=https://x.example");
    }

    #[test]
    fn layers_in_layers_come_to_an_end() {
        let mut address = "https://x.example/".to_owned();
        for layer in 1..=12 {
            let coded: String = url::form_urlencoded::byte_serialize(address.as_bytes()).collect();
            address = format!("https://www.google.com/url?q={coded}");
            assert_eq!(through(&address).2.is_some(), layer <= super::LAYERS, "{layer}");
        }
    }
}
