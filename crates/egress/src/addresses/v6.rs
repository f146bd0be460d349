//! IPv6. The first block that matches gives the reason.

use std::net::Ipv6Addr;

use super::v4::METADATA;
use super::{Block, Reserved};

#[rustfmt::skip]
pub(super) const BLOCKS: &[Block] = &[
    Block::v6([0; 8], 128, "unspecified", "RFC 4291, 2.5.2"),
    Block::v6([0, 0, 0, 0, 0, 0, 0, 1], 128, "loopback", "RFC 4291, 2.5.3"),
    // An IPv4 address within: judged by neither, because whoever means it writes it as IPv4.
    Block::v6([0; 8], 96, "a compatible IPv4 address", "RFC 4291, 2.5.5.1"),
    Block::v6([0, 0, 0, 0, 0, 0xffff, 0, 0], 96, "a mapped IPv4 address", "RFC 4291, 2.5.5.2"),
    Block::v6([0, 0, 0, 0, 0xffff, 0, 0, 0], 96, "a translated IPv4 address", "RFC 2765, 2.1"),
    Block::v6([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96, "behind a NAT64 translator", "RFC 6052"),
    Block::v6([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48, "behind a NAT64 translator", "RFC 8215"),
    Block::v6([0x100, 0, 0, 0, 0, 0, 0, 0], 64, "discarded", "RFC 6666"),
    Block::v6([0x100, 0, 0, 1, 0, 0, 0, 0], 64, "a dummy", "RFC 9780"),
    // Within the global unicast space.
    Block::v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 32, "a Teredo tunnel", "RFC 4380"),
    Block::v6([0x2001, 1, 0, 0, 0, 0, 0, 1], 128, "for port control (PCP)", "RFC 7723"),
    Block::v6([0x2001, 1, 0, 0, 0, 0, 0, 2], 128, "a relay (TURN)", "RFC 8155"),
    Block::v6([0x2001, 1, 0, 0, 0, 0, 0, 3], 128, "for service registration (SRP)", "RFC 9665"),
    Block::v6([0x2001, 2, 0, 0, 0, 0, 0, 0], 48, "for benchmarks", "RFC 5180"),
    Block::v6([0x2001, 3, 0, 0, 0, 0, 0, 0], 32, "for multicast (AMT)", "RFC 7450"),
    Block::v6([0x2001, 4, 0x112, 0, 0, 0, 0, 0], 48, "a DNS sink (AS112)", "RFC 7535"),
    Block::v6([0x2001, 0x10, 0, 0, 0, 0, 0, 0], 28, "an identifier (ORCHID)", "RFC 4843"),
    Block::v6([0x2001, 0x20, 0, 0, 0, 0, 0, 0], 28, "an identifier (ORCHIDv2)", "RFC 7343"),
    Block::v6([0x2001, 0x30, 0, 0, 0, 0, 0, 0], 28, "an identifier (drones)", "RFC 9374"),
    Block::v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23, "reserved for protocols", "RFC 2928"),
    Block::v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32, "for documentation", "RFC 3849"),
    Block::v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16, "a 6to4 tunnel", "RFC 3056"),
    Block::v6([0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0], 48, "a DNS sink (AS112)", "RFC 7534"),
    Block::v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20, "for documentation", "RFC 9637"),
    // Above it.
    Block::v6([0x5f00, 0, 0, 0, 0, 0, 0, 0], 16, "for segment routing", "RFC 9602"),
    Block::v6([0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254], 128, METADATA, "Amazon EC2"),
    Block::v6([0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23], 128, METADATA, "Amazon EKS"),
    Block::v6([0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254], 128, METADATA, "Google Cloud"),
    Block::v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7, "unique local", "RFC 4193"),
    Block::v6([0xfe80, 0, 0, 0, 0, 0, 0xa9fe, 0xa9fe], 128, METADATA, "OpenStack"),
    Block::v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10, "link-local", "RFC 4291, 2.5.6"),
    Block::v6([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10, "site-local", "RFC 3879"),
    Block::v6([0xff00, 0, 0, 0, 0, 0, 0, 0], 8, "multicast", "RFC 4291, 2.7"),
];

/// Of what is in no block: everything outside of `2000::/3`, which alone is handed out, and
/// ISATAP, which hides an IPv4 address behind any prefix by `0:5efe` or `200:5efe` before it.
pub(super) fn otherwise(address: Ipv6Addr) -> Option<Reserved> {
    let bits = address.to_bits();
    if bits >> 125 != 0b001 {
        return Some(Reserved {
            range: "not assigned",
            source: "RFC 4291, 2.4",
        });
    }
    let is_isatap = (bits >> 32) & 0xfdff_ffff == 0x5efe;
    is_isatap.then_some(Reserved {
        range: "an ISATAP tunnel",
        source: "RFC 5214, 6.1",
    })
}
