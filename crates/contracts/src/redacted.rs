//! `Debug` for answers that carry a secret: a log of one shows that there was a secret, not which.

use std::fmt::{Debug, Formatter, Result};

use crate::v1::{CreateEndpointResponse, MintKeyResponse};

const HIDDEN: &str = "(hidden)";

impl Debug for MintKeyResponse {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.debug_struct("MintKeyResponse")
            .field("key", &self.key)
            .field("token", &HIDDEN)
            .finish()
    }
}

impl Debug for CreateEndpointResponse {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.debug_struct("CreateEndpointResponse")
            .field("endpoint", &self.endpoint)
            .field("secret", &HIDDEN)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_print() {
        let minted = MintKeyResponse {
            key: None,
            token: "gaf_pk_x".into(),
        };
        let created = CreateEndpointResponse {
            endpoint: None,
            secret: "whsec_x".into(),
        };
        let printed = format!("{minted:?} {created:?} {created:#?}");
        assert!(!printed.contains("_x"), "{printed}");
    }
}
