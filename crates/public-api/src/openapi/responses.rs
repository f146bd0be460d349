//! Successful answers.

use super::headers::{self, Header};
use super::json::{list, object};
use super::problems::Asks;
use super::schemas::by_name;
use super::views::{Described, Documented};
use super::{Build, Json, problems, schemas};
use crate::routes::{Api, DEFAULT_LIMIT};

/// The answers of a list.
pub(super) fn page(documented: &Documented, build: &mut Build) -> Option<Json> {
    let item = &documented.item;
    let name = schemas::name(&item.schema)?;
    let names = build.pages(&name, &item.schema);
    let schema = object([("anyOf", list(names.iter().map(|name| by_name(name))))]);
    let data = ("data", list([item.example.clone()]));
    let cursor = Json::from("AQAAABsyMDI2LTA1LTAyVDE4OjQ3OjAwLjAwMDAwMFo");
    let example = match build.api {
        Api::GaFlight => object([data, ("cursor", cursor)]),
        Api::TrueFlight => {
            let meta = object([("next_cursor", cursor), ("limit", DEFAULT_LIMIT.into())]);
            object([data, ("meta", meta)])
        }
    };
    let headers = [headers::ETAG, headers::CACHE_CONTROL, headers::LINK];
    Some(reading(
        build.api,
        answer("A page.", &headers, schema, example),
        Asks::List,
    ))
}

/// The answers of a detail.
pub(super) fn detail(described: &Described, build: &mut Build) -> Option<Json> {
    let name = schemas::name(&described.schema)?;
    let names = build.details(&name, &described.schema);
    let schema = object([("anyOf", list(names.iter().map(|name| by_name(name))))]);
    let example = object([("data", described.example.clone())]);
    let headers = [headers::ETAG, headers::CACHE_CONTROL];
    Some(reading(
        build.api,
        answer("The document.", &headers, schema, example),
        Asks::Detail,
    ))
}

fn answer(description: &str, headers: &[Header], schema: Json, example: Json) -> Json {
    let content = object([("schema", schema), ("example", example)]);
    object([
        ("description", description.into()),
        ("headers", headers::of_admitted(headers)),
        ("content", object([("application/json", content)])),
    ])
}

/// The answers of what is known of the caller.
pub(super) fn me(documented: &Documented, build: &mut Build) -> Option<Json> {
    let name = build.detail(&schemas::name(&documented.item.schema)?);
    let example = object([("data", documented.item.example.clone())]);
    let headers = [headers::ETAG, headers::CACHE_CONTROL];
    Some(reading(
        build.api,
        answer("Who asks.", &headers, by_name(&name), example),
        Asks::Detail,
    ))
}

/// The answers to anybody.
pub(super) fn open(api: Api, described: &Described) -> Json {
    let schema = schemas::rename(serde_json::Value::from(described.schema.clone()).into());
    let content = object([("schema", schema), ("example", described.example.clone())]);
    let answer = object([
        ("description", "It can be reached.".into()),
        ("headers", headers::references(&[headers::CACHE_CONTROL])),
        ("content", object([("application/json", content)])),
    ]);
    let refusals = problems::statuses(api, Asks::Nothing);
    with_refusals([("200".to_owned(), answer)], refusals)
}

/// The answers of an action.
pub(super) fn action(described: &Described, build: &mut Build) -> Option<Json> {
    let name = build.detail(&schemas::name(&described.schema)?);
    let example = object([("data", described.example.clone())]);
    let headers = [headers::CACHE_CONTROL];
    let answer = answer("It is being done.", &headers, by_name(&name), example);
    let refusals = problems::statuses(build.api, Asks::Action);
    Some(with_refusals([("202".to_owned(), answer)], refusals))
}

/// The answer, 304, and every refusal.
fn reading(api: Api, answer: Json, asks: Asks) -> Json {
    let unchanged = object([("$ref", "#/components/responses/NotModified".into())]);
    let answers = [("200".to_owned(), answer), ("304".to_owned(), unchanged)];
    with_refusals(answers, problems::statuses(api, asks))
}

fn with_refusals<const N: usize>(
    answers: [(String, Json); N],
    refusals: impl Iterator<Item = u16>,
) -> Json {
    let refusals = refusals.map(|status| (status.to_string(), problems::reference(status)));
    answers.into_iter().chain(refusals).collect()
}

/// 304, which every reading may have.
pub(super) fn not_modified() -> Json {
    let headers = [headers::ETAG, headers::CACHE_CONTROL];
    object([
        ("description", "You have this answer already.".into()),
        ("headers", headers::of_admitted(&headers)),
    ])
}
