//! What fuzzing calls (docs/security/fuzzing.md): bytes from outside, and what must hold for all of them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use http::HeaderValue;
use url::{Host, Url};

use crate::policy::Way;
use crate::{FetchPolicy, Origin, RetryAfter, check_address, http_date};

/// An address that a customer or a provider named: what may be asked is https, to a public host, on port 443.
pub fn fetch_url(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(origin) = text.parse::<Origin>() {
        assert_eq!(origin.to_string().parse::<Origin>(), Ok(origin));
    }
    let Ok(url) = Url::parse(text) else { return };
    let policy = FetchPolicy::default();
    let Ok(way) = policy.way(&url) else { return };
    assert!(way == Way::Public && url.scheme() == "https" && url.port_or_known_default() == Some(443));
    assert!(url.username().is_empty() && url.password().is_none());
    match url.host() {
        Some(Host::Ipv4(address)) => assert_eq!(check_address(address.into()), Ok(())),
        Some(Host::Ipv6(address)) => assert_eq!(check_address(address.into()), Ok(())),
        // Whatever a resolver would take for an address must have been read as one.
        Some(Host::Domain(name)) => assert!(name.parse::<IpAddr>().is_err() && !name.is_empty()),
        None => assert!(url.has_host(), "no host"),
    }
    // Written out and read again it is the same: nobody between us and the host can see another one.
    assert_eq!(Url::parse(url.as_str()).ok().as_ref(), Some(&url));
}

/// An address as a resolver answers it: never on this machine, in this network, or wrapped up as something else.
pub fn fetch_address(data: &[u8]) {
    let Some((bytes, _)) = data.split_first_chunk::<16>() else { return };
    let v6 = Ipv6Addr::from(*bytes);
    let public = check_address(v6.into()).is_ok();
    assert!(!public || !(v6.is_loopback() || v6.is_unspecified() || v6.is_multicast() || v6.is_unique_local()));
    if let Some(v4) = v6.to_ipv4_mapped() {
        assert_eq!(check_address(v6.into()), check_address(v4.into()));
    }
    let [a, b, c, d, ..] = *bytes;
    let v4 = Ipv4Addr::new(a, b, c, d);
    assert!(check_address(v4.into()).is_err() || !(v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_multicast()));
}

/// `Retry-After` and `Date`.
pub fn retry_after(data: &[u8]) {
    const NOW: i64 = 1_795_435_200;
    if let Some(time) = std::str::from_utf8(data).ok().and_then(http_date) {
        // Years 0 to 9999.
        assert!((-62_200_000_000..=253_500_000_000).contains(&time), "{time}");
    }
    let Some(value) = HeaderValue::from_bytes(data).ok().as_ref().and_then(RetryAfter::of) else { return };
    let _ = (value.seconds(NOW), value.seconds(i64::MIN), value.seconds(i64::MAX));
}

#[cfg(test)]
#[expect(clippy::print_stderr, reason = "shows the input that failed")]
#[path = "../../../fuzz/src/replay.rs"]
mod replay;

#[cfg(test)]
mod tests {
    #[test]
    fn seeds_and_mutations_are_read_without_harm() {
        super::replay::replay("fetch_url", 3000, super::fetch_url);
        super::replay::replay("fetch_address", 3000, super::fetch_address);
        super::replay::replay("retry_after", 3000, super::retry_after);
    }
}
