// What each target does with an input. The tests of `egress` replay the corpus by it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use egress::{Egress, reserved};

use crate::{oracle, spelling};

/// An address as it is given: any text.
pub fn url(strict: &Egress, development: &Egress, input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    oracle::check(strict, false, &text);
    oracle::check(development, true, &text);
}

/// An address as bits: 4 or 16 bytes, the rest is not looked at.
pub fn address(strict: &Egress, development: &Egress, input: &[u8]) {
    let address: IpAddr = match (input.first_chunk::<16>(), input.first_chunk::<4>()) {
        (Some(octets), _) => Ipv6Addr::from(*octets).into(),
        (None, Some(octets)) => Ipv4Addr::from(*octets).into(),
        (None, None) => return,
    };
    let is_public = oracle::is_public(address);
    assert_eq!(reserved(address).is_none(), is_public, "{address}");
    for host in spelling::spellings(address) {
        let url = format!("https://{host}/");
        assert_eq!(strict.check_url(&url).is_ok(), is_public, "{url}");
        let is_open = is_public || address.is_loopback();
        assert_eq!(development.check_url(&url).is_ok(), is_open, "{url}");
        oracle::check(strict, false, &url);
        oracle::check(development, true, &url);
    }
    if let IpAddr::V4(address) = address {
        for embedded in spelling::embeddings(address) {
            assert!(reserved(embedded.into()).is_some(), "{embedded}");
        }
    }
}
