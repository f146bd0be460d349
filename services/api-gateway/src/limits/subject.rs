//! Whom a limit is about.

use std::net::{IpAddr, Ipv6Addr};

use domain::{ApiKeyId, OrgId};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Subject {
    Key(ApiKeyId),
    Organization(OrgId),
    Address(AddressBlock),
}

/// The addresses of one subscriber: an IPv4 address, or the /64 that an IPv6 host may choose its
/// addresses from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct AddressBlock(u128);

impl AddressBlock {
    /// As a number: the first address of the block, that of IPv4 as `::ffff:a.b.c.d`.
    pub(super) const fn first(self) -> u128 {
        self.0
    }

    pub(super) fn of_first(first: u128) -> Self {
        IpAddr::V6(Ipv6Addr::from_bits(first)).into()
    }
}

impl From<IpAddr> for AddressBlock {
    fn from(address: IpAddr) -> Self {
        const HOST: u128 = u128::MAX >> 64;
        match address.to_canonical() {
            IpAddr::V4(address) => Self(address.to_ipv6_mapped().to_bits()),
            IpAddr::V6(address) => Self(address.to_bits() & !HOST),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(address: &str) -> AddressBlock {
        address.parse::<IpAddr>().unwrap().into()
    }

    #[test]
    fn an_ipv4_host_stands_alone_and_an_ipv6_host_with_its_network() {
        assert_ne!(block("203.0.113.1"), block("203.0.113.2"));
        assert_eq!(block("203.0.113.1"), block("::ffff:203.0.113.1"));
        assert_eq!(block("2001:db8:1:2::1"), block("2001:db8:1:2:ffff::9"));
        assert_ne!(block("2001:db8:1:2::1"), block("2001:db8:1:3::1"));
    }

    #[test]
    fn a_block_is_known_by_its_first_address() {
        for address in ["203.0.113.1", "2001:db8:1:2::1"] {
            let block = block(address);
            assert_eq!(AddressBlock::of_first(block.first()), block);
        }
    }
}
