//! Signing keys, as flight-ops rotates them.

use contracts::convert::timestamp;
use contracts::v1::{RotateSigningKeyResponse, SigningKey, Target};

use super::flight_ops::State;

/// The n-th key's public half is n, 32 times.
pub fn rotate(state: &mut State, target: Target) -> RotateSigningKeyResponse {
    let now = Some(timestamp("2026-05-28T12:03:11Z".parse().unwrap()));
    if let Some(signs) = state.signing_keys.first_mut() {
        signs.retired_at = now;
    }
    let number = u8::try_from(state.signing_keys.len() + 1).unwrap();
    let key = SigningKey {
        id: target.id,
        organization_id: target.organization_id,
        algorithm: "Ed25519".into(),
        public_key: vec![number; 32].into(),
        created_at: now,
        retired_at: None,
    };
    state.signing_keys.insert(0, key.clone());
    RotateSigningKeyResponse {
        key: Some(key),
        applied: true,
    }
}
