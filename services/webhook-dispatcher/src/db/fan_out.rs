//! Writing events and their deliveries.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

/// Events to be written, column by column.
#[derive(Default)]
pub struct NewEvents<'a> {
    pub ids: Vec<String>,
    pub organizations: Vec<Uuid>,
    pub types: Vec<&'static str>,
    pub occurred_at: Vec<DateTime<Utc>>,
    pub traceparents: Vec<Option<&'a str>>,
    pub bodies: Vec<&'a [u8]>,
    pub locations: Vec<Option<Uuid>>,
}

/// Their deliveries, in the order in which they are to be numbered.
#[derive(Default)]
pub struct NewDeliveries {
    pub ids: Vec<Uuid>,
    pub event_ids: Vec<String>,
    pub endpoint_ids: Vec<Uuid>,
    pub lease_owners: Vec<Option<Uuid>>,
}

#[derive(QueryableByName)]
pub struct Numbered {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = BigInt)]
    pub sequence: i64,
}

/// One statement, and so one transaction.
///
/// An event that is known is left alone together with its deliveries, before anything is numbered:
/// a repeated message leaves no gap. Endpoints are locked in the order of their ids, so that two
/// replicas do not wait for each other; under READ COMMITTED the update then sees what the other
/// one has just committed.
const WRITE: &str = "
WITH fresh AS (
    INSERT INTO events (id, organization_id, type, occurred_at, traceparent, body, location_id, created_at)
    SELECT e.*, $12 FROM unnest($1, $2, $3, $4, $5, $6, $13)
        AS e (id, organization_id, type, occurred_at, traceparent, body, location_id)
    ORDER BY e.id
    ON CONFLICT (id) DO NOTHING
    RETURNING id
), wanted AS (
    SELECT d.*, row_number() OVER (PARTITION BY d.endpoint_id ORDER BY d.position) - 1 AS rank
    FROM unnest($7, $8, $9, $10) WITH ORDINALITY AS d (id, event_id, endpoint_id, lease_owner, position)
    JOIN fresh ON fresh.id = d.event_id
), counted AS (
    SELECT endpoint_id, count(*) AS deliveries FROM wanted GROUP BY endpoint_id
), locked AS MATERIALIZED (
    SELECT e.id FROM endpoints e WHERE e.id IN (SELECT endpoint_id FROM counted) ORDER BY e.id FOR UPDATE
), numbered AS (
    UPDATE endpoints e SET next_sequence = e.next_sequence + c.deliveries
    FROM counted c JOIN locked l ON l.id = c.endpoint_id
    WHERE e.id = c.endpoint_id
    RETURNING e.id, e.organization_id, e.next_sequence - c.deliveries AS first
)
INSERT INTO deliveries (id, event_id, endpoint_id, organization_id, sequence, status, attempt_count,
                        next_attempt_at, lease_owner, created_at)
SELECT w.id, w.event_id, w.endpoint_id, n.organization_id, n.first + w.rank, 'pending', 0, $11, w.lease_owner, $11
FROM wanted w JOIN numbered n ON n.id = w.endpoint_id
RETURNING id, sequence";

/// Writes both, and answers with the deliveries that are new.
pub async fn write(
    conn: &mut AsyncPgConnection,
    events: &NewEvents<'_>,
    deliveries: &NewDeliveries,
    now: DateTime<Utc>,
) -> QueryResult<Vec<Numbered>> {
    diesel::sql_query(WRITE)
        .bind::<Array<Text>, _>(&events.ids)
        .bind::<Array<SqlUuid>, _>(&events.organizations)
        .bind::<Array<Text>, _>(&events.types)
        .bind::<Array<Timestamptz>, _>(&events.occurred_at)
        .bind::<Array<Nullable<Text>>, _>(&events.traceparents)
        .bind::<Array<Binary>, _>(&events.bodies)
        .bind::<Array<SqlUuid>, _>(&deliveries.ids)
        .bind::<Array<Text>, _>(&deliveries.event_ids)
        .bind::<Array<SqlUuid>, _>(&deliveries.endpoint_ids)
        .bind::<Array<Nullable<SqlUuid>>, _>(&deliveries.lease_owners)
        .bind::<Timestamptz, _>(now)
        .bind::<Timestamptz, _>(now)
        .bind::<Array<Nullable<SqlUuid>>, _>(&events.locations)
        .load(conn)
        .await
}
