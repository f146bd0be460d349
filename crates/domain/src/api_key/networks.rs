//! The networks a key may be used from.

use std::collections::BTreeSet;
use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net};

/// Networks of one key, at most.
pub const MOST_NETWORKS: usize = 50;
/// Bits of an IPv6 address before the IPv4 address that it maps (RFC 4291, section 2.5.5.2).
const MAPPED_BITS: u8 = 96;

/// CIDR blocks of IPv4 and IPv6, each once. None at all: any address will do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Networks(BTreeSet<IpNet>);

/// Why a list of networks cannot stand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidNetworks {
    #[error("there may be at most {MOST_NETWORKS} networks")]
    TooMany,
    #[error("`{0}` is no network: write 203.0.113.0/24, 2001:db8::/32 or a single address")]
    Unreadable(String),
    /// More likely a slip than a wish for the whole block.
    #[error("{given} has bits beyond its prefix: write {meant} if that is what is meant")]
    HostBits { given: IpNet, meant: IpNet },
}

impl Networks {
    /// Reads blocks and single addresses.
    pub fn parse<T: AsRef<str>>(texts: &[T]) -> Result<Self, InvalidNetworks> {
        if texts.len() > MOST_NETWORKS {
            return Err(InvalidNetworks::TooMany);
        }
        let networks = texts.iter().map(|text| network(text.as_ref()));
        networks.collect::<Result<_, _>>().map(Self)
    }

    /// Whether `address` is in one of the networks: never where there are none. An IPv4 address that
    /// came in over an IPv6 socket (`::ffff:203.0.113.7`) is the IPv4 address it maps.
    pub fn contain(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Whether any address will do.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// In CIDR notation.
    pub fn terms(&self) -> Vec<String> {
        self.0.iter().map(ToString::to_string).collect()
    }
}

fn network(text: &str) -> Result<IpNet, InvalidNetworks> {
    let text = text.trim();
    let unreadable = || InvalidNetworks::Unreadable(text.chars().take(64).collect());
    let given: IpNet = if text.contains('/') {
        text.parse().map_err(|_| unreadable())?
    } else {
        IpNet::from(text.parse::<IpAddr>().map_err(|_| unreadable())?)
    };
    let meant = given.trunc();
    if given != meant {
        return Err(InvalidNetworks::HostBits { given, meant });
    }
    Ok(unmapped(given).unwrap_or(given))
}

/// The IPv4 network that `network` writes as an IPv6 one.
fn unmapped(network: IpNet) -> Option<IpNet> {
    let IpNet::V6(network) = network else {
        return None;
    };
    let address = network.addr().to_ipv4_mapped()?;
    let bits = network.prefix_len().checked_sub(MAPPED_BITS)?;
    Some(IpNet::V4(Ipv4Net::new(address, bits).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_is_in_any_of_the_networks() {
        let networks =
            Networks::parse(&["203.0.113.0/24", "2001:db8:7::/48", "198.51.100.9"]).unwrap();
        for inside in [
            "203.0.113.0",
            "203.0.113.255",
            "::ffff:203.0.113.7",
            "2001:db8:7:ffff::1",
            "198.51.100.9",
        ] {
            assert!(networks.contain(ip(inside)), "{inside}");
        }
        for outside in [
            "203.0.112.255",
            "203.0.114.0",
            "2001:db8:8::",
            "198.51.100.8",
            "::203.0.113.7",
            "::ffff:198.51.100.8",
        ] {
            assert!(!networks.contain(ip(outside)), "{outside}");
        }
    }

    #[test]
    fn no_network_at_all_contains_nobody_and_a_whole_family_only_its_own() {
        assert!(!Networks::default().contain(ip("192.0.2.1")));
        let everything_4 = Networks::parse(&["0.0.0.0/0"]).unwrap();
        assert!(
            everything_4.contain(ip("::ffff:192.0.2.1"))
                && !everything_4.contain(ip("2001:db8::1"))
        );
        let everything_6 = Networks::parse(&["::/0"]).unwrap();
        assert!(everything_6.contain(ip("2001:db8::1")) && !everything_6.contain(ip("192.0.2.1")));
    }

    #[test]
    fn they_read_back_each_once_and_mapped_ones_as_what_they_map() {
        let networks = Networks::parse(&[
            " 10.0.0.0/8 ",
            "10.0.0.0/8",
            "::ffff:10.0.0.0/104",
            "192.0.2.1",
            "2001:DB8::/32",
        ])
        .unwrap();
        let terms = networks.terms();
        assert_eq!(terms, ["10.0.0.0/8", "192.0.2.1/32", "2001:db8::/32"]);
        assert_eq!(Networks::parse(&terms), Ok(networks));
    }

    #[test]
    fn what_is_no_network_is_told_and_a_slip_is_not_widened() {
        for text in [
            "",
            "10.0.0.0/33",
            "10.0.0/8",
            "10.0.0.0/",
            "/8",
            "10.0.0.0/8/8",
            "example.org",
            "fe80::1%eth0",
            "10.0.0.0/-1",
            "2001:db8::/129",
        ] {
            let refused = Networks::parse(&[text]);
            assert_eq!(refused, Err(InvalidNetworks::Unreadable(text.into())));
        }
        let slip = Networks::parse(&["10.1.2.3/8"]).unwrap_err().to_string();
        assert!(slip.contains("10.0.0.0/8"), "{slip}");
        let many = vec!["10.0.0.0/8"; MOST_NETWORKS + 1];
        assert_eq!(Networks::parse(&many), Err(InvalidNetworks::TooMany));
    }
}
