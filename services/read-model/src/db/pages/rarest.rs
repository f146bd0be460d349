//! Of several filters, the one to begin with.
//!
//! Every filter but the first costs a look-up for each entry of the first, so the first should be
//! the rarest. How rare a value is here, from this page on, is told by how far its next entries
//! reach: of two values, the one whose 500th entry lies further along the list has fewer entries
//! on the way to it. That costs a short walk along the index for each, whatever the number of
//! entries, and no order of beginning changes what the page holds.

use std::cmp::Ordering;

use diesel::prelude::*;
use diesel::sql_types::{Array, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use public_api::routes::Direction;

use super::{Order, bounded};
use crate::db::Statement;
use crate::projection::Facet;
use crate::query::ListQuery;
use crate::views;

/// Entries of each value that are looked ahead.
const AHEAD: u16 = 500;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Array<Nullable<Text>>)]
    reach: Vec<Option<String>>,
}

/// The same question, beginning with the filter that is rarest from the page on. None where there
/// is nothing to choose.
pub async fn first(
    conn: &mut AsyncPgConnection,
    query: &ListQuery,
) -> QueryResult<Option<ListQuery>> {
    if query.facets.len() < 2 {
        return Ok(None);
    }
    let row: Row = statement(query).get_result(conn).await?;
    Ok(Some(ListQuery {
        facets: by_reach(query, row.reach),
        ..query.clone()
    }))
}

/// How far the next entries of each value reach: null where there are fewer.
pub fn statement(query: &ListQuery) -> Statement<'_> {
    let Order { by, .. } = Order::of(query);
    let mut statement = Statement::new("SELECT ARRAY[");
    for (place, facet) in query.facets.iter().enumerate() {
        let comma = if place == 0 { "" } else { ", " };
        statement = statement
            .sql(&format!(
                "{comma}(SELECT f.sort_key FROM document_facets f
                   WHERE f.organization_id = ? AND f.view = ? AND f.facet = ? AND f.value = ?"
            ))
            .bind::<SqlUuid, _>(query.organization_id.0)
            .bind::<Text, _>(query.view.as_str())
            .bind::<Text, _>(facet.name.as_str())
            .bind::<Text, _>(facet.value.as_str());
        statement = bounded(statement, query, "f").sql(&format!(
            " ORDER BY f.sort_key {by}, f.id {by} OFFSET {AHEAD} LIMIT 1)"
        ));
    }
    statement.sql("] AS reach")
}

/// The furthest reach first. The sort is stable: values that reach equally far, and those that
/// have few entries left, stay in the order of the view.
fn by_reach(query: &ListQuery, reach: Vec<Option<String>>) -> Vec<Facet> {
    let direction = views::direction(query.view);
    let mut facets: Vec<_> = query.facets.iter().cloned().zip(reach).collect();
    facets.sort_by(|(_, a), (_, b)| match (a, b) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Less,
        (Some(_), None) => Ordering::Greater,
        (Some(a), Some(b)) => match direction {
            Direction::Ascending => b.cmp(a),
            Direction::Descending => a.cmp(b),
        },
    });
    facets.into_iter().map(|(facet, _)| facet).collect()
}

#[cfg(test)]
mod tests {
    use public_api::routes::View;

    use super::*;

    fn order(view: View, reach: [Option<&str>; 3]) -> Vec<String> {
        let query = ListQuery {
            organization_id: uuid::Uuid::nil().into(),
            view,
            facets: ["a", "b", "c"].map(|name| Facet::new(name, "x")).into(),
            sort_from: None,
            sort_to: None,
            since: None,
            after: None,
            only: None,
            limit: 50,
        };
        let reach = reach.map(|key| key.map(str::to_owned)).into();
        let ordered = by_reach(&query, reach).into_iter();
        ordered.map(|facet| facet.name).collect()
    }

    #[test]
    fn what_reaches_furthest_comes_first_and_what_ends_before_all() {
        let reach = [Some("2020"), Some("2026"), None];
        assert_eq!(order(View::Flights, reach), ["c", "a", "b"]);
        assert_eq!(order(View::Pilots, reach), ["c", "b", "a"]);
        assert_eq!(
            order(View::Flights, [None, None, Some("2020")]),
            ["a", "b", "c"]
        );
        assert_eq!(order(View::Fleet, [Some("n"); 3]), ["a", "b", "c"]);
    }
}
