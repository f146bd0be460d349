//! Writing events and their deliveries.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use store::prepared;
use uuid::Uuid;

/// Events to be written, column by column.
#[derive(Default)]
pub struct NewEvents<'a> {
    pub ids: Vec<&'a str>,
    pub organizations: Vec<Uuid>,
    pub types: Vec<&'static str>,
    pub occurred_at: Vec<DateTime<Utc>>,
    pub traceparents: Vec<Option<&'a str>>,
    pub bodies: Vec<&'a [u8]>,
    pub locations: Vec<Option<Uuid>>,
    pub subjects: Vec<Uuid>,
    /// In JSON: by endpoint, why it is not owed the event.
    pub passed_over: Vec<Cow<'static, str>>,
}

/// Their deliveries, in the order in which they are to be numbered.
#[derive(Default)]
pub struct NewDeliveries<'a> {
    pub ids: Vec<Uuid>,
    pub event_ids: Vec<&'a str>,
    pub endpoint_ids: Vec<Uuid>,
    /// The same for all of an endpoint that have one.
    pub lease_owners: Vec<Option<Uuid>>,
    /// When the endpoint had last been changed, as it was read.
    pub read_as: Vec<DateTime<Utc>>,
}

#[derive(QueryableByName)]
pub struct Numbered {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = BigInt)]
    pub sequence: i64,
    /// Where it is under the lease that was asked for: the endpoint was still one to be sent to at once.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub consignment: Option<Uuid>,
}

/// One statement, and so one transaction.
///
/// An event that is known is left alone together with its deliveries, before anything is numbered:
/// a repeated message leaves no gap. Endpoints are locked in the order of their ids, so that two
/// replicas do not wait for each other; under READ COMMITTED the update then sees what the other
/// one has just committed. What an endpoint is under its lock decides whether it is sent to at once:
/// whatever is unusual about it goes through the claims, as does what was changed since it was read:
/// it may have another address or secret now. One that was deleted meanwhile is owed
/// nothing: it may be closed already, and nobody would end what is owed to it.
///
/// What is sent at once stands in one consignment for each endpoint; in its arrays, what is not is as
/// good as settled.
const WRITE: &str = "
WITH fresh AS (
    INSERT INTO events (id, organization_id, type, occurred_at, traceparent, body, location_id, passed_over,
                        subject_id, created_at)
    SELECT e.id, e.organization_id, e.type, e.occurred_at, e.traceparent, e.body, e.location_id,
           e.passed_over::jsonb, e.subject_id, $12
    FROM unnest($1, $2, $3, $4, $5, $6, $13, $14, $15)
        AS e (id, organization_id, type, occurred_at, traceparent, body, location_id, passed_over, subject_id)
    ORDER BY e.id
    ON CONFLICT (id) DO NOTHING
    RETURNING id, subject_id
), wanted AS (
    SELECT d.*, fresh.subject_id, row_number() OVER (PARTITION BY d.endpoint_id ORDER BY d.position) - 1 AS rank
    FROM unnest($7, $8, $9, $10, $16) WITH ORDINALITY
        AS d (id, event_id, endpoint_id, lease_owner, read_as, position)
    JOIN fresh ON fresh.id = d.event_id
), counted AS (
    SELECT endpoint_id, count(*) AS deliveries FROM wanted GROUP BY endpoint_id
), locked AS MATERIALIZED (
    SELECT e.id FROM endpoints e WHERE e.id IN (SELECT endpoint_id FROM counted) AND e.status <> 'deleted'
    ORDER BY e.id FOR UPDATE
), numbered AS (
    UPDATE endpoints e SET next_sequence = e.next_sequence + c.deliveries
    FROM counted c JOIN locked l ON l.id = c.endpoint_id
    WHERE e.id = c.endpoint_id
    RETURNING e.id, e.organization_id, e.next_sequence - c.deliveries AS first, e.in_order, e.updated_at,
              e.status = 'enabled' AND e.health = 'healthy' AND e.rate_requests IS NULL AND NOT e.in_order AS is_plain
), placed AS MATERIALIZED (
    SELECT w.id, w.event_id, w.endpoint_id, n.organization_id, n.first, w.rank,
           CASE WHEN n.in_order THEN w.subject_id END AS subject_id,
           CASE WHEN n.is_plain AND n.updated_at = w.read_as THEN w.lease_owner END AS lease_owner
    FROM wanted w JOIN numbered n ON n.id = w.endpoint_id
), consigned AS (
    INSERT INTO consignments (id, endpoint_id, organization_id, lease_owner, created_at, first_sequence, settled,
                              delivery_ids, event_ids)
    SELECT (array_agg(id ORDER BY rank))[1], endpoint_id, organization_id,
           (array_agg(lease_owner) FILTER (WHERE lease_owner IS NOT NULL))[1], $11, first,
           string_agg(CASE WHEN lease_owner IS NULL THEN '1' ELSE '0' END, '' ORDER BY rank)::varbit,
           array_agg(id ORDER BY rank), array_agg(event_id ORDER BY rank)
    FROM placed
    GROUP BY endpoint_id, organization_id, first
    HAVING count(lease_owner) > 0
    RETURNING id, endpoint_id
), left_to_claims AS (
    INSERT INTO owed (id, event_id, endpoint_id, organization_id, sequence, subject_id, attempt_count,
                      next_attempt_at, created_at)
    SELECT id, event_id, endpoint_id, organization_id, first + rank, subject_id, 0, $11, $11
    FROM placed WHERE lease_owner IS NULL
)
SELECT p.id, p.first + p.rank AS sequence, c.id AS consignment
FROM placed p LEFT JOIN consigned c ON c.endpoint_id = p.endpoint_id AND p.lease_owner IS NOT NULL";

/// Writes both, and answers with the deliveries that are new.
pub async fn write(
    conn: &mut AsyncPgConnection,
    events: &NewEvents<'_>,
    deliveries: &NewDeliveries<'_>,
    now: DateTime<Utc>,
) -> QueryResult<Vec<Numbered>> {
    let write = diesel::sql_query(WRITE)
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
        .bind::<Array<Text>, _>(&events.passed_over)
        .bind::<Array<SqlUuid>, _>(&events.subjects)
        .bind::<Array<Timestamptz>, _>(&deliveries.read_as);
    prepared(write).load(conn).await
}
