use ed25519_dalek::{Signer, SigningKey as PrivateKey};
use serde_json::json;
use uuid::Uuid;

use super::*;

fn key(id: u128, private: &PrivateKey) -> SigningKey {
    SigningKey {
        id: SigningKeyId(Uuid::from_u128(id)),
        organization_id: OrgId(Uuid::from_u128(1)),
        algorithm: SignatureAlgorithm::Ed25519,
        public_key: PublicKey(private.verifying_key().to_bytes()),
        created_at: DateTime::UNIX_EPOCH,
        retired_at: None,
    }
}

/// RFC 8032, 7.1, test 3 signs two bytes; here it is what the library is tried against.
#[test]
fn a_signature_of_rfc_8032_verifies() {
    let secret = "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7";
    let public = "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025";
    let expected = "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac\
                    18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a";
    let mut seed = [0; 32];
    hex::decode_to_slice(secret, &mut seed).unwrap();
    let private = PrivateKey::from_bytes(&seed);
    assert_eq!(
        PublicKey(private.verifying_key().to_bytes()).to_string(),
        public
    );
    assert_eq!(
        SignatureBytes(private.sign(&[0xaf, 0x82]).to_bytes()).to_string(),
        expected
    );
}

#[test]
fn a_signature_holds_for_its_payload_and_its_key_only() {
    let private = PrivateKey::from_bytes(&[7; 32]);
    let payload = Payload::of(&json!({"b": 1, "a": "x"})).unwrap();
    assert_eq!(payload.bytes, br#"{"a":"x","b":1}"#);
    let signature = Signature {
        algorithm: SignatureAlgorithm::Ed25519,
        key_id: SigningKeyId(Uuid::from_u128(9)),
        payload_sha256: payload.sha256,
        value: SignatureBytes(private.sign(&payload.sha256.0).to_bytes()),
    };
    let keys = [key(8, &PrivateKey::from_bytes(&[8; 32])), key(9, &private)];
    assert!(signature.is_of(&payload.sha256, &keys));

    let other = Payload::of(&json!({"b": 2, "a": "x"})).unwrap();
    assert!(!signature.is_of(&other.sha256, &keys));
    assert!(!signature.is_of(&payload.sha256, &keys[..1]));
    let swapped = [key(9, &PrivateKey::from_bytes(&[8; 32]))];
    assert!(!signature.is_of(&payload.sha256, &swapped));
    for bit in 0..64 * 8 {
        let mut changed = signature;
        changed.value.0[bit / 8] ^= 1 << (bit % 8);
        assert!(!changed.is_of(&payload.sha256, &keys), "bit {bit}");
    }
}

#[test]
fn bytes_are_hexadecimal_in_json() {
    let digest = Sha256Digest::of(b"");
    let text = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(serde_json::to_value(digest).unwrap(), json!(text));
    assert_eq!(text.parse::<Sha256Digest>().unwrap(), digest);
    assert!("e3b0".parse::<Sha256Digest>().is_err());
    assert!(serde_json::from_value::<PublicKey>(json!("x".repeat(64))).is_err());
}
