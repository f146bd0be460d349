//! A delivery as a partner reads it.

use std::collections::BTreeSet;

use chrono::DateTime;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use system_tests::School;
use test_support::Received;
use uuid::Uuid;

/// A delivery whose signature and envelope are in order.
#[derive(Debug, Clone)]
pub struct Delivered {
    pub delivery: Uuid,
    pub raw: Vec<u8>,
    pub body: Value,
}

impl Delivered {
    /// Checks what the vendor's page promises of every delivery.
    pub fn read(received: &Received, school: &School) -> Self {
        let header = |name: &str| received.header(name).unwrap_or_else(|| panic!("no {name}"));
        let expected = signature(&received.body, &school.endpoint.secret);
        assert_eq!(header("X-GA-Webhook-Signature"), expected);
        assert_eq!(received.method, "POST");
        assert_eq!(header("Content-Type"), "application/json");
        DateTime::parse_from_rfc3339(header("X-GA-Webhook-Timestamp")).expect("an instant");
        let body: Value = serde_json::from_slice(&received.body).expect("JSON");
        let envelope = [
            "api_version",
            "data",
            "id",
            "occurred_at",
            "organization_id",
            "type",
        ];
        assert_eq!(keys(&body), BTreeSet::from(envelope));
        assert!(body["id"].as_str().is_some_and(|id| id.starts_with("evt_")));
        assert_eq!(body["api_version"], "v1");
        assert_eq!(body["organization_id"], school.organization_id);
        assert_eq!(body["type"], header("X-GA-Webhook-Event"));
        let occurred_at = body["occurred_at"].as_str().expect("an instant");
        DateTime::parse_from_rfc3339(occurred_at).expect("an instant");
        Self {
            delivery: header("X-GA-Webhook-Delivery").parse().expect("a UUID"),
            raw: received.body.to_vec(),
            body,
        }
    }

    pub fn event_type(&self) -> &str {
        self.body["type"].as_str().expect("a type")
    }

    pub fn event_id(&self) -> &str {
        self.body["id"].as_str().expect("an id")
    }

    pub fn data(&self) -> &Value {
        &self.body["data"]
    }
}

/// As the vendor's example makes it: `"sha256=" + hex(hmac(secret, rawBody))`.
fn signature(raw: &[u8], secret: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any key will do");
    mac.update(raw);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

pub fn keys(value: &Value) -> BTreeSet<&str> {
    let object = value.as_object().expect("an object");
    object.keys().map(String::as_str).collect()
}
