//! Which addresses are on the public internet.
//!
//! From the IANA IPv4 and IPv6 Special-Purpose Address Registries: everything that is not
//! globally reachable unicast is refused, so a range that is not listed for IPv6 is refused too.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Why an address is not a public one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Special(&'static str);

impl fmt::Display for Special {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Network, prefix length, what it is.
const V4: &[(Ipv4Addr, u32, &str)] = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8, "this network (RFC 791)"),
    (Ipv4Addr::new(10, 0, 0, 0), 8, "private (RFC 1918)"),
    (Ipv4Addr::new(100, 64, 0, 0), 10, "shared by a carrier (RFC 6598)"),
    (Ipv4Addr::new(127, 0, 0, 0), 8, "this machine (RFC 1122)"),
    // Not in the registry, but answers on every Azure machine with what concerns that machine.
    (Ipv4Addr::new(168, 63, 129, 16), 32, "Azure's platform address"),
    (Ipv4Addr::new(169, 254, 0, 0), 16, "link-local, also cloud metadata (RFC 3927)"),
    (Ipv4Addr::new(172, 16, 0, 0), 12, "private (RFC 1918)"),
    (Ipv4Addr::new(192, 0, 0, 0), 24, "protocol assignments (RFC 6890)"),
    (Ipv4Addr::new(192, 0, 2, 0), 24, "documentation (RFC 5737)"),
    (Ipv4Addr::new(192, 88, 99, 0), 24, "6to4 relay (RFC 7526)"),
    (Ipv4Addr::new(192, 168, 0, 0), 16, "private (RFC 1918)"),
    (Ipv4Addr::new(198, 18, 0, 0), 15, "benchmarks (RFC 2544)"),
    (Ipv4Addr::new(198, 51, 100, 0), 24, "documentation (RFC 5737)"),
    (Ipv4Addr::new(203, 0, 113, 0), 24, "documentation (RFC 5737)"),
    (Ipv4Addr::new(224, 0, 0, 0), 4, "multicast (RFC 5771)"),
    (Ipv4Addr::new(240, 0, 0, 0), 4, "reserved or broadcast (RFC 1112, RFC 919)"),
];

/// Special parts of the global unicast space 2000::/3; all outside of it is refused.
const V6: &[(Ipv6Addr, u32, &str)] = &[
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 32, "Teredo (RFC 4380)"),
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23, "protocol assignments (RFC 2928)"),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32, "documentation (RFC 3849)"),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16, "6to4 (RFC 3056)"),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20, "documentation (RFC 9637)"),
];

/// Passes an address of the public internet.
///
/// # Errors
/// What kind of special address it is.
pub fn check_address(address: IpAddr) -> Result<(), Special> {
    match address {
        IpAddr::V4(v4) => check_v4(v4),
        IpAddr::V6(v6) => check_v6(v6),
    }
}

fn check_v4(address: Ipv4Addr) -> Result<(), Special> {
    let special = V4.iter().find(|(network, bits, _)| (address.to_bits() ^ network.to_bits()).leading_zeros() >= *bits);
    special.map_or(Ok(()), |(_, _, what)| Err(Special(what)))
}

fn check_v6(address: Ipv6Addr) -> Result<(), Special> {
    if let Some(v4) = address.to_ipv4_mapped() {
        // ::ffff:0:0/96 (RFC 4291): a socket treats it as the IPv4 address it holds.
        return check_v4(v4);
    }
    if let [0x64, 0xff9b, 0, 0, 0, 0, high, low] = address.segments() {
        // NAT64 (RFC 6052): how an IPv6-only network reaches IPv4. As good as the address it holds.
        return check_v4(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)));
    }
    if address.to_bits() >> 125 != 1 {
        return Err(Special("not global unicast (RFC 4291): local, unique local, link-local, multicast or reserved"));
    }
    let special = V6.iter().find(|(network, bits, _)| (address.to_bits() ^ network.to_bits()).leading_zeros() >= *bits);
    special.map_or(Ok(()), |(_, _, what)| Err(Special(what)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// First and last address of every special range, and the neighbours outside that are public.
    const SPECIAL: &[&str] = &[
        "0.0.0.0",
        "0.255.255.255",
        "10.0.0.0",
        "10.255.255.255",
        "100.64.0.0",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.255",
        "168.63.129.16",
        "169.254.0.0",
        "169.254.169.254",
        "169.254.255.255",
        "172.16.0.0",
        "172.31.255.255",
        "192.0.0.0",
        "192.0.0.255",
        "192.0.2.0",
        "192.0.2.255",
        "192.88.99.1",
        "192.168.0.0",
        "192.168.255.255",
        "198.18.0.0",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.255",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::8.8.8.8",
        "::ffff:127.0.0.1",
        "::ffff:10.1.2.3",
        "::ffff:169.254.169.254",
        "64:ff9b::127.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b::169.254.169.254",
        "64:ff9b:1::8.8.8.8",
        "64:ff9b::1:8.8.8.8",
        "100::1",
        "2001::1",
        "2001:0:4136:e378::1",
        "2001:2::1",
        "2001:10::1",
        "2001:1ff:ffff::1",
        "2001:db8::1",
        "2001:db8:ffff::1",
        "2002:7f00:1::",
        "2002:808:808::1",
        "3fff::1",
        "3fff:fff::1",
        "4000::1",
        "5f00::1",
        "fc00::1",
        "fd00::1",
        "fd00:ec2::254",
        "fdff:ffff::1",
        "fe80::1",
        "febf::1",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
    ];
    const PUBLIC: &[&str] = &[
        "1.0.0.0",
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "168.63.129.15",
        "168.63.129.17",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.0.3.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "198.51.99.255",
        "203.0.114.0",
        "223.255.255.255",
        "20.190.128.1",
        "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8",
        "2001:200::1",
        "2001:4860:4860::8888",
        "2001:db7::1",
        "2001:db9::1",
        "2003::1",
        "2603:1036:3000::1",
        "3ffe::1",
        "3fff:1000::1",
    ];

    #[test]
    fn special_addresses_are_refused_and_their_neighbours_are_not() {
        for text in SPECIAL {
            assert!(check_address(text.parse().unwrap()).is_err(), "{text} must be refused");
        }
        for text in PUBLIC {
            assert_eq!(check_address(text.parse().unwrap()), Ok(()), "{text} is public");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn agrees_with_the_standard_library_where_it_has_an_opinion(bits: u32) {
            let v4 = Ipv4Addr::from_bits(bits);
            let special = v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_multicast()
                || v4.is_broadcast() || v4.is_documentation() || v4.is_unspecified();
            if special {
                prop_assert!(check_v4(v4).is_err());
            }
            // However it is wrapped, it is judged as what it is.
            prop_assert_eq!(check_v6(v4.to_ipv6_mapped()), check_v4(v4));
            prop_assert!(check_v6(v4.to_ipv6_compatible()).is_err());
        }

        #[test]
        fn local_ipv6_is_refused(bits: u128) {
            let v6 = Ipv6Addr::from_bits(bits);
            if v6.is_loopback() || v6.is_multicast() || v6.is_unique_local() || v6.is_unicast_link_local() || v6.is_unspecified() {
                prop_assert!(check_v6(v6).is_err());
            }
        }
    }
}
