//! Networks that an installation refuses besides what nobody may dial.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::{IpNet, Ipv4Net};
use serde::Deserialize;

use crate::addresses::Reserved;

/// Bits of an IPv6 address before the IPv4 address that it maps (RFC 4291, section 2.5.5.2).
const MAPPED_BITS: u8 = 96;

/// Networks in CIDR notation or single addresses, with commas between them; none by default.
///
/// For what no table can tell: public addresses behind which our own services stand, and the
/// prefix of a translator of the network's own (RFC 6052, 3.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct RefusedNetworks(Arc<[IpNet]>);

/// Why a list of networks cannot stand.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidNetwork {
    #[error("`{0}` is no network: write 198.51.100.0/24, 2001:db8::/32 or a single address")]
    Unreadable(String),
    /// More likely a slip than a wish for the whole block.
    #[error("{given} has bits beyond its prefix: write {meant} if that is what is meant")]
    HostBits { given: IpNet, meant: IpNet },
}

impl RefusedNetworks {
    /// Why `address` is refused, if it is in one of them.
    pub(crate) fn refusal(&self, address: IpAddr) -> Option<Reserved> {
        let refused = self.0.iter().any(|network| network.contains(&address));
        refused.then_some(Reserved {
            range: "in a network that nothing is sent to",
            source: "refused_networks",
        })
    }
}

impl TryFrom<String> for RefusedNetworks {
    type Error = InvalidNetwork;

    fn try_from(given: String) -> Result<Self, Self::Error> {
        let parts = given.split(',').map(str::trim);
        let networks = parts.filter(|part| !part.is_empty()).map(network);
        networks.collect::<Result<_, _>>().map(Self)
    }
}

fn network(text: &str) -> Result<IpNet, InvalidNetwork> {
    let unreadable = || InvalidNetwork::Unreadable(text.chars().take(64).collect());
    let given: IpNet = if text.contains('/') {
        text.parse().map_err(|_| unreadable())?
    } else {
        IpNet::from(text.parse::<IpAddr>().map_err(|_| unreadable())?)
    };
    let meant = given.trunc();
    if given != meant {
        return Err(InvalidNetwork::HostBits { given, meant });
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

    fn read(text: &str) -> Result<RefusedNetworks, InvalidNetwork> {
        RefusedNetworks::try_from(text.to_owned())
    }

    #[test]
    fn they_are_a_list_with_commas_and_refuse_to_their_edges() {
        let networks = read(" 8.8.8.0/24,2606:4700::/32 , 9.9.9.9,").unwrap();
        let refused = |text: &str| networks.refusal(text.parse().unwrap()).is_some();
        for inside in ["8.8.8.0", "8.8.8.255", "2606:4700:ffff::1", "9.9.9.9"] {
            assert!(refused(inside), "{inside}");
        }
        for outside in ["8.8.7.255", "8.8.9.0", "2606:4701::", "9.9.9.8"] {
            assert!(!refused(outside), "{outside}");
        }
        assert_eq!(read(""), Ok(RefusedNetworks::default()));
    }

    #[test]
    fn a_mapped_network_is_what_it_maps() {
        let mapped = ["::ffff:8.8.8.0/120", "::ffff:9.9.9.9", "::ffff:0:0/96"].map(read);
        let plain = ["8.8.8.0/24", "9.9.9.9", "0.0.0.0/0"].map(read);
        assert_eq!(mapped, plain);
    }

    #[test]
    fn what_is_no_network_is_told_and_a_slip_is_not_widened() {
        for wrong in ["8.8.8.0/33", "8.8.8", "example.com", "8.8.8.8 9.9.9.9"] {
            let error = read(wrong).unwrap_err().to_string();
            assert!(error.contains(wrong), "{error}");
        }
        let slip = read("8.8.8.8/24").unwrap_err().to_string();
        assert!(slip.contains("write 8.8.8.0/24"), "{slip}");
    }
}
