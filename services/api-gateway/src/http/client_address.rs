//! Who asks: the address that a key's networks, limits and last use go by.
//!
//! Whoever connects can write anything into `X-Forwarded-For`, so it is read only where a proxy of
//! ours connects, and from the right: each proxy adds the address that connected to it behind what
//! was there. What stands left of the first stranger is his own invention.

#[cfg(test)]
mod tests;

use std::net::{IpAddr, SocketAddr};

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderName, HeaderValue};
use domain::api_key::Networks;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address a request comes from: of whoever connects, or, behind proxies of the networks
/// `trusted`, the first before them that is none of these. An IPv4 address stands as such, also
/// where it came in over IPv6. None: nobody connects, as in a test without a socket.
pub(crate) fn of(request: &HttpRequest, trusted: &Networks) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip().to_canonical();
    let lines = request.headers().get_all(&FORWARDED_FOR);
    Some(behind(peer, lines.map(HeaderValue::as_bytes), trusted))
}

/// Goes back from `peer` by the lines of `X-Forwarded-For`, in their order, as far as it is trusted
/// proxies that tell. What is no address ends the way at the proxy that tells it: the client has
/// made it up, or the proxy does not say.
fn behind<'h>(
    peer: IpAddr,
    lines: impl DoubleEndedIterator<Item = &'h [u8]>,
    trusted: &Networks,
) -> IpAddr {
    let mut nearest = peer;
    let entries = lines
        .rev()
        .flat_map(|line| line.rsplit(|byte| *byte == b','));
    // An empty entry is none (RFC 9110, section 5.6.1).
    let mut entries = entries
        .map(<[u8]>::trim_ascii)
        .filter(|entry| !entry.is_empty());
    while trusted.contain(nearest) {
        match entries.next().map(address) {
            Some(Some(before)) => nearest = before,
            Some(None) | None => break,
        }
    }
    nearest
}

/// `203.0.113.7`, `2001:db8::7`, and both with a port: `203.0.113.7:5678`, `[2001:db8::7]:443`.
fn address(entry: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(entry).ok()?;
    let bracketed = || {
        text.strip_prefix('[')?
            .strip_suffix(']')?
            .parse()
            .ok()
            .map(IpAddr::V6)
    };
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    let plain = text.parse::<IpAddr>().ok();
    // A zone is of the proxy's own network and names nobody outside it.
    let zoned = text.contains('%');
    let address = plain.or_else(with_port).or_else(bracketed);
    address
        .filter(|_| !zoned)
        .map(|address| address.to_canonical())
}
