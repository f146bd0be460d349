//! How deliveries are signed: the headers of each scheme.

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
    /// Whether every delivery has it.
    pub always: bool,
}

/// What a header's text looks like.
#[derive(Debug)]
pub enum Form {
    Text,
    /// A format of JSON Schema.
    Format(&'static str),
    Pattern(&'static str),
}

const fn always(
    name: &'static str,
    form: Form,
    example: &'static str,
    description: &'static str,
) -> Header {
    Header {
        name,
        description,
        form,
        example,
        always: true,
    }
}

const fn rotating(
    name: &'static str,
    form: Form,
    example: &'static str,
    description: &'static str,
) -> Header {
    Header {
        always: false,
        ..always(name, form, example, description)
    }
}

const DELIVERY_ID: &str = "0b0f3c1e-5f0a-4a57-9d3b-0c8a1c1f7e55";
const UNIX_SECONDS: &str = "1779969791";
const WHICH: &str = "The delivery's id, the same in every attempt.";
const WHEN_SIGNED: &str = "When this attempt was made, in Unix seconds; the signature covers it.";
const TYPE: &str = "The event type, as in the body. An addition.";
const SEQUENCE: &str =
    "Consecutive for each endpoint, from 1: a gap is a delivery you do not have yet. An addition.";
const ATTEMPT: &str = "The number of this attempt, from 1. An addition.";
const NUMBER: Form = Form::Pattern("^[1-9][0-9]*$");

/// GA Flight: the HMAC covers the raw body alone.
pub static GA: Scheme = Scheme {
    name: "ga",
    title: "GA Flight",
    description: "`X-GA-Webhook-Signature` is `sha256=` and the hexadecimal HMAC-SHA256 of the raw \
                  body, with the endpoint's signing secret as the key. Compare in constant time, \
                  before anything of the body is read. A delivery may come more than once: the id \
                  in `X-GA-Webhook-Delivery` stays the same, so drop those you have seen.",
    headers: &[
        always(
            "X-GA-Webhook-Delivery",
            Form::Format("uuid"),
            DELIVERY_ID,
            WHICH,
        ),
        always(
            "X-GA-Webhook-Timestamp",
            Form::Format("date-time"),
            "2026-05-28T12:03:11Z",
            "When this attempt was made. The signature does not cover it; `occurred_at` in the body is covered.",
        ),
        always(
            "X-GA-Webhook-Signature",
            Form::Pattern("^sha256=[0-9a-f]{64}$"),
            "sha256=2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
            "`sha256=` and the hexadecimal HMAC-SHA256 of the raw body.",
        ),
        always("X-GA-Webhook-Event", Form::Text, "flight.approved", TYPE),
        always("X-GA-Webhook-Sequence", NUMBER, "4711", SEQUENCE),
        always("X-GA-Webhook-Attempt", NUMBER, "1", ATTEMPT),
        rotating(
            "X-GA-Webhook-Signatures",
            Form::Pattern("^sha256=[0-9a-f]{64}, sha256=[0-9a-f]{64}$"),
            "sha256=2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae, \
             sha256=fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9",
            "For 72 hours after the signing secret was replaced: the signatures by both secrets. In \
             `X-GA-Webhook-Signature` they take turns meanwhile, attempt by attempt, the old one \
             first. An addition.",
        ),
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
        always("x-tf-delivery-id", Form::Format("uuid"), DELIVERY_ID, WHICH),
        always("x-tf-timestamp", NUMBER, UNIX_SECONDS, WHEN_SIGNED),
        always(
            "x-tf-signature",
            Form::Pattern("^[0-9a-f]{64}$"),
            "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
            "The hexadecimal HMAC-SHA256 of `timestamp.deliveryId.rawBody`.",
        ),
        always("x-tf-event", Form::Text, "flight.approved", TYPE),
        always("x-tf-sequence", NUMBER, "4711", SEQUENCE),
        always("x-tf-attempt", NUMBER, "1", ATTEMPT),
        rotating(
            "x-tf-signatures",
            Form::Pattern("^[0-9a-f]{64}, [0-9a-f]{64}$"),
            "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae, \
             fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9",
            "For 72 hours after the signing secret was replaced: the signatures by both secrets. In \
             `x-tf-signature` they take turns meanwhile, attempt by attempt, the old one first. An \
             addition.",
        ),
    ],
};

/// Standard Webhooks: the HMAC covers delivery, time and body; the signatures are a list.
pub static STANDARD: Scheme = Scheme {
    name: "standard",
    title: "Standard Webhooks",
    description: "As <https://www.standardwebhooks.com> has it: its libraries verify a delivery as it \
                  is. `webhook-signature` holds `v1,` and the base64 HMAC-SHA256 of \
                  `id.timestamp.body`, with the key that the part of the signing secret behind \
                  `whsec_` stands for; for 72 hours after the secret was replaced it holds two, \
                  separated by a space. The body is GA Flight's.",
    headers: &[
        always("webhook-id", Form::Format("uuid"), DELIVERY_ID, WHICH),
        always("webhook-timestamp", NUMBER, UNIX_SECONDS, WHEN_SIGNED),
        always(
            "webhook-signature",
            Form::Pattern("^v1,[0-9A-Za-z+/]{43}=( v1,[0-9A-Za-z+/]{43}=)?$"),
            "v1,LCa0a2j/xo/5m0U8HTBBNBNCLXBkg7+g+YpeiGJm564=",
            "`v1,` and the base64 HMAC-SHA256 of `id.timestamp.body`.",
        ),
        always("webhook-event", Form::Text, "flight.approved", TYPE),
        always("webhook-sequence", NUMBER, "4711", SEQUENCE),
        always("webhook-attempt", NUMBER, "1", ATTEMPT),
    ],
};
