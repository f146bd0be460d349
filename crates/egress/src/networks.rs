//! Networks that an installation refuses besides what nobody may dial.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;
use serde::Deserialize;

use crate::addresses::Reserved;

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
    if given == meant {
        Ok(given)
    } else {
        Err(InvalidNetwork::HostBits { given, meant })
    }
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
    fn what_is_no_network_is_told_and_a_slip_is_not_widened() {
        for wrong in ["8.8.8.0/33", "8.8.8", "example.com", "8.8.8.8 9.9.9.9"] {
            let error = read(wrong).unwrap_err().to_string();
            assert!(error.contains(wrong), "{error}");
        }
        let slip = read("8.8.8.8/24").unwrap_err().to_string();
        assert!(slip.contains("write 8.8.8.0/24"), "{slip}");
    }
}
