//! What a partner needs to know a delivery for ours.

mod names;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat, Utc};
use domain::webhook::SigningScheme;
use egress::{HeaderMap, HeaderName, HeaderValue};
use hmac::digest::InvalidLength;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use self::names::Names;
use super::stages::Parcel;
use crate::secrets::SigningSecret;

/// Signs what goes to one endpoint.
///
/// While a secret is being replaced, both sign. The published schemes have one signature in one
/// header, so there the attempts take turns: the first, third and fifth bear the signature by the
/// old secret, the others that by the new one. A receiver that knows either is thus served by the
/// second attempt at the latest, and one that reads the added list of both by the first.
pub struct Signer {
    scheme: SigningScheme,
    current: Keyed,
    previous: Option<Previous>,
}

/// Ready to be cloned for each body.
type Keyed = Hmac<Sha256>;

struct Previous {
    keyed: Keyed,
    until: DateTime<Utc>,
}

const CONTENT_TYPE: HeaderName = HeaderName::from_static("content-type");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// An attempt, as its headers tell of it.
struct Letter<'a> {
    delivery: String,
    timestamp: String,
    body: &'a [u8],
}

impl Signer {
    /// # Errors
    /// None in practice: a key of HMAC may have any length (RFC 2104).
    pub fn new(scheme: SigningScheme, secret: &SigningSecret) -> Result<Self, InvalidLength> {
        Ok(Self {
            scheme,
            current: keyed(scheme, secret)?,
            previous: None,
        })
    }

    /// The same, and until then by `previous` as well.
    ///
    /// # Errors
    /// As above.
    pub fn and_until(
        mut self,
        until: DateTime<Utc>,
        previous: &SigningSecret,
    ) -> Result<Self, InvalidLength> {
        let keyed = keyed(self.scheme, previous)?;
        self.previous = Some(Previous { keyed, until });
        Ok(self)
    }

    /// Whether a receiver that knows one of two secrets must refuse some attempts.
    pub fn takes_turns(&self, now: DateTime<Utc>) -> bool {
        let both_sign = self.previous.as_ref().is_some_and(|own| now < own.until);
        both_sign && self.scheme != SigningScheme::Standard
    }

    /// The headers of an attempt: the scheme's own, and additions.
    pub fn headers(
        &self,
        parcel: &Parcel,
        number: i32,
        now: DateTime<Utc>,
        traceparent: Option<&str>,
    ) -> HeaderMap {
        let names = Names::of(self.scheme);
        let letter = Letter {
            delivery: parcel.id.to_string(),
            timestamp: match self.scheme {
                SigningScheme::GaFlight => now.to_rfc3339_opts(SecondsFormat::Secs, true),
                SigningScheme::TrueFlight | SigningScheme::Standard => now.timestamp().to_string(),
            },
            body: &parcel.body,
        };
        let signatures = self.signatures(&letter, number, now);
        let mut headers = HeaderMap::with_capacity(10);
        let mut put = |name, value: &str| {
            // Nothing here has a control character; what had one would be left out.
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        put(CONTENT_TYPE, "application/json");
        put(names.delivery, &letter.delivery);
        put(names.timestamp, &letter.timestamp);
        match (&names.signatures, signatures.as_slice()) {
            (Some(list), [first, _, ..]) => {
                put(names.signature, first);
                put(list.clone(), &signatures.join(", "));
            }
            _ => put(names.signature, &signatures.join(" ")),
        }
        put(names.event, &parcel.event_type);
        put(names.sequence, &parcel.sequence.to_string());
        put(names.attempt, &number.to_string());
        if let Some(traceparent) = traceparent {
            put(TRACEPARENT, traceparent);
        }
        headers
    }

    /// One, or while both secrets sign two, the one whose turn it is first.
    fn signatures(&self, letter: &Letter<'_>, number: i32, now: DateTime<Utc>) -> Vec<String> {
        let mut signatures = vec![self.sign(&self.current, letter)];
        if let Some(previous) = self.previous.as_ref().filter(|own| now < own.until) {
            signatures.push(self.sign(&previous.keyed, letter));
            if number % 2 == 1 {
                signatures.reverse();
            }
        }
        signatures
    }

    fn sign(&self, keyed: &Keyed, letter: &Letter<'_>) -> String {
        let dotted = |first: &str, second: &str| {
            let parts = [first, ".", second, "."];
            parts.iter().fold(keyed.clone(), Mac::chain_update)
        };
        let keyed = match self.scheme {
            SigningScheme::GaFlight => keyed.clone(),
            SigningScheme::TrueFlight => dotted(&letter.timestamp, &letter.delivery),
            SigningScheme::Standard => dotted(&letter.delivery, &letter.timestamp),
        };
        let signature = keyed.chain_update(letter.body).finalize().into_bytes();
        match self.scheme {
            SigningScheme::GaFlight => format!("sha256={}", hex::encode(signature)),
            SigningScheme::TrueFlight => hex::encode(signature),
            SigningScheme::Standard => format!("v1,{}", STANDARD.encode(signature)),
        }
    }
}

fn keyed(scheme: SigningScheme, secret: &SigningSecret) -> Result<Keyed, InvalidLength> {
    Hmac::new_from_slice(&secret.key(scheme))
}
