//! Failed authentications, which each address has so many of.
//!
//! Who guesses keys is told 429 before long, and key-service is not asked about the guesses. Who
//! has a key that is in use pays nothing, and is served whatever others do at the same address.

use std::net::IpAddr;

use public_api::problem::{Exhausted, Problem};

use crate::error::GatewayError;
use crate::gateway::Gateway;
use crate::limits::{AddressBlock, NotTaken, Purse, Subject};

impl Gateway {
    /// Charges the address one failure.
    ///
    /// # Errors
    /// When it has none left.
    pub(crate) async fn charge(&self, address: Option<IpAddr>) -> Result<(), GatewayError> {
        let Some(failure) = self.failure(address) else {
            return Ok(());
        };
        self.limits
            .take(&[failure])
            .await
            .map_err(|not_taken| match not_taken {
                NotTaken::Exhausted { retry_after, .. } => {
                    Problem::rate_limited(Exhausted::Address, retry_after).into()
                }
                NotTaken::Unheard => GatewayError::UnheardLimits,
            })
    }

    /// Gives a failure back that was none.
    pub(crate) fn acquit(&self, address: Option<IpAddr>) {
        if let Some(failure) = self.failure(address) {
            self.limits.give_back(&[failure]);
        }
    }

    fn failure(&self, address: Option<IpAddr>) -> Option<Purse> {
        let block = AddressBlock::from(address?);
        let wanted = (Subject::Address(block), self.default_limits.failures);
        Some(self.limits.purse(wanted))
    }
}
