//! Successful answers.

use super::headers::{self, Header};
use super::json::{list, object};
use super::problems::Asks;
use super::schemas::by_name;
use super::views::{Described, Documented};
use super::{Build, Json, problems, schemas};

/// The answers of a list.
pub(super) fn page(documented: &Documented, build: &mut Build) -> Option<Json> {
    let item = &documented.item;
    let name = schemas::name(&item.schema)?;
    let names = build.pages(&name, &item.schema);
    let schema = object([("anyOf", list(names.iter().map(|name| by_name(name))))]);
    let example = object([
        ("data", list([item.example.clone()])),
        (
            "cursor",
            "AQAAABsyMDI2LTA1LTAyVDE4OjQ3OjAwLjAwMDAwMFo".into(),
        ),
    ]);
    let headers = [
        headers::REQUEST_ID,
        headers::ETAG,
        headers::CACHE_CONTROL,
        headers::LINK,
    ];
    Some(reading(
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
    let headers = [headers::REQUEST_ID, headers::ETAG, headers::CACHE_CONTROL];
    Some(reading(
        answer("The document.", &headers, schema, example),
        Asks::Detail,
    ))
}

fn answer(description: &str, headers: &[Header], schema: Json, example: Json) -> Json {
    let content = object([("schema", schema), ("example", example)]);
    object([
        ("description", description.into()),
        ("headers", headers::references(headers)),
        ("content", object([("application/json", content)])),
    ])
}

/// The answers of an action.
pub(super) fn action(described: &Described, build: &mut Build) -> Option<Json> {
    let name = build.detail(&schemas::name(&described.schema)?);
    let example = object([("data", described.example.clone())]);
    let headers = [headers::REQUEST_ID, headers::CACHE_CONTROL];
    let answer = answer("It is being done.", &headers, by_name(&name), example);
    let refusals = problems::statuses(Asks::Action);
    Some(with_refusals([("202".to_owned(), answer)], refusals))
}

/// The answer, 304, and every refusal.
fn reading(answer: Json, asks: Asks) -> Json {
    let unchanged = object([("$ref", "#/components/responses/NotModified".into())]);
    let answers = [("200".to_owned(), answer), ("304".to_owned(), unchanged)];
    with_refusals(answers, problems::statuses(asks))
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
    let headers = [headers::REQUEST_ID, headers::ETAG, headers::CACHE_CONTROL];
    object([
        ("description", "You have this answer already.".into()),
        ("headers", headers::references(&headers)),
    ])
}
