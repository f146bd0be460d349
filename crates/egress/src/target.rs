//! Where a request may go.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

use crate::addresses::reserved_range;
use crate::ports;

/// As long as an address may be, in bytes.
const MAX_LENGTH: usize = 2_048;

/// Names that mean something inside a network and nothing on the internet (RFC 6761, RFC 6762,
/// RFC 8375, RFC 9476, ICANN's `.internal`, and what routers and Kubernetes hand out).
const INTERNAL_SUFFIXES: &[&str] = &[
    "alt",
    "arpa",
    "corp",
    "home",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "onion",
    "private",
    "svc",
    "test",
];

/// An address that may be dialled as far as its text tells; only [`crate::Egress`] makes one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Target(Url);

impl Target {
    /// The address in its normal form.
    pub fn url(&self) -> &Url {
        &self.0
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_str().fmt(f)
    }
}

/// Why an address is not dialled. The text completes "the address ...".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefusedAddress {
    #[error("is no URL: {0}")]
    NotAUrl(String),
    #[error("must begin with https://")]
    NotHttps,
    #[error("must not hold a user name or password")]
    UserInfo,
    #[error("must not have a fragment (#...)")]
    Fragment,
    #[error("uses port {0}, which belongs to another protocol")]
    Port(u16),
    #[error("is on `{0}`, which is no public host name")]
    Host(String),
    #[error("is on {address}, which is {range}")]
    Address {
        address: IpAddr,
        range: &'static str,
    },
}

impl RefusedAddress {
    /// Machine readable: `not_https`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAUrl(_) => "invalid_url",
            Self::NotHttps => "not_https",
            Self::UserInfo => "user_info",
            Self::Fragment => "fragment",
            Self::Port(_) => "port_not_allowed",
            Self::Host(_) => "host_not_public",
            Self::Address { .. } => "address_not_public",
        }
    }
}

/// Says which addresses may be dialled.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guard {
    pub(crate) allow_loopback: bool,
}

impl Guard {
    pub(crate) fn check_url(self, text: &str) -> Result<Target, RefusedAddress> {
        if text.len() > MAX_LENGTH {
            return Err(RefusedAddress::NotAUrl(format!(
                "longer than {MAX_LENGTH} bytes"
            )));
        }
        // The parser would drop these silently, and what is stored would not be what was given.
        if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(RefusedAddress::NotAUrl("it holds white space".to_owned()));
        }
        let url = Url::parse(text).map_err(|error| RefusedAddress::NotAUrl(error.to_string()))?;
        let host = url
            .host()
            .ok_or_else(|| RefusedAddress::NotAUrl("it has no host".to_owned()))?;
        let plain_is_fine = self.allow_loopback && is_loopback(&host);
        match url.scheme() {
            "https" => {}
            "http" if plain_is_fine => {}
            _ => return Err(RefusedAddress::NotHttps),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(RefusedAddress::UserInfo);
        }
        if url.fragment().is_some() {
            return Err(RefusedAddress::Fragment);
        }
        if let Some(port) = url.port().filter(|port| ports::is_refused(*port)) {
            return Err(RefusedAddress::Port(port));
        }
        self.check_host(&host)?;
        Ok(Target(url))
    }

    /// The check on the very address that is dialled.
    pub(crate) fn check_address(self, address: IpAddr) -> Result<(), RefusedAddress> {
        if self.allow_loopback && address.is_loopback() {
            return Ok(());
        }
        match reserved_range(address) {
            Some(range) => Err(RefusedAddress::Address { address, range }),
            None => Ok(()),
        }
    }

    fn check_host(self, host: &Host<&str>) -> Result<(), RefusedAddress> {
        match host {
            Host::Ipv4(address) => self.check_address(IpAddr::V4(*address)),
            Host::Ipv6(address) => self.check_address(IpAddr::V6(*address)),
            Host::Domain(name) if self.allow_loopback && is_localhost(name) => Ok(()),
            Host::Domain(name) if is_public_name(name) => Ok(()),
            Host::Domain(name) => Err(RefusedAddress::Host((*name).to_owned())),
        }
    }
}

/// `localhost` and everything under it is this machine, whatever a resolver says (RFC 6761, 6.3).
pub(crate) fn is_localhost(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let last = name.rsplit('.').next().unwrap_or(name);
    last.eq_ignore_ascii_case("localhost")
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
        Host::Domain(name) => is_localhost(name),
    }
}

/// Two labels at least, of letters, digits, hyphens and underscores, and no internal suffix. The
/// parser has brought other scripts into their ASCII form (IDNA).
fn is_public_name(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    let Some((_, suffix)) = name.rsplit_once('.') else {
        return false;
    };
    name.len() <= 253
        && name.split('.').all(is_label)
        && !INTERNAL_SUFFIXES.contains(&suffix)
        && !suffix.bytes().all(|b| b.is_ascii_digit())
}
