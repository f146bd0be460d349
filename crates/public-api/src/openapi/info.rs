//! What stands at the head of the document.

use std::collections::BTreeSet;

use schemars::SchemaGenerator;

use super::json::{list, object};
use super::operations::{self, capitalized};
use super::{Build, Json, schemas, views};
use crate::routes::{Api, DEFAULT_LIMIT, MAX_LIMIT, Route};

const GUIDE: &str = include_str!("guide.md");
/// Sections of it that are as true of the other API.
const SHARED: [&str; 5] = ["Limits", "Values", "Caching", "Errors", "Stability"];

/// The tag of the webhooks.
pub(super) const WEBHOOKS: &str = "webhooks";

pub(super) fn info(api: Api) -> Json {
    let (title, summary) = match api {
        Api::GaFlight => (
            "GA Flight public API",
            "A flight school's records, to read, and webhooks that say when they change.",
        ),
        Api::TrueFlight => (
            "TrueFlight External API",
            "A flight school's records for its own systems and its partners'.",
        ),
    };
    object([
        ("title", title.into()),
        ("version", env!("CARGO_PKG_VERSION").into()),
        ("summary", summary.into()),
        ("description", description(api).into()),
        (
            "license",
            object([
                ("name", "Apache 2.0".into()),
                ("identifier", "Apache-2.0".into()),
            ]),
        ),
    ])
}

/// The guide of the API.
fn description(api: Api) -> String {
    let guide = match api {
        Api::GaFlight => GUIDE.to_owned(),
        Api::TrueFlight => {
            let own = include_str!("trueflight.md").trim_end().to_owned();
            SHARED.iter().fold(own, |guide, title| {
                guide + "\n\n" + section(title).unwrap_or_default()
            }) + "\n"
        }
    };
    guide
        .replace("{DEFAULT_LIMIT}", &DEFAULT_LIMIT.to_string())
        .replace("{MAX_LIMIT}", &MAX_LIMIT.to_string())
}

/// A section of GA Flight's guide.
fn section(title: &str) -> Option<&'static str> {
    let start = GUIDE.find(&format!("## {title}\n"))?;
    let section = GUIDE.get(start..)?;
    let end = section.find("\n\n## ").unwrap_or(section.len());
    section.get(..end).map(str::trim_end)
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
pub(super) fn tags(build: &mut Build) -> Json {
    let open = build.api.open().iter();
    let mut tags: Vec<Json> = open
        .map(|open| tag(operations::open_tag(*open), open.summary()))
        .collect();
    let mut named = BTreeSet::new();
    for route in build.api.routes() {
        let name = operations::tag(route);
        if named.insert(name) {
            let description = description_of(route, &mut build.generator);
            tags.push(tag(name, &description.unwrap_or_default()));
        }
    }
    if build.api == Api::GaFlight {
        let description = "What is sent to a webhook endpoint when something happens";
        tags.push(tag(WEBHOOKS, description));
    }
    Json::List(tags)
}

fn tag(name: &str, description: &str) -> Json {
    let description = format!("{}.", description.trim_end_matches('.'));
    object([("name", name.into()), ("description", description.into())])
}

/// What its type says of the documents.
fn description_of(route: &Route, schemas: &mut SchemaGenerator) -> Option<String> {
    let documented = views::of_route(route, schemas)?;
    let schema = schemas::resolve(schemas, &documented.item.schema);
    let description = schema.get("description").and_then(Json::text);
    Some(description.map_or_else(|| capitalized(route.view.noun()), str::to_owned))
}

/// A key on every operation; of GA Flight also its organisation.
pub(super) fn security(api: Api) -> Json {
    let schemes = schemes(api);
    let each = schemes.members().iter();
    let together: Json = each
        .map(|(name, _)| (name.as_str(), Json::List(Vec::new())))
        .collect();
    list([together])
}

pub(super) fn schemes(api: Api) -> Json {
    let form = match api {
        Api::GaFlight => "gaf_pk_…",
        Api::TrueFlight => "tf_live_…",
    };
    let key = object([
        ("type", "http".into()),
        ("scheme", "bearer".into()),
        ("bearerFormat", form.into()),
        (
            "description",
            "An API key, which the school mints and which is shown once. \
             `x-required-scope` of an operation says which scope it needs."
                .into(),
        ),
    ]);
    let organization = || {
        object([
            ("type", "apiKey".into()),
            ("in", "header".into()),
            ("name", "X-Org-Id".into()),
            (
                "description",
                "The UUID of the organisation that the key is of.".into(),
            ),
        ])
    };
    match api {
        Api::GaFlight => object([("key", key), ("organization", organization())]),
        Api::TrueFlight => object([("key", key)]),
    }
}
