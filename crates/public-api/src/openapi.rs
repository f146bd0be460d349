//! The description of each API for machines, out of its route table and the types that are served:
//! OpenAPI 3.1 here, AsyncAPI 3 in [`asyncapi`].
//!
//! Nothing in it is written by hand that the code knows: parameters are those of the rows, schemas
//! those of the types, examples are samples that went through the real serializer, and refusals
//! are real problem documents.

pub mod asyncapi;
mod components;
mod events;
mod headers;
mod info;
mod json;
mod operations;
mod parameters;
mod problems;
mod responses;
mod schemas;
mod views;
mod yaml;

use std::collections::HashMap;
use std::sync::LazyLock;

use schemars::SchemaGenerator;

use crate::problem::ProblemKind;
use crate::routes::{Api, View};

use components::Build;

pub use events::EventDescription;
pub use json::Json;

/// The OpenAPI document of an API.
///
/// # Errors
/// What is missing or doubled in the types, in words.
pub fn document(api: Api) -> Result<Json, String> {
    let mut build = Build::new(api);
    let paths = operations::paths(&mut build);
    let webhooks = match api {
        Api::GaFlight => Some(("webhooks", events::webhooks(&mut build)?)),
        Api::TrueFlight => None,
    };
    let head = [
        ("openapi", "3.1.1".into()),
        ("info", info::info(api)),
        ("servers", info::servers()),
        ("tags", info::tags(&mut build)),
        ("security", info::security(api)),
        ("paths", paths),
    ];
    let parts: Json = head.into_iter().chain(webhooks).collect();
    let components = build.components(&parts)?;
    Ok(parts.with("components", components))
}

/// What a receiver of webhooks has to know, as prose.
pub const WEBHOOK_GUIDE: &str = include_str!("openapi/webhooks.md");

/// A whole problem document of the kind, as it goes out.
pub fn problem_example(kind: ProblemKind) -> Json {
    problems::example(Api::GaFlight, kind)
}

/// A document as YAML.
pub fn yaml(document: &Json) -> String {
    yaml::write(document)
}

/// The top-level members of a view's documents, in the order in which they are served.
pub fn fields(view: View, detail: bool) -> &'static [String] {
    static FIELDS: LazyLock<HashMap<(View, bool), Vec<String>>> = LazyLock::new(all_fields);
    FIELDS
        .get(&(view, detail))
        .map(Vec::as_slice)
        .unwrap_or_default()
}

fn all_fields() -> HashMap<(View, bool), Vec<String>> {
    let mut schemas = schemas::generator();
    let names = |schemas: &SchemaGenerator, described: &views::Described| {
        schemas::properties(&schemas::resolve(schemas, &described.schema))
    };
    let mut fields = HashMap::new();
    for view in View::ALL {
        let Some(documented) = views::of(*view, &mut schemas) else {
            continue;
        };
        fields.insert((*view, false), names(&schemas, &documented.item));
        fields.insert((*view, true), names(&schemas, documented.detail()));
    }
    fields
}

#[cfg(test)]
mod tests;
