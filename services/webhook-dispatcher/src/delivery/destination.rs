//! An endpoint, ready to be sent to.

use domain::webhook::{RetryProfile, SigningScheme};
use domain::{EndpointId, UnknownTerm};
use egress::{Egress, RefusedAddress, Target};
use hmac::digest::InvalidLength;
use tokio::time::Instant;

use super::signing::Signer;
use crate::db::destinations::DestinationRow;
use crate::endpoint::CustomHeaders;
use crate::secrets::{KeyRing, SigningSecret, Unreadable};

/// Where parcels go and how.
pub struct Destination {
    pub endpoint_id: EndpointId,
    /// When the reading of it began.
    pub read_at: Instant,
    pub scheme: Result<SigningScheme, UnknownTerm>,
    pub retries: RetryProfile,
    /// Nothing was the matter with it when it was read.
    pub is_well: bool,
    /// What goes there is a probe.
    pub is_failing: bool,
    way: Result<Way, Unusable>,
}

/// All that it takes to send.
pub struct Way {
    pub target: Target,
    pub signer: Signer,
    pub headers: CustomHeaders,
}

/// What is stored of an endpoint does not allow to send to it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Unusable {
    #[error("the address {0}")]
    Address(#[from] RefusedAddress),
    #[error(transparent)]
    Secret(#[from] Unreadable),
    #[error(transparent)]
    Scheme(#[from] UnknownTerm),
    #[error("the secret is no key: {0}")]
    Key(#[from] InvalidLength),
}

/// Turns what is stored into what can be used.
#[derive(Clone)]
pub struct Opener {
    pub egress: Egress,
    pub key_ring: KeyRing,
}

impl Opener {
    /// `stored` was asked for at `read_at`.
    pub fn open(
        &self,
        endpoint_id: EndpointId,
        stored: &DestinationRow,
        read_at: Instant,
    ) -> Destination {
        let scheme = stored.scheme.parse();
        Destination {
            endpoint_id,
            read_at,
            is_well: stored.is_well(),
            is_failing: stored.is_failing(),
            retries: stored.retries.parse().unwrap_or(RetryProfile::Short),
            way: self.way(endpoint_id, scheme.clone(), stored),
            scheme,
        }
    }

    fn way(
        &self,
        endpoint: EndpointId,
        scheme: Result<SigningScheme, UnknownTerm>,
        stored: &DestinationRow,
    ) -> Result<Way, Unusable> {
        let target = self.egress.check_url(&stored.url)?;
        let secret = |key_id: &str, sealed: &[u8]| {
            SigningSecret::open(endpoint, &self.key_ring, key_id, sealed)
        };
        let current = secret(&stored.secret_key_id, &stored.secret_ciphertext)?;
        let mut signer = Signer::new(scheme?, &current)?;
        if let Some((until, key_id, sealed)) = stored.previous_secret() {
            signer = signer.and_until(until, &secret(key_id, sealed)?)?;
        }
        let headers = match stored.headers() {
            Some((key_id, sealed)) => {
                CustomHeaders::open(endpoint, &self.key_ring, key_id, sealed)?
            }
            None => CustomHeaders::default(),
        };
        Ok(Way {
            target,
            signer,
            headers,
        })
    }
}

impl Destination {
    /// Where to, and signed how.
    pub fn way(&self) -> Result<&Way, &Unusable> {
        self.way.as_ref()
    }
}
