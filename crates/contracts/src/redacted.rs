//! `Debug` for answers that carry a secret: a log of one shows that there was a secret, not which.

use std::fmt::{Debug, Formatter, Result};

use crate::v1::{CreateEndpointResponse, MintKeyResponse, RotateKeyResponse};

const HIDDEN: &str = "(hidden)";

impl Debug for MintKeyResponse {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.debug_struct("MintKeyResponse")
            .field("key", &self.key)
            .field("token", &HIDDEN)
            .finish()
    }
}

impl Debug for RotateKeyResponse {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.debug_struct("RotateKeyResponse")
            .field("key", &self.key)
            .field("token", &HIDDEN)
            .field("retired", &self.retired)
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
        let rotated = RotateKeyResponse {
            token: "gaf_pk_x".into(),
            ..Default::default()
        };
        let created = CreateEndpointResponse {
            endpoint: None,
            test_event_id: None,
            secret: "whsec_x".into(),
        };
        let printed = format!("{minted:?} {rotated:?} {created:?} {created:#?}");
        assert!(!printed.contains("_x"), "{printed}");
    }
}
