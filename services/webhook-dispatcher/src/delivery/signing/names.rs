//! The headers of each scheme.

use domain::webhook::SigningScheme;
use egress::HeaderName;

/// Delivery, timestamp and signature are as published; the others are additions.
pub(super) struct Names {
    pub(super) delivery: HeaderName,
    pub(super) timestamp: HeaderName,
    pub(super) signature: HeaderName,
    /// Where both signatures stand while a secret is replaced; none where `signature` is a list.
    pub(super) signatures: Option<HeaderName>,
    pub(super) event: HeaderName,
    pub(super) sequence: HeaderName,
    pub(super) attempt: HeaderName,
}

impl Names {
    pub(super) fn of(scheme: SigningScheme) -> Self {
        let name = HeaderName::from_static;
        match scheme {
            SigningScheme::GaFlight => Self {
                delivery: name("x-ga-webhook-delivery"),
                timestamp: name("x-ga-webhook-timestamp"),
                signature: name("x-ga-webhook-signature"),
                signatures: Some(name("x-ga-webhook-signatures")),
                event: name("x-ga-webhook-event"),
                sequence: name("x-ga-webhook-sequence"),
                attempt: name("x-ga-webhook-attempt"),
            },
            SigningScheme::TrueFlight => Self {
                delivery: name("x-tf-delivery-id"),
                timestamp: name("x-tf-timestamp"),
                signature: name("x-tf-signature"),
                signatures: Some(name("x-tf-signatures")),
                event: name("x-tf-event"),
                sequence: name("x-tf-sequence"),
                attempt: name("x-tf-attempt"),
            },
            SigningScheme::Standard => Self {
                delivery: name("webhook-id"),
                timestamp: name("webhook-timestamp"),
                signature: name("webhook-signature"),
                signatures: None,
                event: name("webhook-event"),
                sequence: name("webhook-sequence"),
                attempt: name("webhook-attempt"),
            },
        }
    }
}
