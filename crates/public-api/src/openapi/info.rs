//! What stands at the head of the document.

use schemars::SchemaGenerator;

use super::json::{list, object};
use super::operations::capitalized;
use super::{Json, schemas, views};
use crate::routes::{DEFAULT_LIMIT, MAX_LIMIT, ROUTES, View};

/// The tag of the webhooks.
pub(super) const WEBHOOKS: &str = "webhooks";

pub(super) fn info() -> Json {
    object([
        ("title", "GA Flight public API".into()),
        ("version", env!("CARGO_PKG_VERSION").into()),
        (
            "summary",
            "A flight school's records, to read, and webhooks that say when they change.".into(),
        ),
        ("description", description().into()),
        (
            "license",
            object([
                ("name", "Apache 2.0".into()),
                ("identifier", "Apache-2.0".into()),
            ]),
        ),
    ])
}

fn description() -> String {
    let guide = include_str!("guide.md");
    guide
        .replace("{DEFAULT_LIMIT}", &DEFAULT_LIMIT.to_string())
        .replace("{MAX_LIMIT}", &MAX_LIMIT.to_string())
}

/// The document is served by the gateway it describes.
pub(super) fn servers() -> Json {
    list([object([
        ("url", "/".into()),
        (
            "description",
            "The gateway that serves this document".into(),
        ),
    ])])
}

/// One tag a resource that has a route, in the order of the table, and one for the webhooks.
pub(super) fn tags(schemas: &mut SchemaGenerator) -> Json {
    let mut views: Vec<View> = Vec::new();
    for route in ROUTES {
        if !views.contains(&route.view) {
            views.push(route.view);
        }
    }
    let tag = |view: View| {
        let documented = views::of(view, schemas)?;
        let schema = schemas::resolve(schemas, &documented.item.schema);
        let noun = || format!("{}.", capitalized(view.noun())).into();
        let description = schema.get("description").cloned().unwrap_or_else(noun);
        Some(object([
            ("name", view.as_str().into()),
            ("description", description),
        ]))
    };
    let mut tags: Vec<Json> = views.into_iter().filter_map(tag).collect();
    tags.push(object([
        ("name", WEBHOOKS.into()),
        (
            "description",
            "What is sent to a webhook endpoint when something happens.".into(),
        ),
    ]));
    Json::List(tags)
}

/// A key and its organisation, both, on every operation.
pub(super) fn security() -> Json {
    let nothing = || Json::List(Vec::new());
    list([object([("key", nothing()), ("organization", nothing())])])
}

pub(super) fn schemes() -> Json {
    object([
        (
            "key",
            object([
                ("type", "http".into()),
                ("scheme", "bearer".into()),
                ("bearerFormat", "gaf_pk_…".into()),
                (
                    "description",
                    "An API key, minted in the console under Settings → Integrations and shown \
                     once. `x-required-scope` of an operation says which scope it needs."
                        .into(),
                ),
            ]),
        ),
        (
            "organization",
            object([
                ("type", "apiKey".into()),
                ("in", "header".into()),
                ("name", "X-Org-Id".into()),
                (
                    "description",
                    "The UUID of the organisation that the key is of.".into(),
                ),
            ]),
        ),
    ])
}
