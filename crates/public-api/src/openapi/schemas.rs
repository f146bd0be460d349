//! `components/schemas`, out of the types that are served.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::Value;

use super::Json;

/// Where components refer to each other.
const PLACE: &str = "#/components/schemas/";

/// The settings of OpenAPI 3.1, whose schemas are JSON Schema 2020-12: as served, so that a field
/// which is always there is required, and one that may be null says so.
pub(super) fn generator() -> SchemaGenerator {
    let settings = SchemaSettings::draft2020_12()
        .for_serialize()
        .with(|settings| {
            settings.meta_schema = None;
            settings.definitions_path = "/components/schemas".into();
            settings.untagged_enum_variant_titles = true;
        });
    settings.into_generator()
}

/// The schema of a component as it stands among the others, by the reference to it.
pub(super) fn resolve(schemas: &SchemaGenerator, reference: &Schema) -> Json {
    let name = reference
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|reference| reference.strip_prefix(PLACE));
    let found = name.and_then(|name| schemas.definitions().get(name));
    found.map_or(Json::Null, |schema| ordered(schema.clone().into()))
}

/// All components that were asked for, by the names partners see.
///
/// # Errors
/// The name that two types would have.
pub(super) fn components(mut schemas: SchemaGenerator) -> Result<Vec<(String, Json)>, String> {
    let mut components: Vec<(String, Json)> = Vec::new();
    for (name, schema) in schemas.take_definitions(true) {
        let name = published(&name).to_owned();
        if components.iter().any(|(known, _)| *known == name) {
            return Err(format!("two types are called {name}: rename one of them"));
        }
        components.push((name, rename(ordered(schema.into()))));
    }
    components.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(components)
}

/// The reference to a type's component.
pub(super) fn reference<T: JsonSchema>(schemas: &mut SchemaGenerator) -> Json {
    rename(Value::from(schemas.subschema_for::<T>()).into())
}

/// `FlightDocument` is `Flight`: what our types are for is nobody else's concern.
fn published(name: &str) -> &str {
    let name = name.strip_suffix("Document").unwrap_or(name);
    name.strip_suffix("Fields").unwrap_or(name)
}

/// References by the published names.
pub(super) fn rename(schema: Json) -> Json {
    match schema {
        Json::Object(members) => members
            .into_iter()
            .map(|(member, value)| match (member.as_str(), value) {
                ("$ref", Json::Text(reference)) => {
                    let name = reference.strip_prefix(PLACE).unwrap_or(&reference);
                    (member, format!("{PLACE}{}", published(name)).into())
                }
                (_, value) => (member, rename(value)),
            })
            .collect(),
        Json::List(values) => Json::List(values.into_iter().map(rename).collect()),
        other => other,
    }
}

/// The same schema in the order in which it is read best: what it is before what it holds, and its
/// properties in the order of its fields, which `required` has kept.
fn ordered(schema: Json) -> Json {
    match schema {
        Json::Object(mut members) => {
            let first = ["$ref", "type", "format", "description"];
            let rank = |name: &str| first.iter().position(|known| *known == name);
            members.sort_by_key(|(name, _)| rank(name).unwrap_or(first.len()));
            let order: Vec<String> = members
                .iter()
                .find(|(name, _)| name == "required")
                .map(|(_, required)| texts(required))
                .unwrap_or_default();
            let place = |name: &str| order.iter().position(|known| known == name);
            members
                .into_iter()
                .map(|(name, value)| {
                    let mut value = match (name.as_str(), value) {
                        ("description", Json::Text(text)) => prose(&text).into(),
                        (_, value) => ordered(value),
                    };
                    if let ("properties", Json::Object(properties)) = (name.as_str(), &mut value) {
                        properties.sort_by_key(|(name, _)| place(name).unwrap_or(usize::MAX));
                    }
                    (name, value)
                })
                .collect()
        }
        Json::List(values) => Json::List(values.into_iter().map(ordered).collect()),
        other => other,
    }
}

/// A doc comment without the line breaks of the source.
fn prose(comment: &str) -> String {
    let paragraphs = comment.split("\n\n");
    let paragraphs = paragraphs.map(|paragraph| paragraph.replace('\n', " "));
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

fn texts(list: &Json) -> Vec<String> {
    let texts = list.items().iter().filter_map(Json::text);
    texts.map(str::to_owned).collect()
}

/// The names of the properties of a schema, in order.
pub(super) fn properties(schema: &Json) -> Vec<String> {
    let properties = schema.get("properties").map(Json::members);
    let names = properties.unwrap_or_default().iter();
    names.map(|(name, _)| name.clone()).collect()
}

/// The published name of the component that is referred to.
pub(super) fn name(reference: &Schema) -> Option<String> {
    let reference = reference.get("$ref").and_then(Value::as_str)?;
    reference
        .strip_prefix(PLACE)
        .map(|name| published(name).to_owned())
}

/// The reference to a component by its published name.
pub(super) fn by_name(name: &str) -> Json {
    super::json::object([("$ref", format!("{PLACE}{name}").into())])
}
