//! Types: tables of fields, and what stands in a field.

use super::html::{code, element, escape, link, table};
use super::prose;
use crate::openapi::Json;

const PLACE: &str = "#/components/schemas/";

/// What follows from another type, and is described where it is answered.
const DERIVED: [&str; 4] = ["Page", "Partial", "Answer", "Event"];

/// Every type that fields refer to, under its own name.
pub(super) fn section(openapi: &Json) -> String {
    let schemas = openapi.at("/components/schemas").map(Json::members);
    let mut section = "<section><h2 id=\"types\">Types</h2>".to_owned();
    for (name, schema) in schemas.unwrap_or_default() {
        if is_shown(name) {
            section += &format!("<h3 id=\"{}\">{}</h3>", anchor(name), escape(name));
            section += &body(schema);
        }
    }
    section + "</section>"
}

fn is_shown(name: &str) -> bool {
    name == "Event" || !DERIVED.iter().any(|suffix| name.ends_with(suffix))
}

/// Description and fields of a type, or its terms.
pub(super) fn body(schema: &Json) -> String {
    let description = schema.get("description").and_then(Json::text);
    let description = description.map(|text| element("p", &prose::inline(text)));
    let fields = fields(schema);
    let whole = if fields.is_empty() {
        element("p", &kind(schema))
    } else {
        fields
    };
    description.unwrap_or_default() + &whole
}

/// The table of an object's fields.
pub(super) fn fields(schema: &Json) -> String {
    let properties = schema.get("properties").map(Json::members);
    let row = |(name, field): &(String, Json)| {
        let description = field.get("description").and_then(Json::text);
        [
            code(name),
            kind(field),
            prose::inline(description.unwrap_or_default()),
        ]
    };
    let rows: Vec<_> = properties.unwrap_or_default().iter().map(row).collect();
    table(["Field", "Type", ""], &rows)
}

/// What the schema takes, in words.
pub(super) fn kind(schema: &Json) -> String {
    if let Some(reference) = schema.get("$ref").and_then(Json::text) {
        let name = reference.strip_prefix(PLACE).unwrap_or(reference);
        return link(&format!("#{}", anchor(name)), name);
    }
    for several in ["anyOf", "oneOf"] {
        if let Some(choices) = schema.get(several) {
            let kinds: Vec<String> = choices.items().iter().map(kind).collect();
            return kinds.join(" or ");
        }
    }
    if let Some(only) = schema.get("const") {
        return code(only.pretty().trim().trim_matches('"'));
    }
    if let Some(terms) = schema.get("enum") {
        return terms_of(terms);
    }
    let types = match schema.get("type") {
        Some(Json::List(types)) => types.iter().filter_map(Json::text).collect(),
        Some(Json::Text(kind)) => vec![kind.as_str()],
        _ => vec!["any value"],
    };
    let kinds: Vec<String> = types.iter().map(|kind| simple(kind, schema)).collect();
    kinds.join(" or ")
}

fn simple(kind_name: &str, schema: &Json) -> String {
    let format = schema.get("format").and_then(Json::text);
    match (kind_name, format) {
        ("array", _) => {
            let items = schema.get("items").map(kind);
            format!(
                "list of {}",
                items.unwrap_or_else(|| "any value".to_owned())
            )
        }
        ("null", _) => code("null"),
        // How many bits a number takes is not the reader's concern.
        ("string", Some(format)) => escape(format),
        ("object", _) if schema.get("properties").is_some() => fields(schema),
        (other, _) => escape(other),
    }
}

fn terms_of(terms: &Json) -> String {
    let terms = terms.items().iter().filter_map(Json::text).map(code);
    terms.collect::<Vec<_>>().join(" ")
}

pub(super) fn anchor(name: &str) -> String {
    format!("type-{name}")
}

/// The schema that is referred to.
pub(super) fn resolve<'a>(openapi: &'a Json, schema: &'a Json) -> &'a Json {
    let reference = schema.get("$ref").and_then(Json::text);
    reference
        .and_then(|reference| openapi.at(reference))
        .unwrap_or(schema)
}
