//! Questions to a list, out of its row of the route table.

use contracts::convert::timestamp;
use contracts::v1::{Facet, ListDocumentsRequest, Position};
use public_api::routes::{Bound, Filter, Form, Route};
use public_api::sort_key;

use super::filed::{self, Key};
use crate::school::School;

pub const LIMIT: i32 = 50;

/// A place well within the documents of every view.
const MIDDLE: u32 = 3_000;

/// Every value worth trying for a filter.
fn values(form: Form) -> Vec<String> {
    match form {
        Form::Enum(terms) => terms.iter().map(|term| (*term).to_owned()).collect(),
        Form::Bool => ["true", "false"].map(str::to_owned).into(),
        Form::Text { .. } => ["e", "earhart", "cs", "ada ear"].map(str::to_owned).into(),
        // One that some have, and one that nobody has.
        Form::Uuid => vec![
            filed::id(7).to_string(),
            filed::id(filed::REFERRED).to_string(),
        ],
        Form::Instant(_) | Form::Date(_) => Vec::new(),
    }
}

/// No filter, each filter by itself with each of its values, and every pair of filters.
pub fn narrowings(route: &Route) -> Vec<Vec<(&'static str, String)>> {
    let with_values = |filter: &'static Filter| (filter.name, values(filter.form));
    let each: Vec<_> = route
        .filters()
        .iter()
        .map(with_values)
        .filter(|(_, values)| !values.is_empty())
        .collect();
    let mut narrowings = vec![Vec::new()];
    for (place, (name, values)) in each.iter().enumerate() {
        narrowings.extend(values.iter().map(|value| vec![(*name, value.clone())]));
        for (other, others) in &each[place + 1..] {
            let last = others.last().unwrap().clone();
            narrowings.push(vec![(*name, values[0].clone()), (*other, last)]);
        }
    }
    narrowings
}

fn request(
    school: School,
    route: &Route,
    facets: &[(&'static str, String)],
) -> ListDocumentsRequest {
    let facets = facets.iter().map(|(name, value)| Facet {
        name: (*name).to_owned(),
        value: value.clone(),
    });
    ListDocumentsRequest {
        organization_id: school.org.to_string(),
        view: route.view.as_str().to_owned(),
        facets: facets.collect(),
        limit: LIMIT,
        ..Default::default()
    }
}

/// The first page, one from the middle, and those of the bounds that the list takes: each alone,
/// and together.
pub fn pages_of(
    school: School,
    route: &Route,
    facets: &[(&'static str, String)],
) -> Vec<ListDocumentsRequest> {
    let first = request(school, route, facets);
    let key = Key::of(route);
    let middle = Position {
        sort_key: key.at(MIDDLE),
        id: String::new(),
    };
    let mut pages = vec![
        first.clone(),
        ListDocumentsRequest {
            after: Some(middle),
            ..first.clone()
        },
    ];
    let takes = |wanted: fn(Bound) -> bool| {
        route.filters().iter().any(|filter| match filter.form {
            Form::Instant(bound) | Form::Date(bound) => wanted(bound),
            _ => false,
        })
    };
    let from = takes(|bound| bound == Bound::From).then(|| key.at(MIDDLE - 1_000));
    let to = takes(|bound| bound != Bound::From).then(|| key.at(MIDDLE));
    for (sort_from, sort_to) in [(&from, &None), (&None, &to), (&from, &to)] {
        if sort_from.is_some() || sort_to.is_some() {
            pages.push(ListDocumentsRequest {
                sort_from: sort_from.clone(),
                sort_to: sort_to.clone(),
                ..first.clone()
            });
        }
    }
    pages
}

/// Changes from the beginning, from the middle, and from where a page ended.
pub fn changes_of(
    school: School,
    route: &Route,
    facets: &[(&'static str, String)],
) -> Vec<ListDocumentsRequest> {
    let since = |n| ListDocumentsRequest {
        updated_since: Some(timestamp(filed::changed(n))),
        ..request(school, route, facets)
    };
    let next = ListDocumentsRequest {
        after: Some(Position {
            sort_key: sort_key::instant(filed::changed(MIDDLE)),
            id: filed::id(MIDDLE).to_string(),
        }),
        ..since(0)
    };
    vec![since(0), since(MIDDLE), next]
}
