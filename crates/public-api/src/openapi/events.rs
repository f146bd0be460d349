//! `webhooks`: the event catalog, with what is delivered and how it is signed.

use domain::event::{CatalogEvent, EventType};

use serde_json::json;

use super::json::{list, object};
use super::schemas::{self, by_name};
use super::{Build, Json, info, operations};
use crate::payloads::{self, EventPayload, GaEnvelope, catalog, delivery, samples};

/// One event type, as every description tells of it.
pub struct EventDescription {
    pub event_type: EventType,
    /// The name of the schema of the delivered body.
    pub(super) schema: String,
    pub(super) example: Json,
}

/// Every event type with its schemas in `build`: the data by itself, and the delivered body.
///
/// # Errors
/// The event type that has no payload or no sample.
pub(super) fn describe(build: &mut Build) -> Result<Vec<EventDescription>, String> {
    let samples = samples::events();
    let of_type = |event_type| {
        let mut samples = samples.iter();
        samples.find(|event| event.data.event_type() == event_type)
    };
    let payload = build.generator.subschema_for::<EventPayload<'_>>();
    let variants = schemas::resolve(&build.generator, &payload);
    let envelope = build.generator.subschema_for::<GaEnvelope<'_>>();
    let envelope = schemas::resolve(&build.generator, &envelope);
    // Nobody refers to it: each event type has an envelope of its own.
    build.generator.definitions_mut().remove("GaEnvelope");
    let mut events = Vec::new();
    let mut all = Vec::new();
    for event_type in EventType::ALL {
        // The variants of the payload and of the event types have the same names.
        let name = format!("{event_type:?}");
        let variant = variants.get("anyOf").map(Json::items).unwrap_or_default();
        let variant = variant
            .iter()
            .find(|v| v.get("title").and_then(Json::text) == Some(&name));
        let missing = |what| format!("{event_type}: there is no {what} called {name}");
        let data = variant.cloned().ok_or_else(|| missing("payload"))?;
        let sample = of_type(*event_type).ok_or_else(|| missing("sample"))?;
        build.make(
            format!("{name}Data"),
            schemas::rename(data.without("title")),
        );
        all.push(json!({ "$ref": format!("#/components/schemas/{name}Data") }));
        let schema = format!("{name}Event");
        build.make(
            &schema,
            delivered(&envelope, *event_type, &format!("{name}Data")),
        );
        events.push(EventDescription {
            event_type: *event_type,
            schema,
            example: body(sample),
        });
    }
    // The event log refers to the same data.
    let log = json!({ "description": "What the event carries, as it is delivered.", "anyOf": all });
    let definitions = build.generator.definitions_mut();
    definitions.insert("EventPayload".to_owned(), log);
    Ok(events)
}

/// The envelope of one event type.
fn delivered(envelope: &Json, event_type: EventType, data: &str) -> Json {
    let specific = |name: &str, value: Json| match name {
        "type" => object([
            ("type", "string".into()),
            ("const", event_type.as_str().into()),
        ]),
        "data" => by_name(data),
        _ => value,
    };
    let properties: Json = envelope
        .get("properties")
        .map(Json::members)
        .unwrap_or_default()
        .iter()
        .map(|(name, value)| (name.clone(), specific(name, schemas::rename(value.clone()))))
        .collect();
    object([
        ("type", "object".into()),
        ("description", catalog::summary(event_type).into()),
        ("properties", properties),
        (
            "required",
            envelope.get("required").cloned().unwrap_or(Json::Null),
        ),
    ])
}

fn body(event: &CatalogEvent) -> Json {
    let bytes = payloads::ga_body(event).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or(Json::Null)
}

/// The deliveries, as OpenAPI 3.1 has them.
pub(super) fn webhooks(build: &mut Build) -> Result<Json, String> {
    let events = describe(build)?;
    Ok(events
        .iter()
        .map(|event| (event.event_type.as_str(), webhook(event)))
        .collect())
}

fn webhook(event: &EventDescription) -> Json {
    let content = object([
        ("schema", by_name(&event.schema)),
        ("example", event.example.clone()),
    ]);
    let request = object([
        ("required", true.into()),
        ("content", object([("application/json", content)])),
    ]);
    let id = format!("on{:?}", event.event_type);
    let stability = operations::stability(catalog::stability(event.event_type));
    let operation = object([
        ("operationId", id.into()),
        ("tags", list([info::WEBHOOKS])),
        ("summary", catalog::summary(event.event_type).into()),
        ("description", delivery::GA.description.into()),
        ("parameters", list(delivery::GA.headers.iter().map(header))),
        ("requestBody", request),
        ("responses", answers()),
        // The receiver knows us by the signature; it asks for no key of ours.
        ("security", Json::List(Vec::new())),
        ("x-stability", stability.into()),
    ]);
    object([("post", operation)])
}

fn header(header: &delivery::Header) -> Json {
    object([
        ("name", header.name.into()),
        ("in", "header".into()),
        ("required", header.always.into()),
        ("description", header.description.into()),
        ("schema", delivery_schema(header)),
        ("example", header.example.into()),
    ])
}

/// What the header's text looks like.
pub(super) fn delivery_schema(header: &delivery::Header) -> Json {
    let text = object([("type", "string".into())]);
    match header.form {
        delivery::Form::Text => text,
        delivery::Form::Format(format) => text.with("format", format),
        delivery::Form::Pattern(pattern) => text.with("pattern", pattern),
    }
}

fn answers() -> Json {
    let answer = |description: &str| object([("description", description.into())]);
    object([
        (
            "2XX",
            answer("Received. The body of the answer is not read on."),
        ),
        ("410", answer("Never again: the endpoint is disabled.")),
        (
            "4XX",
            answer("Not received; tried again, after `Retry-After` where there is one."),
        ),
        (
            "5XX",
            answer("Not received; tried again, after `Retry-After` where there is one."),
        ),
    ])
}
