//! The network that somebody comes from: what counts as one client, for every limit.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use tillit_store::ClientAddress;

/// More room for addresses of private networks.
const PRIVATE: i64 = 20;

/// An IPv4 address, or the first 64 bits of an IPv6 address, which one customer usually has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Network {
    V4(Ipv4Addr),
    V6 { bits: u64, private: bool },
}

impl Network {
    pub(crate) fn of(ClientAddress(address): ClientAddress) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::V4(address),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                let bits = [a, b, c, d].into_iter().fold(0, |bits, segment| bits << 16 | u64::from(segment));
                Self::V6 { bits, private: is_private(&address) }
            }
        }
    }

    /// How many times the room of one client it has: a private network is a whole office, or a proxy that nobody told us of.
    pub(crate) fn room(self) -> i64 {
        let private = match self {
            Self::V4(address) => address.is_private() || address.is_loopback() || address.is_link_local(),
            Self::V6 { private, .. } => private,
        };
        if private { PRIVATE } else { 1 }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V4(address) => write!(f, "{address}"),
            Self::V6 { bits, .. } => {
                let [a, b, c, d] = [48, 32, 16, 0].map(|shift| bits >> shift & 0xffff);
                write!(f, "{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        }
    }
}

fn is_private(address: &Ipv6Addr) -> bool {
    address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Network {
        Network::of(ClientAddress(text.parse().unwrap()))
    }

    #[test]
    fn one_ipv6_customer_is_one_client_and_mapped_ipv4_is_ipv4() {
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("2001:db8:1:2::1").to_string(), "2001:db8:1:2::/64");
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_eq!(of("192.0.2.1").to_string(), "192.0.2.1");
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }

    #[test]
    fn only_private_networks_have_more_room() {
        for private in ["10.0.0.1", "192.168.1.9", "172.16.0.1", "127.0.0.1", "169.254.0.1", "::1", "fd00::1", "fe80::1", "::ffff:10.0.0.1"]
        {
            assert_eq!(of(private).room(), PRIVATE, "{private}");
        }
        for public in ["198.51.100.7", "172.32.0.1", "2001:db8::1", "::ffff:198.51.100.7"] {
            assert_eq!(of(public).room(), 1, "{public}");
        }
    }
}
