//! How the deliveries of events stand, in figures.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::OrgId;
use store::prepared;

/// The deliveries of one event, replays among them.
#[derive(QueryableByName, Debug, Clone, PartialEq, Eq)]
pub struct SummaryRow {
    #[diesel(sql_type = Text)]
    pub event_id: String,
    #[diesel(sql_type = BigInt)]
    pub endpoints: i64,
    #[diesel(sql_type = BigInt)]
    pub succeeded: i64,
    #[diesel(sql_type = BigInt)]
    pub failed: i64,
    #[diesel(sql_type = BigInt)]
    pub pending: i64,
}

/// Those of `events` that anybody was owed.
pub async fn of_events(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    events: &[String],
) -> QueryResult<Vec<SummaryRow>> {
    let summaries = diesel::sql_query(
        "SELECT event_id, count(DISTINCT endpoint_id) AS endpoints,
             count(*) FILTER (WHERE status = 'succeeded') AS succeeded,
             count(*) FILTER (WHERE status = 'failed') AS failed,
             count(*) FILTER (WHERE status = 'pending') AS pending
         FROM deliveries WHERE event_id = ANY($1) AND organization_id = $2 GROUP BY event_id",
    )
    .bind::<Array<Text>, _>(events)
    .bind::<SqlUuid, _>(organization.0);
    prepared(summaries).load(conn).await
}
