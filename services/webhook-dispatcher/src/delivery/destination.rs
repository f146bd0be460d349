//! An endpoint, ready to be sent to.

use domain::EndpointId;
use egress::{Egress, RefusedAddress, Target};
use hmac::digest::InvalidLength;

use super::signing::Signer;
use crate::endpoint::{Scheme, UnknownScheme};
use crate::secrets::{KeyRing, SigningSecret, Unreadable};

/// Where parcels go and how they are signed.
pub struct Destination {
    pub endpoint_id: EndpointId,
    way: Result<(Target, Signer), Unusable>,
}

/// What is stored of an endpoint does not allow to send to it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Unusable {
    #[error("the address {0}")]
    Address(#[from] RefusedAddress),
    #[error(transparent)]
    Secret(#[from] Unreadable),
    #[error(transparent)]
    Scheme(#[from] UnknownScheme),
    #[error("the secret is no key: {0}")]
    Key(#[from] InvalidLength),
}

/// An endpoint as it is stored.
pub struct Stored<'a> {
    pub endpoint_id: EndpointId,
    pub url: &'a str,
    pub scheme: &'a str,
    pub secret_key_id: &'a str,
    pub secret_ciphertext: &'a [u8],
}

/// Turns what is stored into what can be used.
#[derive(Clone)]
pub struct Opener {
    pub egress: Egress,
    pub key_ring: KeyRing,
}

impl Opener {
    pub fn open(&self, stored: &Stored<'_>) -> Destination {
        Destination {
            endpoint_id: stored.endpoint_id,
            way: self.way(stored),
        }
    }

    fn way(&self, stored: &Stored<'_>) -> Result<(Target, Signer), Unusable> {
        let target = self.egress.check_url(stored.url)?;
        let secret = SigningSecret::open(
            stored.endpoint_id,
            &self.key_ring,
            stored.secret_key_id,
            stored.secret_ciphertext,
        )?;
        let scheme: Scheme = stored.scheme.parse()?;
        Ok((target, Signer::new(scheme, &secret)?))
    }
}

impl Destination {
    /// Where to, and signed how.
    pub fn way(&self) -> Result<&(Target, Signer), &Unusable> {
        self.way.as_ref()
    }
}
