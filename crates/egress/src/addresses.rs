//! Which addresses are nobody's on the public internet.
//!
//! Source: the IANA special-purpose address registries for IPv4 and IPv6 (RFC 6890), RFC 5735,
//! RFC 4291, and the metadata services of the large clouds.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Why `address` must not be dialled, in words that complete "the address is ..."; `None` when it
/// is an ordinary public one.
pub fn reserved_range(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => reserved_v4(address),
        IpAddr::V6(address) => reserved_v6(address),
    }
}

type V4Range = ([u8; 4], u32, &'static str);
type V6Range = ([u16; 8], u32, &'static str);

/// Network, prefix length, name. The first that matches gives the reason.
const V4: &[V4Range] = &[
    ([0, 0, 0, 0], 32, "unspecified"),
    ([0, 0, 0, 0], 8, "of this network"),
    ([10, 0, 0, 0], 8, "private"),
    ([100, 100, 100, 200], 32, "a metadata service"),
    ([100, 64, 0, 0], 10, "shared by a carrier (CGNAT)"),
    ([127, 0, 0, 0], 8, "loopback"),
    ([169, 254, 169, 254], 32, "a metadata service"),
    ([169, 254, 0, 0], 16, "link-local"),
    ([168, 63, 129, 16], 32, "a metadata service"),
    ([172, 16, 0, 0], 12, "private"),
    ([192, 0, 0, 0], 24, "reserved for protocols"),
    ([192, 0, 2, 0], 24, "for documentation"),
    ([192, 31, 196, 0], 24, "reserved (AS112)"),
    ([192, 52, 193, 0], 24, "reserved (AMT)"),
    ([192, 88, 99, 0], 24, "a 6to4 relay"),
    ([192, 168, 0, 0], 16, "private"),
    ([192, 175, 48, 0], 24, "reserved (AS112)"),
    ([198, 18, 0, 0], 15, "for benchmarks"),
    ([198, 51, 100, 0], 24, "for documentation"),
    ([203, 0, 113, 0], 24, "for documentation"),
    ([224, 0, 0, 0], 4, "multicast"),
    ([255, 255, 255, 255], 32, "broadcast"),
    ([240, 0, 0, 0], 4, "reserved"),
];

/// Within `2000::/3`; everything outside of it is named by [`V6_ELSEWHERE`] or not assigned.
const V6_GLOBAL: &[V6Range] = &[
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 32, "a Teredo tunnel"),
    ([0x2001, 2, 0, 0, 0, 0, 0, 0], 48, "for benchmarks"),
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23, "reserved for protocols"),
    ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32, "for documentation"),
    ([0x2002, 0, 0, 0, 0, 0, 0, 0], 16, "a 6to4 tunnel"),
    (
        [0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0],
        48,
        "reserved (AS112)",
    ),
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20, "for documentation"),
];

const V6_ELSEWHERE: &[V6Range] = &[
    ([0, 0, 0, 0, 0, 0, 0, 0], 128, "unspecified"),
    ([0, 0, 0, 0, 0, 0, 0, 1], 128, "loopback"),
    ([0, 0, 0, 0, 0, 0xffff, 0, 0], 96, "a mapped IPv4 address"),
    (
        [0, 0, 0, 0, 0xffff, 0, 0, 0],
        96,
        "a translated IPv4 address",
    ),
    ([0, 0, 0, 0, 0, 0, 0, 0], 96, "a compatible IPv4 address"),
    (
        [0x64, 0xff9b, 0, 0, 0, 0, 0, 0],
        96,
        "behind a NAT64 translator",
    ),
    (
        [0x64, 0xff9b, 1, 0, 0, 0, 0, 0],
        48,
        "behind a NAT64 translator",
    ),
    ([0x100, 0, 0, 0, 0, 0, 0, 0], 64, "discarded"),
    (
        [0x5f00, 0, 0, 0, 0, 0, 0, 0],
        16,
        "reserved for segment routing",
    ),
    (
        [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254],
        128,
        "a metadata service",
    ),
    (
        [0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254],
        128,
        "a metadata service",
    ),
    ([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7, "unique local"),
    ([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10, "link-local"),
    ([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10, "site-local"),
    ([0xff00, 0, 0, 0, 0, 0, 0, 0], 8, "multicast"),
];

fn reserved_v4(address: Ipv4Addr) -> Option<&'static str> {
    let bits = address.to_bits();
    let found = V4.iter().find(|(network, length, _)| {
        let network = Ipv4Addr::from(*network).to_bits();
        (bits ^ network).checked_shr(32 - length).unwrap_or(0) == 0
    });
    found.map(|(_, _, name)| *name)
}

fn reserved_v6(address: Ipv6Addr) -> Option<&'static str> {
    let bits = address.to_bits();
    let is_in = |(network, length, _): &&V6Range| {
        let network = Ipv6Addr::from(*network).to_bits();
        (bits ^ network).checked_shr(128 - length).unwrap_or(0) == 0
    };
    if bits >> 125 != 0b001 {
        let found = V6_ELSEWHERE.iter().find(is_in);
        return Some(found.map_or("not assigned", |(_, _, name)| *name));
    }
    // ISATAP (RFC 5214) hides an IPv4 address behind any prefix: 0:5efe or 200:5efe before it.
    let interface = (bits >> 32) & 0xfdff_ffff;
    if interface == 0x5efe {
        return Some("an ISATAP tunnel");
    }
    V6_GLOBAL.iter().find(is_in).map(|(_, _, name)| *name)
}
