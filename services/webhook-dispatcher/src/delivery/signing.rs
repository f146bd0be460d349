//! What a partner needs to know a delivery for ours.

use chrono::{DateTime, SecondsFormat, Utc};
use egress::{HeaderMap, HeaderName, HeaderValue};
use hmac::digest::InvalidLength;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::stages::Parcel;
use crate::endpoint::Scheme;
use crate::secrets::SigningSecret;

/// Signs what goes to one endpoint.
pub enum Signer {
    /// Keyed, ready to be cloned for each body.
    Ga(Hmac<Sha256>),
}

const CONTENT_TYPE: HeaderName = HeaderName::from_static("content-type");
const DELIVERY: HeaderName = HeaderName::from_static("x-ga-webhook-delivery");
const TIMESTAMP: HeaderName = HeaderName::from_static("x-ga-webhook-timestamp");
const SIGNATURE: HeaderName = HeaderName::from_static("x-ga-webhook-signature");
const EVENT: HeaderName = HeaderName::from_static("x-ga-webhook-event");
const SEQUENCE: HeaderName = HeaderName::from_static("x-ga-webhook-sequence");
const ATTEMPT: HeaderName = HeaderName::from_static("x-ga-webhook-attempt");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

impl Signer {
    /// # Errors
    /// None in practice: a key of HMAC may have any length (RFC 2104).
    pub fn new(scheme: Scheme, secret: &SigningSecret) -> Result<Self, InvalidLength> {
        match scheme {
            Scheme::Ga => Ok(Self::Ga(Hmac::new_from_slice(secret.reveal().as_bytes())?)),
        }
    }

    /// The headers of an attempt. Of these `X-GA-Webhook-Delivery`, `-Timestamp`, `-Signature` and
    /// `Content-Type` are the vendor's; the others are additions.
    pub fn headers(
        &self,
        parcel: &Parcel,
        number: i32,
        now: DateTime<Utc>,
        traceparent: Option<&str>,
    ) -> HeaderMap {
        let Self::Ga(keyed) = self;
        let signature = keyed
            .clone()
            .chain_update(&parcel.body)
            .finalize()
            .into_bytes();
        let mut headers = HeaderMap::with_capacity(8);
        let mut put = |name, value: &str| {
            // Nothing here has a control character; what had one would be left out.
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        put(CONTENT_TYPE, "application/json");
        put(DELIVERY, &parcel.id.to_string());
        put(TIMESTAMP, &now.to_rfc3339_opts(SecondsFormat::Secs, true));
        put(SIGNATURE, &format!("sha256={}", hex::encode(signature)));
        put(EVENT, &parcel.event_type);
        put(SEQUENCE, &parcel.sequence.to_string());
        put(ATTEMPT, &number.to_string());
        if let Some(traceparent) = traceparent {
            put(TRACEPARENT, traceparent);
        }
        headers
    }
}
