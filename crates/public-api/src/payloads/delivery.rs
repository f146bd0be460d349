//! How deliveries are signed: the headers of both published schemes.

/// A way to sign.
#[derive(Debug)]
pub struct Scheme {
    /// Its name in the settings of an endpoint.
    pub name: &'static str,
    pub title: &'static str,
    /// How to verify, in words.
    pub description: &'static str,
    pub headers: &'static [Header],
}

/// A header of a delivery.
#[derive(Debug)]
pub struct Header {
    pub name: &'static str,
    pub description: &'static str,
    pub form: Form,
    pub example: &'static str,
    /// Whether it goes beyond the vendor's published headers.
    pub addition: bool,
}

/// What a header's text looks like.
#[derive(Debug)]
pub enum Form {
    Text,
    /// A format of JSON Schema.
    Format(&'static str),
    Pattern(&'static str),
}

/// GA Flight: the HMAC covers the raw body alone.
pub static GA: Scheme = Scheme {
    name: "ga",
    title: "GA Flight",
    description: "`X-GA-Webhook-Signature` is `sha256=` and the hexadecimal HMAC-SHA256 of the raw \
                  body, with the endpoint's signing secret as the key. Compare in constant time, \
                  before anything of the body is read. A delivery may come more than once: the id \
                  in `X-GA-Webhook-Delivery` stays the same, so drop those you have seen.",
    headers: &[
        Header {
            name: "X-GA-Webhook-Delivery",
            description: "The delivery's id, the same in every attempt.",
            form: Form::Format("uuid"),
            example: "0b0f3c1e-5f0a-4a57-9d3b-0c8a1c1f7e55",
            addition: false,
        },
        Header {
            name: "X-GA-Webhook-Timestamp",
            description: "When this attempt was made. The signature does not cover it; `occurred_at` in the body is covered.",
            form: Form::Format("date-time"),
            example: "2026-05-28T12:03:11Z",
            addition: false,
        },
        Header {
            name: "X-GA-Webhook-Signature",
            description: "`sha256=` and the hexadecimal HMAC-SHA256 of the raw body.",
            form: Form::Pattern("^sha256=[0-9a-f]{64}$"),
            example: "sha256=2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
            addition: false,
        },
        Header {
            name: "X-GA-Webhook-Event",
            description: "The event type, as in the body. An addition.",
            form: Form::Text,
            example: "flight.approved",
            addition: true,
        },
        Header {
            name: "X-GA-Webhook-Sequence",
            description: "Consecutive for each endpoint, from 1: a gap is a delivery you do not have yet. An addition.",
            form: Form::Pattern("^[1-9][0-9]*$"),
            example: "4711",
            addition: true,
        },
        Header {
            name: "X-GA-Webhook-Attempt",
            description: "The number of this attempt, from 1. An addition.",
            form: Form::Pattern("^[1-9][0-9]*$"),
            example: "1",
            addition: true,
        },
    ],
};

/// TrueFlight: the HMAC covers time, delivery and body.
pub static TRUEFLIGHT: Scheme = Scheme {
    name: "trueflight",
    title: "TrueFlight",
    description: "`x-tf-signature` is the hexadecimal HMAC-SHA256 of `timestamp.deliveryId.rawBody`: \
                  the texts of `x-tf-timestamp` and `x-tf-delivery-id` and the raw body, joined by \
                  full stops, with the endpoint's signing secret as the key. Compare in constant \
                  time, and refuse timestamps that are too old for you.",
    headers: &[
        Header {
            name: "x-tf-delivery-id",
            description: "The delivery's id, the same in every attempt.",
            form: Form::Format("uuid"),
            example: "0b0f3c1e-5f0a-4a57-9d3b-0c8a1c1f7e55",
            addition: false,
        },
        Header {
            name: "x-tf-timestamp",
            description: "When this attempt was made; the signature covers it.",
            form: Form::Text,
            example: "1779969791",
            addition: false,
        },
        Header {
            name: "x-tf-signature",
            description: "The hexadecimal HMAC-SHA256 of `timestamp.deliveryId.rawBody`.",
            form: Form::Pattern("^[0-9a-f]{64}$"),
            example: "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
            addition: false,
        },
    ],
};
