//! What may be said of a webhook endpoint.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// How deliveries are signed.
    SigningScheme, "signing scheme" {
        /// GA Flight: HMAC-SHA256 of the raw body, in hexadecimal.
        GaFlight => "ga",
        /// TrueFlight: HMAC-SHA256 of timestamp, delivery id and raw body, in hexadecimal.
        TrueFlight => "trueflight",
        /// Standard Webhooks: HMAC-SHA256 of delivery id, timestamp and raw body, in base64.
        Standard => "standard",
    }
}

vocabulary! {
    /// Whether anything is sent to an endpoint.
    EndpointStatus, "endpoint status" {
        Enabled => "enabled",
        /// By the school: what happens meanwhile is owed, and sent once it is enabled.
        Paused => "paused",
        /// By the platform, for a reason: what was owed before is kept.
        Disabled => "disabled",
    }
}

vocabulary! {
    /// How long a delivery is tried.
    RetryProfile, "retry profile" {
        /// Minutes.
        Short => "short",
        /// Three days.
        Long => "long",
    }
}
