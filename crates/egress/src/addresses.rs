//! Which addresses are nobody's on the public internet.
//!
//! Source: the IANA special-purpose address registries for IPv4 and IPv6 (RFC 6890, as of
//! 2025-10-09), with the multicast and reserved space that stands in other registries, forms that
//! hide an IPv4 address in an IPv6 one, and the metadata services of the large clouds. What IANA
//! calls globally reachable there (anycast of protocols, AS112) is refused too: no partner
//! receives at it.
//!
//! Two things no table can tell: a translator under a prefix of the network's own (RFC 6052,
//! section 3.1), and public addresses behind which our own services stand. The setting
//! `refused_networks` is the place for both.

mod v4;
mod v6;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Why an address is not dialled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reserved {
    /// Words that complete "the address is ...": `private`.
    pub range: &'static str,
    /// Where that is said: `RFC 1918`.
    pub source: &'static str,
}

impl fmt::Display for Reserved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.range, self.source)
    }
}

/// Addresses with a prefix in common that are not dialled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    pub network: IpAddr,
    /// In bits, at most 32 or 128.
    pub length: u32,
    pub reserved: Reserved,
}

impl Block {
    const fn v4(
        [a, b, c, d]: [u8; 4],
        length: u32,
        range: &'static str,
        source: &'static str,
    ) -> Self {
        Self {
            network: IpAddr::V4(Ipv4Addr::new(a, b, c, d)),
            length,
            reserved: Reserved { range, source },
        }
    }

    const fn v6(
        [a, b, c, d, e, f, g, h]: [u16; 8],
        length: u32,
        range: &'static str,
        source: &'static str,
    ) -> Self {
        Self {
            network: IpAddr::V6(Ipv6Addr::new(a, b, c, d, e, f, g, h)),
            length,
            reserved: Reserved { range, source },
        }
    }

    /// Whether `address` begins with this block's prefix. An IPv4 address is in no IPv6 block.
    pub fn contains(&self, address: IpAddr) -> bool {
        let differing = match (self.network, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let bits = network.to_bits() ^ address.to_bits();
                bits.checked_shr(32_u32.saturating_sub(self.length))
                    .map(u128::from)
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let bits = network.to_bits() ^ address.to_bits();
                bits.checked_shr(128_u32.saturating_sub(self.length))
            }
            _ => return false,
        };
        // A shift by the whole width leaves nothing to differ in.
        differing.unwrap_or(0) == 0
    }
}

/// Every block that is refused, the more specific before those that hold it. IPv6 outside of
/// `2000::/3`, and ISATAP addresses within it, are refused besides.
pub fn reserved_blocks() -> impl Iterator<Item = &'static Block> {
    v4::BLOCKS.iter().chain(v6::BLOCKS)
}

/// Why `address` must not be dialled; `None` when it is an ordinary public one.
pub fn reserved(address: IpAddr) -> Option<Reserved> {
    let (blocks, otherwise) = match address {
        IpAddr::V4(_) => (v4::BLOCKS, None),
        IpAddr::V6(address) => (v6::BLOCKS, v6::otherwise(address)),
    };
    let found = blocks.iter().find(|block| block.contains(address));
    found.map(|block| block.reserved).or(otherwise)
}
