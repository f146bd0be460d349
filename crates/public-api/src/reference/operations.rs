//! The operations, by resource.

use super::html::{badge, code, element, escape, example, fold, link, table};
use super::{prose, schemas};
use crate::openapi::Json;
use crate::routes::Api;

/// Path, method and what is said of it.
type Operation<'a> = (&'a str, &'a str, &'a Json);

/// A section a resource.
pub(super) fn sections(openapi: &Json) -> String {
    tags(openapi)
        .map(|(tag, description)| {
            let operations = of_tag(openapi, tag);
            let articles: String = operations.iter().map(|o| article(openapi, o)).collect();
            format!(
                "<section><h2 id=\"{0}\">{0}</h2><p>{1}</p>{articles}</section>",
                escape(tag),
                prose::inline(description)
            )
        })
        .collect()
}

/// The resources with their operations, for the contents.
pub(super) fn contents(openapi: &Json) -> Vec<(String, Vec<(String, String)>)> {
    let entry = |(path, method, operation): &Operation<'_>| {
        let bases = Api::ALL.iter().map(|api| api.base_path());
        let mut below = bases.filter_map(|base| path.strip_prefix(base));
        let path = below.next().unwrap_or(path);
        let method = method.to_uppercase();
        (
            text(operation, "operationId").to_owned(),
            format!("{method} {path}"),
        )
    };
    tags(openapi)
        .map(|(tag, _)| {
            let operations = of_tag(openapi, tag);
            (tag.to_owned(), operations.iter().map(entry).collect())
        })
        .collect()
}

/// The tags that have operations, with their descriptions.
fn tags(openapi: &Json) -> impl Iterator<Item = (&str, &str)> {
    let tags = openapi.get("tags").map(Json::items).unwrap_or_default();
    tags.iter()
        .map(|tag| (text(tag, "name"), text(tag, "description")))
        .filter(|(tag, _)| !of_tag(openapi, tag).is_empty())
}

fn of_tag<'a>(openapi: &'a Json, tag: &str) -> Vec<Operation<'a>> {
    let paths = openapi.get("paths").map(Json::members).unwrap_or_default();
    let operations = paths.iter().flat_map(|(path, item)| {
        let methods = item.members().iter();
        methods.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    });
    let is_tagged = |operation: &Json| {
        let tags = operation.get("tags").map(Json::items).unwrap_or_default();
        tags.iter().any(|known| known.text() == Some(tag))
    };
    operations
        .filter(|(_, _, operation)| is_tagged(operation))
        .collect()
}

fn article(openapi: &Json, (path, method, operation): &Operation<'_>) -> String {
    let mut badges = badge(
        text(operation, "x-stability"),
        text(operation, "x-stability"),
    );
    badges += &badge("scope", text(operation, "x-required-scope"));
    if operation.get("x-addition").is_some() {
        badges += &badge("addition", "addition");
    }
    let mut article = format!(
        "<h3 id=\"{}\"><span class=\"method\">{}</span> {}</h3><p>{badges}</p><p>{}. {}</p>",
        escape(text(operation, "operationId")),
        method.to_uppercase(),
        code(path),
        escape(text(operation, "summary")),
        prose::inline(text(operation, "description")),
    );
    article += &parameters(openapi, operation);
    article += &answers(openapi, operation);
    element("article", &article)
}

fn parameters(openapi: &Json, operation: &Json) -> String {
    let parameters = operation.get("parameters").map(Json::items);
    let row = |parameter: &Json| {
        let parameter = schemas::resolve(openapi, parameter);
        let kind = parameter.get("schema").map(schemas::kind);
        [
            code(text(parameter, "name")),
            escape(text(parameter, "in")),
            kind.unwrap_or_default(),
            prose::inline(text(parameter, "description")),
        ]
    };
    let rows: Vec<_> = parameters.unwrap_or_default().iter().map(row).collect();
    table(["Parameter", "In", "Value", ""], &rows)
}

/// The fields and an example of the answer, and links to the refusals.
fn answers(openapi: &Json, operation: &Json) -> String {
    let responses = operation.get("responses").map(Json::members);
    let (mut told, mut refusals) = (String::new(), Vec::new());
    for (status, response) in responses.unwrap_or_default() {
        let response = schemas::resolve(openapi, response);
        match response.at("/content/application~1json") {
            Some(content) => told += &answer(openapi, status, content),
            None if status.starts_with('3') => {}
            None => refusals.extend(kinds_of(response)),
        }
    }
    let refusals: Vec<String> = refusals
        .iter()
        .map(|kind| link(&format!("/problems/{kind}"), kind))
        .collect();
    format!(
        "{told}<p class=\"refusals\">Problems: {}</p>",
        refusals.join(", ")
    )
}

fn answer(openapi: &Json, status: &str, content: &Json) -> String {
    let document = content
        .get("schema")
        .map(|schema| document(openapi, schema));
    let fields = document.flatten().map(schemas::fields).unwrap_or_default();
    let shown = content.get("example").map(example).unwrap_or_default();
    fold(&format!("Fields of the answer ({status})"), &fields) + &fold("Example", &shown)
}

/// The document that is in `data`, in its whole form.
fn document<'a>(openapi: &'a Json, schema: &'a Json) -> Option<&'a Json> {
    let whole = schema.get("anyOf").and_then(|forms| forms.items().first());
    let envelope = schemas::resolve(openapi, whole.unwrap_or(schema));
    let data = envelope.at("/properties/data")?;
    Some(schemas::resolve(openapi, data.get("items").unwrap_or(data)))
}

/// The codes of the problems that a response shows as its examples.
fn kinds_of(response: &Json) -> Vec<&str> {
    let examples = response.at("/content/application~1problem+json/examples");
    let kinds = examples.map(Json::members).unwrap_or_default().iter();
    kinds.map(|(kind, _)| kind.as_str()).collect()
}

pub(super) fn text<'a>(value: &'a Json, name: &str) -> &'a str {
    value.get(name).and_then(Json::text).unwrap_or_default()
}
