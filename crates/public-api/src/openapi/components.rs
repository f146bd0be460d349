//! `components`: what the operations refer to, as it comes together.

use std::collections::BTreeMap;

use schemars::{Schema, SchemaGenerator};

use super::json::{list, object};
use super::schemas::{self, by_name};
use super::{Json, headers, info, parameters, problems, responses};
use crate::documents::TombstoneDocument;
use crate::routes::Api;

/// The component of [`TombstoneDocument`].
const TOMBSTONE: &str = "Tombstone";

/// The description while it is made.
pub(super) struct Build {
    pub(super) api: Api,
    pub(super) generator: SchemaGenerator,
    /// Schemas that are made out of those of the types, by their published names.
    made: BTreeMap<String, Json>,
}

impl Build {
    pub(super) fn new(api: Api) -> Self {
        Self {
            api,
            generator: schemas::generator(),
            made: BTreeMap::new(),
        }
    }

    /// Adds a schema.
    pub(super) fn make(&mut self, name: impl Into<String>, schema: Json) {
        self.made.insert(name.into(), schema);
    }

    /// The three forms of a page of these documents: whole ones, changes, and selected fields.
    pub(super) fn pages(&mut self, name: &str, schema: &Schema) -> [String; 3] {
        let partial = self.partial(name, schema);
        self.generator.subschema_for::<TombstoneDocument<'_>>();
        let pages = [
            (format!("{name}Page"), "A page", by_name(name)),
            (
                format!("{name}ChangePage"),
                "A page with `updated_since`",
                either(name, TOMBSTONE),
            ),
            (
                format!("{name}PartialPage"),
                "A page with `fields`",
                either(&partial, TOMBSTONE),
            ),
        ];
        pages.map(|(page, description, items)| {
            self.make(&page, page_of(self.api, description, items));
            page
        })
    }

    /// The two forms of a detail: the whole document, and selected fields.
    pub(super) fn details(&mut self, name: &str, schema: &Schema) -> [String; 2] {
        let partial = self.partial(name, schema);
        let answer = format!("{name}PartialAnswer");
        let data = [("data", by_name(&partial))];
        self.make(&answer, envelope("The document with `fields`", data));
        [self.detail(name), answer]
    }

    /// The form of an answer that is one whole document.
    pub(super) fn detail(&mut self, name: &str) -> String {
        let answer = format!("{name}Answer");
        self.make(&answer, envelope("The document", [("data", by_name(name))]));
        answer
    }

    /// The same document with any of its fields left out but the id.
    fn partial(&mut self, name: &str, schema: &Schema) -> String {
        let partial = format!("{name}Partial");
        let whole = schemas::rename(schemas::resolve(&self.generator, schema));
        let properties = whole.get("properties").cloned().unwrap_or(Json::Null);
        let id = properties.get("id").map(|_| "id");
        let schema = object([
            ("type", "object".into()),
            ("description", "Those fields that were asked for.".into()),
            ("properties", properties),
            ("required", list(id)),
            ("additionalProperties", false.into()),
        ]);
        self.make(&partial, schema);
        partial
    }

    /// Those that `parts`, the rest of the document, refers to.
    ///
    /// # Errors
    /// The name that two schemas would have.
    pub(super) fn components(mut self, parts: &Json) -> Result<Json, String> {
        let responses = problems::responses(self.api, &mut self.generator);
        let Json::Object(mut responses) = responses else {
            return Err("responses are an object".to_owned());
        };
        responses.push(("NotModified".to_owned(), responses::not_modified()));
        let responses = Json::Object(responses);
        Ok(object([
            ("securitySchemes", info::schemes(self.api)),
            (
                "parameters",
                used("parameters", parameters::components(self.api), parts),
            ),
            ("headers", headers::components(self.api)),
            ("responses", used("responses", responses, parts)),
            ("schemas", self.schemas()?),
        ]))
    }

    /// `components/schemas`.
    pub(super) fn schemas(self) -> Result<Json, String> {
        let mut all = self.made;
        for (name, schema) in schemas::components(self.generator)? {
            if all.insert(name.clone(), schema).is_some() {
                return Err(format!("two schemas are called {name}: rename one of them"));
            }
        }
        Ok(all.into_iter().collect())
    }
}

/// Those of the components of this sort that the document refers to.
fn used(sort: &str, components: Json, document: &Json) -> Json {
    let Json::Object(mut components) = components else {
        return components;
    };
    components.retain(|(name, _)| refers(document, &format!("#/components/{sort}/{name}")));
    Json::Object(components)
}

fn refers(value: &Json, to: &str) -> bool {
    match value {
        Json::Object(members) => members
            .iter()
            .any(|(name, value)| (name == "$ref" && value.text() == Some(to)) || refers(value, to)),
        Json::List(values) => values.iter().any(|value| refers(value, to)),
        _ => false,
    }
}

fn either(one: &str, other: &str) -> Json {
    object([("anyOf", list([by_name(one), by_name(other)]))])
}

fn page_of(api: Api, description: &str, items: Json) -> Json {
    let data = object([("type", "array".into()), ("items", items)]);
    let cursor = object([
        ("type", list(["string", "null"])),
        (
            "description",
            "Where the next page begins; null on the last page.".into(),
        ),
    ]);
    match api {
        Api::GaFlight => envelope(description, [("data", data), ("cursor", cursor)]),
        Api::TrueFlight => {
            let limit = object([
                ("type", "integer".into()),
                ("description", "Items on the page at most.".into()),
            ]);
            let about = [("next_cursor", cursor), ("limit", limit)];
            let meta = envelope("Where in the list the page is", about);
            envelope(description, [("data", data), ("meta", meta)])
        }
    }
}

fn envelope<const N: usize>(description: &str, members: [(&str, Json); N]) -> Json {
    let required = list(members.iter().map(|(name, _)| *name));
    object([
        ("type", "object".into()),
        ("description", format!("{description}.").into()),
        ("properties", object(members)),
        ("required", required),
    ])
}
