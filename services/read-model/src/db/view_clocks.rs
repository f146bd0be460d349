//! The table `view_clocks`: when each view of each organisation last changed, and the lock of
//! whoever changes it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::OrgId;
use public_api::routes::View;
use uuid::Uuid;

use super::Statement;
use crate::views;

/// A view of an organisation.
pub type Place = (OrgId, View);

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    organization_id: Uuid,
    #[diesel(sql_type = Text)]
    view: String,
    #[diesel(sql_type = Timestamptz)]
    changed_at: DateTime<Utc>,
}

/// Locks these views until the transaction ends, in the order of the keys, and moves their clocks
/// on: to the given time, and in any case beyond what they showed. Whoever comes next waits for
/// the commit and is given a later time, so what is visible at some time is all there will ever
/// be up to it.
pub async fn advance(
    conn: &mut AsyncPgConnection,
    to: &BTreeMap<Place, DateTime<Utc>>,
) -> QueryResult<BTreeMap<Place, DateTime<Utc>>> {
    if to.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<Row> = Statement::new(
        "INSERT INTO view_clocks AS c
         SELECT * FROM unnest(?, ?, ?)
         ON CONFLICT (organization_id, view) DO UPDATE SET
             changed_at = greatest(excluded.changed_at, c.changed_at + interval '1 microsecond')
         RETURNING c.*",
    )
    .bind::<Array<SqlUuid>, _>(to.keys().map(|(org, _)| org.0).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(to.keys().map(|(_, view)| view.as_str()).collect::<Vec<_>>())
    .bind::<Array<Timestamptz>, _>(to.values().copied().collect::<Vec<_>>())
    .load(conn)
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let view = views::view(&row.view)?;
            Some(((row.organization_id.into(), view), row.changed_at))
        })
        .collect())
}

/// Locks a view that has documents which are due at `now`, among those that are due the longest,
/// unless all are held by others. The clock stays where it is.
pub async fn lock_due(
    conn: &mut AsyncPgConnection,
    now: DateTime<Utc>,
) -> QueryResult<Option<(OrgId, View)>> {
    // Some of the documents that are due are enough to find where. Of several views any one: where
    // one cannot be turned, the others do not wait for it.
    let row: Option<Row> = Statement::new(
        "SELECT c.* FROM view_clocks c
         JOIN (SELECT DISTINCT t.organization_id, t.view
               FROM (SELECT d.organization_id, d.view FROM documents d
                     WHERE d.turns_at <= ? ORDER BY d.turns_at LIMIT 1000) t) due
             USING (organization_id, view)
         ORDER BY random() LIMIT 1 FOR UPDATE OF c SKIP LOCKED",
    )
    .bind::<Timestamptz, _>(now)
    .get_result(conn)
    .await
    .optional()?;
    Ok(row.and_then(|row| Some((row.organization_id.into(), views::view(&row.view)?))))
}
