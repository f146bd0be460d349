//! What must be true of the guard, told without its code: by IANA's registries as they are
//! published, by the standard library, and by other parsers.
//!
//! The fuzz targets use it too (`fuzz/fuzz_targets`).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use egress::Egress;

/// Whether a partner could receive at `address`.
pub fn is_public(address: IpAddr) -> bool {
    let is_special = SPECIAL.iter().any(|(network, length)| {
        let same = match (network, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                (network.to_bits() ^ address.to_bits()).leading_zeros()
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                (network.to_bits() ^ address.to_bits()).leading_zeros()
            }
            _ => return false,
        };
        same >= *length
    });
    let is_odd = match address {
        IpAddr::V4(address) => is_odd_v4(address),
        IpAddr::V6(address) => is_odd_v6(address),
    };
    !is_special && !is_odd
}

/// Network and prefix length of all that is in IANA's registries.
static SPECIAL: LazyLock<Vec<(IpAddr, u32)>> = LazyLock::new(|| {
    let rows = include_str!("../data/iana-special-purpose.csv").lines();
    let block = |row: &str| {
        let (network, length) = row.split(',').next()?.split_once('/')?;
        Some((network.parse().ok()?, length.parse().ok()?))
    };
    rows.filter(|row| !row.starts_with('#'))
        .map(|row| block(row).expect(row))
        .collect()
});

fn is_odd_v4(address: Ipv4Addr) -> bool {
    address.is_unspecified()
        || address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || address.is_documentation()
        // Azure's metadata, in a range that is otherwise anybody's.
        || address == Ipv4Addr::new(168, 63, 129, 16)
}

fn is_odd_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let is_isatap = matches!(segments, [_, _, _, _, 0 | 0x200, 0x5efe, _, _]);
    address.is_unspecified()
        || address.is_loopback()
        || address.is_multicast()
        || address.is_unique_local()
        || address.is_unicast_link_local()
        || address.to_ipv4().is_some()
        || is_isatap
        // Only an eighth of the space has been handed out.
        || !(0x2000..0x4000).contains(&segments[0])
}

/// Holds `egress` to its word on `text`.
///
/// # Panics
/// When what it accepts could lead inside, or means one thing to it and another to who dials.
pub fn check(egress: &Egress, allow_loopback: bool, text: &str) {
    let Ok(target) = egress.check_url(text) else {
        return;
    };
    let url = target.url();
    let normal = target.to_string();
    assert_eq!(normal, url.as_str(), "{text:?}");
    let again = egress.check_url(&normal);
    assert_eq!(again.as_ref(), Ok(&target), "{text:?} is not stable");
    assert!(normal.is_ascii() && normal.len() <= 2_048, "{text:?}");

    // The connector reads the address anew.
    let uri: hyper::Uri = normal.parse().expect("it can be sent");
    let (scheme, rest) = normal.split_once("://").expect("a scheme");
    let (authority, _) = rest.split_once('/').expect("a path");
    assert_eq!(uri.scheme_str(), Some(scheme), "{text:?}");
    assert_eq!(
        uri.authority().map(|a| a.as_str()),
        Some(authority),
        "{text:?}"
    );
    assert_eq!(uri.host(), url.host_str(), "{text:?}");
    assert_eq!(uri.port_u16(), url.port(), "{text:?}");
    assert!(
        !authority.contains('@') && !normal.contains('#'),
        "{text:?}"
    );
    let port = url.port().unwrap_or(443);
    assert!(
        ![0, 22, 25, 53, 445, 5432, 5672, 6379].contains(&port),
        "{text:?}"
    );

    let host = uri.host().expect("a host");
    let is_local = allow_loopback && is_loopback(host);
    assert!(
        scheme == "https" || (scheme == "http" && is_local),
        "{text:?}"
    );
    assert!(is_local || is_public_host(host), "{text:?} leads to {host}");
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    match host.parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => host.trim_end_matches('.').ends_with("localhost"),
    }
}

fn is_public_host(host: &str) -> bool {
    if let Ok(address) = host.trim_matches(['[', ']']).parse() {
        return is_public(address);
    }
    let name = host.strip_suffix('.').unwrap_or(host);
    let is_inside = [".localhost", ".local", ".internal", ".arpa", ".svc", ".lan"]
        .iter()
        .any(|suffix| name.ends_with(suffix));
    let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b);
    !is_inside
        && name.contains('.')
        && name.bytes().all(is_plain)
        && name.split('.').all(|label| (1..=63).contains(&label.len()))
        && inet_aton(name).is_none()
}

/// What C's resolver takes for an IPv4 address before it asks anybody (`inet_aton`).
fn inet_aton(text: &str) -> Option<u32> {
    let number = |part: &str| match part.strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None if part.starts_with('0') => u32::from_str_radix(part, 8).ok(),
        None => part.parse().ok(),
    };
    let parts: Option<Vec<u32>> = text.split('.').map(number).collect();
    let (last, heads) = parts.as_deref()?.split_last()?;
    let room = 32_usize.checked_sub(8 * heads.len())?;
    let fits = heads.iter().all(|head| *head < 256) && u64::from(*last) < 1_u64 << room;
    fits.then_some(*last)
}
