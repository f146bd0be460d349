//! Pages of `documents`, by keyset: the cost of a page does not depend on how many came before it.

mod lasting;
pub mod rarest;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use public_api::routes::Direction;

use super::{Statement, own};
use crate::error::ReadModelError;
use crate::projection::Facet;
use crate::query::ListQuery;
use crate::views;

#[derive(Debug, QueryableByName)]
pub struct PageRow {
    #[diesel(sql_type = Text)]
    pub id: String,
    #[diesel(sql_type = Text)]
    pub sort_key: String,
    #[diesel(sql_type = Binary)]
    pub body: Vec<u8>,
}

/// The page, and one document more when another page follows.
pub async fn list(
    conn: &mut AsyncPgConnection,
    query: &ListQuery,
) -> Result<Vec<PageRow>, ReadModelError> {
    if let Some(only) = &query.only {
        return Ok(own::page(query, only)?.load(conn).await?);
    }
    Ok(match rarest::first(conn, query).await? {
        Some(query) => statement(&query).load(conn).await?,
        None => statement(query).load(conn).await?,
    })
}

/// The statement behind [`list`], of all documents.
pub fn statement(query: &ListQuery) -> Statement<'_> {
    match (lasting::under_way(query), query.facets.split_first()) {
        (None, None) => unfiltered(query),
        (None, Some((first, others))) => page(query, entries(query, first, others)),
        (Some(under_way), None) => page(query, lasting::before(query, under_way, all(query))),
        (Some(under_way), Some((first, others))) => {
            let later = entries(query, first, others);
            page(query, lasting::before(query, under_way, later))
        }
    }
}

/// How the two ends of an order are written.
struct Order {
    by: &'static str,
    beyond: &'static str,
}

impl Order {
    fn of(query: &ListQuery) -> Self {
        match views::direction(query.view) {
            Direction::Ascending => Self {
                by: "ASC",
                beyond: ">",
            },
            Direction::Descending => Self {
                by: "DESC",
                beyond: "<",
            },
        }
    }
}

fn unfiltered(query: &ListQuery) -> Statement<'_> {
    let statement = Statement::new(
        "SELECT d.id, d.sort_key, d.body FROM documents d
         WHERE NOT d.deleted AND d.organization_id = ? AND d.view = ?",
    )
    .bind::<SqlUuid, _>(query.organization_id.0)
    .bind::<Text, _>(query.view.as_str());
    in_order(bounded(statement, query, "d"), query, "d")
}

/// The documents behind entries that are in the order of the list.
fn page<'a>(query: &'a ListQuery, entries: Statement<'a>) -> Statement<'a> {
    let Order { by, .. } = Order::of(query);
    Statement::new("SELECT d.id, d.sort_key, d.body FROM (")
        .then(entries)
        .sql(&format!(
            ") p JOIN documents d ON d.organization_id = ? AND d.view = ? AND d.id = p.id
             ORDER BY p.sort_key {by}, p.id {by}"
        ))
        .bind::<SqlUuid, _>(query.organization_id.0)
        .bind::<Text, _>(query.view.as_str())
}

/// Sort keys and ids without a filter.
fn all(query: &ListQuery) -> Statement<'_> {
    let statement = Statement::new(
        "SELECT d.sort_key, d.id FROM documents d
         WHERE NOT d.deleted AND d.organization_id = ? AND d.view = ?",
    )
    .bind::<SqlUuid, _>(query.organization_id.0)
    .bind::<Text, _>(query.view.as_str());
    in_order(bounded(statement, query, "d"), query, "d")
}

/// Walks the entries of the first value in the order of the list and keeps those that have the
/// other values too. Documents that are deleted have no entries.
fn entries<'a>(query: &'a ListQuery, first: &'a Facet, others: &'a [Facet]) -> Statement<'a> {
    let statement = Statement::new(
        "SELECT f.sort_key, f.id FROM document_facets f
         WHERE f.organization_id = ? AND f.view = ? AND f.facet = ? AND f.value = ?",
    )
    .bind::<SqlUuid, _>(query.organization_id.0)
    .bind::<Text, _>(query.view.as_str())
    .bind::<Text, _>(first.name.as_str())
    .bind::<Text, _>(first.value.as_str());
    let statement = also(bounded(statement, query, "f"), query, others);
    in_order(statement, query, "f")
}

/// Entries `f` that have these values too.
fn also<'a>(
    mut statement: Statement<'a>,
    query: &'a ListQuery,
    others: &'a [Facet],
) -> Statement<'a> {
    for other in others {
        // OFFSET 0 keeps this a look-up for each entry: as a join, the planner could begin with
        // the commoner value, or read and sort it all.
        statement = statement
            .sql(
                " AND EXISTS (SELECT FROM document_facets o
                     WHERE o.organization_id = ? AND o.view = ? AND o.facet = ? AND o.value = ?
                         AND o.sort_key = f.sort_key AND o.id = f.id OFFSET 0)",
            )
            .bind::<SqlUuid, _>(query.organization_id.0)
            .bind::<Text, _>(query.view.as_str())
            .bind::<Text, _>(other.name.as_str())
            .bind::<Text, _>(other.value.as_str());
    }
    statement
}

fn in_order<'a>(statement: Statement<'a>, query: &'a ListQuery, table: &str) -> Statement<'a> {
    let Order { by, .. } = Order::of(query);
    statement
        .sql(&format!(
            " ORDER BY {table}.sort_key {by}, {table}.id {by} LIMIT ?"
        ))
        .bind::<BigInt, _>(query.fetched())
}

fn bounded<'a>(mut statement: Statement<'a>, query: &'a ListQuery, table: &str) -> Statement<'a> {
    if let Some(from) = &query.sort_from {
        statement = statement
            .sql(&format!(" AND {table}.sort_key >= ?"))
            .bind::<Text, _>(from.as_str());
    }
    up_to(statement, query, table)
}

/// The upper bound, and where the page before ended.
fn up_to<'a>(mut statement: Statement<'a>, query: &'a ListQuery, table: &str) -> Statement<'a> {
    let Order { beyond, .. } = Order::of(query);
    if let Some(to) = &query.sort_to {
        statement = statement
            .sql(&format!(" AND {table}.sort_key < ?"))
            .bind::<Text, _>(to.as_str());
    }
    if let Some(after) = &query.after {
        statement = statement
            .sql(&format!(
                " AND ({table}.sort_key, {table}.id) {beyond} (?, ?)"
            ))
            .bind::<Text, _>(after.sort_key.as_str())
            .bind::<Text, _>(after.id.as_str());
    }
    statement
}
