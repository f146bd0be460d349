//! Writing what became of attempts.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{
    Array, BigInt, Binary, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use store::Statement;
use uuid::Uuid;

/// Attempts and how their deliveries now stand, column by column.
#[derive(Default)]
pub struct Outcomes<'a> {
    pub deliveries: Vec<Uuid>,
    pub owners: Vec<Uuid>,
    pub numbers: Vec<i32>,
    pub started_at: Vec<DateTime<Utc>>,
    pub durations_ms: Vec<i32>,
    pub status_codes: Vec<Option<i32>>,
    pub errors: Vec<Option<&'static str>>,
    pub details: Vec<Option<String>>,
    pub excerpts: Vec<&'a [u8]>,
    /// In JSON, by name.
    pub request_headers: Vec<Option<&'a str>>,
    pub response_headers: Vec<Option<&'a str>>,
    pub statuses: Vec<&'static str>,
    pub next_attempts_at: Vec<Option<DateTime<Utc>>>,
    pub completed_at: Vec<Option<DateTime<Utc>>>,
    /// Whether each was a probe of its endpoint.
    pub probes: Vec<bool>,
    /// The consignment that each came in, where it came in one.
    pub consignments: Vec<Option<Uuid>>,
    pub event_ids: Vec<&'a str>,
    pub sequences: Vec<i64>,
}

impl<'a> Outcomes<'a> {
    /// What the statements that write them begin with.
    pub(super) fn told(&'a self) -> Statement<'a> {
        Statement::new(TOLD)
            .bind::<Array<SqlUuid>, _>(&self.deliveries)
            .bind::<Array<SqlUuid>, _>(&self.owners)
            .bind::<Array<Integer>, _>(&self.numbers)
            .bind::<Array<Timestamptz>, _>(&self.started_at)
            .bind::<Array<Integer>, _>(&self.durations_ms)
            .bind::<Array<Nullable<Integer>>, _>(&self.status_codes)
            .bind::<Array<Nullable<Text>>, _>(&self.errors)
            .bind::<Array<Nullable<Text>>, _>(&self.details)
            .bind::<Array<Binary>, _>(&self.excerpts)
            .bind::<Array<Text>, _>(&self.statuses)
            .bind::<Array<Nullable<Timestamptz>>, _>(&self.next_attempts_at)
            .bind::<Array<Nullable<Timestamptz>>, _>(&self.completed_at)
            .bind::<Array<Nullable<Text>>, _>(&self.request_headers)
            .bind::<Array<Nullable<Text>>, _>(&self.response_headers)
            .bind::<Array<Bool>, _>(&self.probes)
            .bind::<Array<Nullable<SqlUuid>>, _>(&self.consignments)
            .bind::<Array<Text>, _>(&self.event_ids)
            .bind::<Array<BigInt>, _>(&self.sequences)
    }

    /// Everything came in consignments.
    pub fn are_consigned(&self) -> bool {
        self.consignments.iter().all(Option::is_some)
    }

    pub(super) fn of_consignments(&self) -> Vec<Uuid> {
        let mut ids: Vec<Uuid> = self.consignments.iter().copied().flatten().collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

const TOLD: &str = "
WITH outcomes AS (
    SELECT * FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) WITH ORDINALITY
        AS o (id, owner, number, started_at, duration_ms, status_code, error, error_detail, excerpt,
              status, next_attempt_at, completed_at, request_headers, response_headers, is_probe,
              consignment, event_id, sequence, position)
)";

#[derive(QueryableByName)]
struct Written {
    #[diesel(sql_type = BigInt)]
    position: i64,
}

/// Only where the lease is still held: what has passed to another replica is that one's to write. And
/// only the next attempt: where an answer was lost, the same outcomes come once more, and by then the
/// same replica may hold the delivery anew. One that lost its lease and got another may tell of a
/// delivery twice in one batch, once under each: what is written is told by its position. The
/// owners are compared in words that no index knows: by that on owners, each delivery would be
/// looked for among all that its replica holds.
const WRITE: &str = ", put_off AS (
    UPDATE owed d
    SET attempt_count = o.number, next_attempt_at = o.next_attempt_at, lease_owner = NULL,
        last_status_code = o.status_code, last_error = o.error, probes = d.probes + o.is_probe::integer
    FROM outcomes o
    WHERE d.id = o.id AND d.lease_owner IS NOT DISTINCT FROM o.owner AND d.attempt_count = o.number - 1
      AND o.completed_at IS NULL
    RETURNING o.position
), over AS (
    DELETE FROM owed d USING outcomes o
    WHERE d.id = o.id AND d.lease_owner IS NOT DISTINCT FROM o.owner AND d.attempt_count = o.number - 1
      AND o.completed_at IS NOT NULL
    RETURNING d.id, d.event_id, d.endpoint_id, d.organization_id, d.sequence, d.replay, o.status, o.number,
              o.status_code, o.error, d.created_at, o.completed_at, o.started_at, o.duration_ms, o.error_detail,
              o.excerpt, o.request_headers, o.response_headers, o.position
), logged AS (
    INSERT INTO ended (id, event_id, endpoint_id, organization_id, sequence, replay, status, attempt_count,
                       last_status_code, last_error, created_at, completed_at, started_at, duration_ms, error_detail,
                       response_excerpt, request_headers, response_headers)
    SELECT id, event_id, endpoint_id, organization_id, sequence, replay, status, number, status_code, error, created_at,
           completed_at, started_at, duration_ms, error_detail, excerpt, request_headers, response_headers
    FROM over
), noted AS (
    INSERT INTO attempts (delivery_id, number, started_at, duration_ms, status_code, error, error_detail,
                          response_excerpt, request_headers, response_headers)
    SELECT o.id, o.number, o.started_at, o.duration_ms, o.status_code, o.error, o.error_detail, o.excerpt,
           o.request_headers, o.response_headers
    FROM outcomes o JOIN put_off p ON p.position = o.position
)
SELECT position FROM put_off UNION ALL SELECT position FROM over";

/// Writes what stands in `owed`, and answers with that by its places in `outcomes`. What came in a
/// consignment may stand there meanwhile.
pub async fn write(
    conn: &mut AsyncPgConnection,
    outcomes: &Outcomes<'_>,
) -> QueryResult<Vec<usize>> {
    places(conn, outcomes.told().sql(WRITE)).await
}

/// The places that `statement` answers with.
pub(super) async fn places(
    conn: &mut AsyncPgConnection,
    statement: Statement<'_>,
) -> QueryResult<Vec<usize>> {
    let written: Vec<Written> = statement.load(conn).await?;
    // PostgreSQL counts from one.
    let place = |row: Written| usize::try_from(row.position - 1);
    let places: Result<Vec<usize>, _> = written.into_iter().map(place).collect();
    places.map_err(|error| diesel::result::Error::DeserializationError(error.into()))
}
