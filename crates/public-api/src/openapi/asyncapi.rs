//! AsyncAPI 3: what is sent to webhook endpoints, in both signature schemes.

use schemars::JsonSchema;

use super::events::{self, EventDescription};
use super::json::{list, object};
use super::{Build, Json, schemas};
use crate::payloads::delivery::{self, Scheme};
use crate::payloads::{TfEnvelope, catalog};
use crate::routes::Api;

/// The AsyncAPI document.
///
/// # Errors
/// What is missing or doubled in the types, in words.
pub fn document() -> Result<Json, String> {
    let mut build = Build::new(Api::GaFlight);
    let events = events::describe(&mut build)?;
    let messages = |scheme| events.iter().map(|event| message(scheme, event)).collect();
    let (ga, standard): (Json, Json) = (messages(&delivery::GA), messages(&delivery::STANDARD));
    let trueflight = trueflight_message(&mut build);
    let trueflight = object([("delivery", trueflight)]);
    let names = |messages: &Json| -> Vec<String> {
        let members = messages.members().iter();
        members.map(|(name, _)| name.clone()).collect()
    };
    let (ga_names, tf_names) = (names(&ga), names(&trueflight));
    Ok(object([
        ("asyncapi", "3.1.0".into()),
        ("info", info()),
        ("defaultContentType", "application/json".into()),
        (
            "channels",
            object([
                (delivery::GA.name, channel(&delivery::GA, ga)),
                (
                    delivery::TRUEFLIGHT.name,
                    channel(&delivery::TRUEFLIGHT, trueflight),
                ),
                (
                    delivery::STANDARD.name,
                    channel(&delivery::STANDARD, standard),
                ),
            ]),
        ),
        (
            "operations",
            object([
                ("deliver", operation(&delivery::GA, &ga_names)),
                (
                    "deliverTrueFlight",
                    operation(&delivery::TRUEFLIGHT, &tf_names),
                ),
                ("deliverStandard", operation(&delivery::STANDARD, &ga_names)),
            ]),
        ),
        ("components", object([("schemas", build.schemas()?)])),
    ]))
}

fn info() -> Json {
    object([
        ("title", "GA Flight webhooks".into()),
        ("version", env!("CARGO_PKG_VERSION").into()),
        ("description", super::WEBHOOK_GUIDE.into()),
        (
            "license",
            object([
                ("name", "Apache 2.0".into()),
                ("url", "https://www.apache.org/licenses/LICENSE-2.0".into()),
            ]),
        ),
    ])
}

fn channel(scheme: &Scheme, messages: Json) -> Json {
    object([
        ("address", "{endpoint}".into()),
        ("title", format!("{} webhook endpoint", scheme.title).into()),
        ("description", scheme.description.into()),
        ("messages", messages),
        ("parameters", object([("endpoint", endpoint())])),
    ])
}

fn endpoint() -> Json {
    object([(
        "description",
        "The address that was given when the endpoint was created.".into(),
    )])
}

fn operation(scheme: &Scheme, messages: &[String]) -> Json {
    let channel = format!("#/channels/{}", scheme.name);
    let messages = messages
        .iter()
        .map(|name| object([("$ref", format!("{channel}/messages/{name}").into())]));
    let post = object([
        ("method", "POST".into()),
        ("bindingVersion", "0.3.0".into()),
    ]);
    object([
        ("action", "send".into()),
        ("channel", object([("$ref", channel.clone().into())])),
        (
            "title",
            format!("Delivery, signed as {} does", scheme.title).into(),
        ),
        ("description", scheme.description.into()),
        ("bindings", object([("http", post)])),
        ("messages", list(messages)),
    ])
}

fn message(scheme: &Scheme, event: &EventDescription) -> (String, Json) {
    let name = event.event_type.as_str();
    let stability = super::operations::stability(catalog::stability(event.event_type));
    let message = object([
        ("name", name.into()),
        ("title", name.into()),
        ("summary", catalog::summary(event.event_type).into()),
        ("contentType", "application/json".into()),
        ("headers", headers(scheme)),
        ("payload", schemas::by_name(&event.schema)),
        (
            "examples",
            list([object([("payload", event.example.clone())])]),
        ),
        ("x-stability", stability.into()),
    ]);
    (format!("{:?}", event.event_type), message)
}

fn trueflight_message(build: &mut Build) -> Json {
    let payload = reference::<TfEnvelope<'_>>(build);
    object([
        ("name", "delivery".into()),
        ("title", "A TrueFlight delivery".into()),
        (
            "summary",
            "An event in the envelope of TrueFlight. `data` is what the event of this type carries \
             in every scheme."
                .into(),
        ),
        ("contentType", "application/json".into()),
        ("headers", headers(&delivery::TRUEFLIGHT)),
        ("payload", payload),
    ])
}

fn reference<T: JsonSchema>(build: &mut Build) -> Json {
    schemas::reference::<T>(&mut build.generator)
}

fn headers(scheme: &Scheme) -> Json {
    let properties: Json = scheme
        .headers
        .iter()
        .map(|header| {
            let schema = events::delivery_schema(header)
                .with("description", header.description)
                .with("examples", list([header.example]));
            (header.name, schema)
        })
        .collect();
    let required = scheme.headers.iter().filter(|header| header.always);
    object([
        ("type", "object".into()),
        ("properties", properties),
        ("required", list(required.map(|header| header.name))),
    ])
}
