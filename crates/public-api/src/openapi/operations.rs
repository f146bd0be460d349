//! `paths`: one operation a row of the route table.

use super::json::{list, object};
use super::{Build, Json, parameters, responses, schemas, views};
use crate::routes::{Direction, Open, Route, RouteKind, Stability};

/// Every path with its operations, in the order of the table.
pub(super) fn paths(build: &mut Build) -> Json {
    let open = build.api.open().iter();
    let mut paths: Vec<(String, Vec<(String, Json)>)> = open
        .map(|open| {
            (
                open.template(),
                vec![("get".to_owned(), of_open(*open, build))],
            )
        })
        .collect();
    for route in build.api.routes() {
        let Some(operation) = operation(route, build) else {
            continue;
        };
        let (path, method) = (route.template(), route.method.as_str().to_lowercase());
        match paths.iter_mut().find(|(known, _)| *known == path) {
            Some((_, operations)) => operations.push((method, operation)),
            None => paths.push((path, vec![(method, operation)])),
        }
    }
    paths
        .into_iter()
        .map(|(path, operations)| (path, Json::Object(operations)))
        .collect()
}

/// None for a view whose documents are not described.
fn operation(route: &Route, build: &mut Build) -> Option<Json> {
    let documented = views::of_route(route, &mut build.generator)?;
    let (id, responses) = match route.kind {
        RouteKind::List { .. } => (
            format!("list{}", words(route.path)),
            responses::page(&documented, build)?,
        ),
        RouteKind::Detail { .. } => {
            let described = documented.detail();
            let one = schemas::name(&documented.item.schema)?;
            (format!("get{one}"), responses::detail(described, build)?)
        }
        RouteKind::Me => ("getMe".to_owned(), responses::me(&documented, build)?),
        RouteKind::Action { action, .. } => {
            let answer = views::answer(action, &mut build.generator);
            let (_, act) = route.path.rsplit_once('/')?;
            let one = schemas::name(&documented.item.schema)?;
            (format!("{act}{one}"), responses::action(&answer, build)?)
        }
    };
    let mut operation = object([
        ("operationId", id.into()),
        ("tags", list([tag(route)])),
        ("summary", route.summary.into()),
        ("description", description(route).into()),
        ("parameters", parameters::of(route)),
        ("responses", responses),
        ("x-required-scope", route.scope.as_str().into()),
        ("x-stability", stability(route.stability).into()),
    ]);
    if route.addition {
        operation = operation.with("x-addition", true);
    }
    Some(operation)
}

/// What needs no key.
fn of_open(open: Open, build: &mut Build) -> Json {
    let answer = views::open(open, &mut build.generator);
    object([
        ("operationId", format!("get{}", words(open.path())).into()),
        ("tags", list([open_tag(open)])),
        ("summary", open.summary().into()),
        ("description", "Needs no key.".into()),
        ("security", Json::List(Vec::new())),
        ("parameters", parameters::of_open()),
        ("responses", responses::open(build.api, &answer)),
        ("x-stability", stability(Stability::Beta).into()),
    ])
}

/// The heading it stands under.
pub(super) fn tag(route: &Route) -> &'static str {
    match route.kind {
        RouteKind::Me => "me",
        _ => route.view.as_str(),
    }
}

pub(super) fn open_tag(open: Open) -> &'static str {
    match open {
        Open::Health => "health",
    }
}

/// What the row knows and no other member says.
fn description(route: &Route) -> String {
    let mut text = format!("Needs the scope `{}`.", route.scope.as_str());
    if let RouteKind::List { sort, .. } = &route.kind {
        let direction = sort.in_words.unwrap_or(match sort.direction {
            Direction::Ascending => "ascending",
            Direction::Descending => "descending",
        });
        text += &format!(" Sorted by `{}`, {direction}.", sort.field);
    }
    if route.addition {
        text += " An addition to the vendor's published list.";
    }
    text
}

pub(super) fn stability(stability: Stability) -> &'static str {
    match stability {
        Stability::Stable => "stable",
        Stability::Beta => "beta",
    }
}

/// `/training/signoffs` as `TrainingSignoffs`.
fn words(path: &str) -> String {
    path.split(|c: char| !c.is_ascii_alphanumeric())
        .map(capitalized)
        .collect()
}

pub(super) fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_ascii_uppercase())
        .into_iter()
        .chain(letters)
        .collect()
}
