//! The guard itself: the same for an address when it is saved, and for every request.

use std::net::IpAddr;

use url::{Host, Url};

use crate::addresses::reserved;
use crate::networks::RefusedNetworks;
use crate::target::{RefusedAddress, Target};
use crate::{names, ports};

/// As long as an address may be, in bytes, as it is given and in its normal form.
const MAX_LENGTH: usize = 2_048;

/// Says which addresses may be dialled.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    pub(crate) allow_loopback: bool,
    pub(crate) refused: RefusedNetworks,
}

impl Guard {
    /// The text of an address, and what it means.
    pub(crate) fn check_url(&self, text: &str) -> Result<Target, RefusedAddress> {
        check_text(text)?;
        let url = Url::parse(text).map_err(|error| RefusedAddress::NotAUrl(error.to_string()))?;
        self.check_parsed(&url)?;
        Ok(Target::new(url))
    }

    /// What an address means. Asked again before each request, because a target may have been made
    /// under other settings, and an address that stands in a URL is not resolved: nothing but this
    /// sees it before it is dialled.
    pub(crate) fn check_parsed(&self, url: &Url) -> Result<(), RefusedAddress> {
        check_length(url.as_str())?;
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
        self.check_host(&host)
    }

    /// The check on the very address that is dialled.
    pub(crate) fn check_address(&self, address: IpAddr) -> Result<(), RefusedAddress> {
        let reserved = match self.refused.refusal(address) {
            None if self.allow_loopback && address.is_loopback() => None,
            refused => refused.or_else(|| reserved(address)),
        };
        match reserved {
            Some(reserved) => Err(RefusedAddress::Address { address, reserved }),
            None => Ok(()),
        }
    }

    fn check_host(&self, host: &Host<&str>) -> Result<(), RefusedAddress> {
        match host {
            Host::Ipv4(address) => self.check_address(IpAddr::V4(*address)),
            Host::Ipv6(address) => self.check_address(IpAddr::V6(*address)),
            Host::Domain(name) => {
                let is_here = self.allow_loopback && names::is_localhost(name);
                if names::is_public(name) || (is_here && names::is_host_name(name)) {
                    return Ok(());
                }
                Err(RefusedAddress::Host((*name).to_owned()))
            }
        }
    }
}

/// What the parser would mend silently, so that what is stored would not be what was given; and
/// what other parsers read differently, so that two programs would not mean the same host.
fn check_text(text: &str) -> Result<(), RefusedAddress> {
    let not_a_url = |reason: &str| Err(RefusedAddress::NotAUrl(reason.to_owned()));
    check_length(text)?;
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return not_a_url("it holds white space");
    }
    // To browsers it is a slash, to others a letter of the user name.
    if text.contains('\\') {
        return not_a_url("it holds a backslash");
    }
    let Some((_, rest)) = text
        .split_once("://")
        .filter(|(scheme, _)| scheme.bytes().all(is_scheme))
    else {
        return not_a_url("it does not begin with https://");
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest.get(..end) {
        None | Some("") => not_a_url("it has no host"),
        // Also an empty user name, of which the parser keeps nothing.
        Some(authority) if authority.contains('@') => Err(RefusedAddress::UserInfo),
        Some(_) => Ok(()),
    }
}

fn check_length(text: &str) -> Result<(), RefusedAddress> {
    if text.len() > MAX_LENGTH {
        let reason = format!("it is longer than {MAX_LENGTH} bytes");
        return Err(RefusedAddress::NotAUrl(reason));
    }
    Ok(())
}

/// RFC 3986, 3.1.
fn is_scheme(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
        Host::Domain(name) => names::is_localhost(name),
    }
}
