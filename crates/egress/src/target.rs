//! Where a request may go.

use std::fmt;
use std::net::IpAddr;

use url::Url;

use crate::addresses::Reserved;

/// An address that may be dialled as far as its text tells; only [`crate::Egress`] makes one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Target(Url);

impl Target {
    /// Of an address that the guard has let pass.
    pub(crate) fn new(url: Url) -> Self {
        Self(url)
    }

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
    #[error("is on {address}, which is {reserved}")]
    Address { address: IpAddr, reserved: Reserved },
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
