//! The parameters of an operation, as its row of the route table has them.

use domain::finance::SummaryId;
use domain::{EventId, VtrId};

use super::Json;
use super::json::{list, object};
use crate::routes::{Api, Bound, DEFAULT_LIMIT, Filter, Form, IdForm, MAX_LIMIT, Route, RouteKind};

/// White space within a line, as Unicode has it.
const SPACE: &str = r" \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000";
const CONTROL: &str = r"\u0000-\u001f\u007f-\u009f";

/// All of them: the id, the filters, what every such route takes, and the headers.
pub(super) fn of(route: &Route) -> Json {
    let id = route.id().map(id);
    let filters = route.filters().iter().map(filter);
    let common = route.parameters().iter().map(|name| common(name, route));
    let headers = match route.kind {
        RouteKind::Action { .. } => &["IdempotencyKey", "RequestId"],
        _ => &["IfNoneMatch", "RequestId"],
    };
    let headers = headers.iter().map(|name| reference(name));
    Json::List(
        id.into_iter()
            .chain(filters)
            .chain(common)
            .chain(headers)
            .collect(),
    )
}

/// Of what needs no key.
pub(super) fn of_open() -> Json {
    list([reference("RequestId")])
}

fn id(form: IdForm) -> Json {
    let schema = match form {
        IdForm::Uuid => uuid(),
        IdForm::EventId => prefixed(EventId::PREFIX),
        IdForm::VtrId => prefixed(VtrId::PREFIX),
        IdForm::SummaryId => text().with("pattern", SummaryId::PATTERN),
    };
    object([
        ("name", "id".into()),
        ("in", "path".into()),
        ("required", true.into()),
        (
            "description",
            "The id as a list gives it. Any other text names nothing: 404.".into(),
        ),
        ("schema", schema),
        ("example", form.example().into()),
    ])
}

fn filter(filter: &Filter) -> Json {
    let schema = schema(filter.form);
    let schema = match filter.default {
        Some(default) => schema.with("default", default),
        None => schema,
    };
    query(filter.name, filter.summary, schema)
}

/// One of the parameters that the rows share.
fn common(name: &str, route: &Route) -> Json {
    match name {
        "limit" => reference("Limit"),
        "cursor" => reference("Cursor"),
        "updated_since" => reference("UpdatedSince"),
        _ => fields(name, route),
    }
}

/// Differs from route to route by the names that may be asked for.
fn fields(name: &str, route: &Route) -> Json {
    let names = route.fields().iter().map(String::as_str);
    let one = text().with("enum", list(names));
    let schema = object([
        ("type", "array".into()),
        ("items", one),
        ("minItems", 1_u16.into()),
    ]);
    let description =
        "Only these fields of each document, separated by commas; `id` always is there";
    query(name, description, schema)
        .with("style", "form")
        .with("explode", false)
}

/// `components/parameters`.
pub(super) fn components(api: Api) -> Json {
    let next = match api {
        Api::GaFlight => "cursor",
        Api::TrueFlight => "next_cursor",
    };
    let limit = object([
        ("type", "integer".into()),
        ("minimum", 1_u16.into()),
        ("maximum", MAX_LIMIT.into()),
        ("default", DEFAULT_LIMIT.into()),
    ]);
    object([
        ("Limit", query("limit", "Items on the page at most", limit)),
        (
            "Cursor",
            query(
                "cursor",
                &format!(
                    "Where the page begins: the `{next}` of the page before, with the same filters"
                ),
                text(),
            ),
        ),
        (
            "UpdatedSince",
            query(
                "updated_since",
                "What has changed at or after this time, in the order of the changes, and what is \
                 gone since as tombstones. What changes again while you turn pages comes again",
                schema(Form::Instant(Bound::From)),
            ),
        ),
        (
            "IfNoneMatch",
            header(
                "If-None-Match",
                "An `ETag` you have: 304 while the answer is the same",
                text(),
            ),
        ),
        (
            "IdempotencyKey",
            header(
                "Idempotency-Key",
                "A text of your own that names this request: sent again with the same key it is \
                 answered again and not done again",
                visible(),
            ),
        ),
        (
            "RequestId",
            header(
                "X-Request-Id",
                "Your own id for the request: up to 64 letters, digits, `-`, `_`, `.` and `:`; \
                 another text is replaced",
                text(),
            ),
        ),
    ])
}

fn reference(component: &str) -> Json {
    object([(
        "$ref",
        format!("#/components/parameters/{component}").into(),
    )])
}

fn query(name: &str, description: &str, schema: Json) -> Json {
    object([
        ("name", name.into()),
        ("in", "query".into()),
        ("description", format!("{description}.").into()),
        ("schema", schema),
    ])
}

fn header(name: &str, description: &str, schema: Json) -> Json {
    object([
        ("name", name.into()),
        ("in", "header".into()),
        ("description", format!("{description}.").into()),
        ("schema", schema),
    ])
}

/// What the filter takes, and nothing else.
fn schema(form: Form) -> Json {
    match form {
        Form::Enum(terms) => text().with("enum", list(terms.iter().copied())),
        Form::Uuid => uuid(),
        Form::Text { max, words } => text()
            .with("minLength", 1_u16)
            .with("maxLength", u16::try_from(max).unwrap_or(u16::MAX))
            .with("pattern", words_pattern(words)),
        Form::Instant(_) => object([("anyOf", list([formatted("date-time"), formatted("date")]))]),
        Form::Date(_) => formatted("date"),
        Form::Bool => object([("type", "boolean".into())]),
    }
}

/// At least one word and at most so many, between white space, with no control character.
fn words_pattern(words: usize) -> String {
    let word = format!("[^{SPACE}{CONTROL}]+");
    let around = format!("[{SPACE}]*");
    let more = words.saturating_sub(1);
    format!("^{around}{word}(?:[{SPACE}]+{word}){{0,{more}}}{around}$")
}

/// Visible ASCII without spaces, at most 255 characters.
fn visible() -> Json {
    text().with("pattern", "^[!-~]{1,255}$")
}

fn uuid() -> Json {
    formatted("uuid")
}

fn prefixed(prefix: &str) -> Json {
    text().with(
        "pattern",
        format!("^{prefix}[0-7][0-9A-HJKMNP-TV-Z]{{25}}$"),
    )
}

fn formatted(format: &str) -> Json {
    text().with("format", format)
}

fn text() -> Json {
    object([("type", "string".into())])
}
