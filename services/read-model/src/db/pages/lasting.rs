//! Lists of what lasts, from a moment on: what is under way at that moment comes first, in the same
//! order, because it began before.
//!
//! What is under way is found by its day: such a document has an entry for each day (UTC) that it
//! touches, with its end in it, so that what is under way at a moment is a range of that day's
//! entries. However long a document lasts, and however many came before, no more than the entries
//! of one day are read.

use diesel::sql_types::{BigInt, Text, Uuid as SqlUuid};

use super::{Order, also, in_order, up_to};
use crate::db::Statement;
use crate::projection::spans;
use crate::query::ListQuery;

/// Entries of what began before `from` and ends after it. None where there are none to be asked
/// for: of another view, without a moment, or on a later page.
pub fn under_way(query: &ListQuery) -> Option<Statement<'_>> {
    let from = query.sort_from.as_ref().filter(|_| query.view.lasts())?;
    if query
        .after
        .as_ref()
        .is_some_and(|after| after.sort_key >= *from)
    {
        return None;
    }
    let (after, before) = spans::under_way_at(from);
    let statement = Statement::new(
        "SELECT f.sort_key, f.id FROM document_facets f
         WHERE f.organization_id = ? AND f.view = ? AND f.facet = ? AND f.value > ? AND f.value < ?
             AND f.sort_key < ?",
    )
    .bind::<SqlUuid, _>(query.organization_id.0)
    .bind::<Text, _>(query.view.as_str())
    .bind::<Text, _>(spans::FACET)
    .bind::<Text, _>(after)
    .bind::<Text, _>(before)
    .bind::<Text, _>(from.as_str());
    let statement = also(up_to(statement, query, "f"), query, &query.facets);
    Some(in_order(statement, query, "f"))
}

/// The entries under way, and then the later ones.
pub fn before<'a>(
    query: &'a ListQuery,
    under_way: Statement<'a>,
    later: Statement<'a>,
) -> Statement<'a> {
    let Order { by, .. } = Order::of(query);
    Statement::new("SELECT sort_key, id FROM (")
        .then(under_way)
        .sql(") u UNION ALL SELECT sort_key, id FROM (")
        .then(later)
        .sql(&format!(") l ORDER BY sort_key {by}, id {by} LIMIT ?"))
        .bind::<BigInt, _>(query.fetched())
}
