//! Pages of what changed, in the order of the changes: `updated_since`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::{Statement, own};
use crate::error::ReadModelError;
use crate::query::{ListQuery, Since};

/// Changes a page looks at. Where few of them are asked for the page is short, and the next one
/// goes on from there.
pub const WALK: i64 = 5_000;

/// A change that was looked at.
#[derive(Debug, QueryableByName)]
pub struct ChangeRow {
    #[diesel(sql_type = Text)]
    pub id: String,
    #[diesel(sql_type = Timestamptz)]
    pub updated_at: DateTime<Utc>,
    #[diesel(sql_type = Bool)]
    pub deleted: bool,
    /// None: it is not asked for, and only tells how far the walk went.
    #[diesel(sql_type = Nullable<Binary>)]
    pub body: Option<Vec<u8>>,
    /// Whether the walk ended here, with more to come perhaps.
    #[diesel(sql_type = Bool)]
    pub last: bool,
}

/// What changed, and one change more when another page follows.
pub async fn list(
    conn: &mut AsyncPgConnection,
    query: &ListQuery,
    since: &Since,
) -> Result<Vec<ChangeRow>, ReadModelError> {
    Ok(statement(query, since)?.load(conn).await?)
}

/// The statement behind [`list`]. One statement sees one state: two could see a document before
/// and after it moved on, or neither.
pub fn statement<'a>(
    query: &'a ListQuery,
    since: &'a Since,
) -> Result<Statement<'a>, ReadModelError> {
    let mut statement = Statement::new(
        "SELECT w.id, w.updated_at, w.deleted, w.place = ? AS last,
                CASE WHEN w.kept THEN w.body END AS body
         FROM (SELECT d.id, d.updated_at, d.deleted, d.body,
                   row_number() OVER (ORDER BY d.updated_at, d.id) AS place,
                   d.deleted OR (true",
    )
    .bind::<BigInt, _>(WALK);
    statement = own::asked(statement, query)?.sql(") AS kept FROM ");
    statement = match &query.only {
        Some(only) => own::documents(statement, query, only).sql(" d WHERE true"),
        None => statement
            .sql("documents d WHERE d.organization_id = ? AND d.view = ?")
            .bind::<SqlUuid, _>(query.organization_id.0)
            .bind::<Text, _>(query.view.as_str()),
    };
    statement = match &since.after {
        None => statement
            .sql(" AND d.updated_at >= ?")
            .bind::<Timestamptz, _>(since.at),
        Some((at, id)) => statement
            .sql(" AND (d.updated_at, d.id) > (?, ?)")
            .bind::<Timestamptz, _>(*at)
            .bind::<Text, _>(id.as_str()),
    };
    Ok(statement
        .sql(
            " ORDER BY d.updated_at, d.id LIMIT ?) w
             WHERE w.kept OR w.place = ? ORDER BY w.updated_at, w.id LIMIT ?",
        )
        .bind::<BigInt, _>(WALK)
        .bind::<BigInt, _>(WALK)
        .bind::<BigInt, _>(query.fetched()))
}
