//! Lists of given documents: those that a caller may see. There are few of them, so all are read by
//! their primary key and what is asked is checked on each; no index of the whole view is walked.

use diesel::sql_types::{Array, BigInt, Jsonb, Text, Uuid as SqlUuid};
use public_api::routes::Direction;

use super::Statement;
use crate::error::ReadModelError;
use crate::projection::spans;
use crate::query::ListQuery;
use crate::views;

/// The page of these documents, in the order of the list, and one more when another page follows.
pub fn page<'a>(query: &'a ListQuery, only: &'a [String]) -> Result<Statement<'a>, ReadModelError> {
    let (by, beyond) = match views::direction(query.view) {
        Direction::Ascending => ("ASC", ">"),
        Direction::Descending => ("DESC", "<"),
    };
    let statement = documents(
        Statement::new("SELECT d.id, d.sort_key, d.body FROM "),
        query,
        only,
    );
    let mut statement = asked(statement.sql(" d WHERE NOT d.deleted"), query)?;
    if let Some(after) = &query.after {
        statement = statement
            .sql(&format!(" AND (d.sort_key, d.id) {beyond} (?, ?)"))
            .bind::<Text, _>(after.sort_key.as_str())
            .bind::<Text, _>(after.id.as_str());
    }
    Ok(statement
        .sql(&format!(" ORDER BY d.sort_key {by}, d.id {by} LIMIT ?"))
        .bind::<BigInt, _>(query.fetched()))
}

/// These documents, deleted ones included, in the place of the table. OFFSET 0 keeps the rest of the
/// question out, which another index could seem to answer better.
pub fn documents<'a>(
    statement: Statement<'a>,
    query: &'a ListQuery,
    only: &'a [String],
) -> Statement<'a> {
    statement
        .sql(
            "(SELECT id, sort_key, facets, body, deleted, updated_at FROM documents
              WHERE organization_id = ? AND view = ? AND id = ANY(?) OFFSET 0)",
        )
        .bind::<SqlUuid, _>(query.organization_id.0)
        .bind::<Text, _>(query.view.as_str())
        .bind::<Array<Text>, _>(only)
}

/// What is asked of each document `d`: bounds and filters.
pub fn asked<'a>(
    mut statement: Statement<'a>,
    query: &'a ListQuery,
) -> Result<Statement<'a>, ReadModelError> {
    if let Some(from) = &query.sort_from {
        statement = at_or_after(statement, query, from);
    }
    if let Some(to) = &query.sort_to {
        statement = statement
            .sql(" AND d.sort_key < ?")
            .bind::<Text, _>(to.as_str());
    }
    for facet in &query.facets {
        // Containment of jsonb would take `["q","q"]` for a part of `["q","a"]`.
        statement = statement
            .sql(" AND EXISTS (SELECT FROM jsonb_array_elements(d.facets) f WHERE f = ?)")
            .bind::<Jsonb, _>(serde_json::to_value(facet)?);
    }
    Ok(statement)
}

/// From the lower bound on; of what lasts, also what is under way then.
fn at_or_after<'a>(statement: Statement<'a>, query: &'a ListQuery, from: &'a str) -> Statement<'a> {
    let statement = statement.sql(" AND (d.sort_key >= ?").bind::<Text, _>(from);
    if !query.view.lasts() {
        return statement.sql(")");
    }
    let (after, before) = spans::under_way_at(from);
    statement
        .sql(
            " OR EXISTS (SELECT FROM jsonb_array_elements(d.facets) f
                 WHERE f ->> 0 = ? AND (f ->> 1) COLLATE \"C\" > ? AND (f ->> 1) COLLATE \"C\" < ?))",
        )
        .bind::<Text, _>(spans::FACET)
        .bind::<Text, _>(after)
        .bind::<Text, _>(before)
}
