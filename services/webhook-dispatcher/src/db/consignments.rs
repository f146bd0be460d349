//! The table `consignments`: what is sent as it comes, under one lease.

use diesel::QueryResult;
use diesel::sql_types::{Array, BigInt, Uuid as SqlUuid};
use diesel_async::AsyncPgConnection;
use store::Statement;
use uuid::Uuid;

use super::outcomes::{Outcomes, places};

/// A row is changed once for all that is told of it, and goes with the last. It is locked first: what
/// is settled of it is seen as whoever changed it last has left it.
const SETTLE: &str = ", held AS MATERIALIZED (
    SELECT c.id, c.endpoint_id, c.organization_id, c.lease_owner, c.created_at, c.first_sequence, c.settled
    FROM consignments c WHERE c.id = ANY (?)
    ORDER BY c.id FOR UPDATE
), news AS MATERIALIZED (
    SELECT o.*, h.endpoint_id, h.organization_id, h.created_at, h.settled,
           (o.sequence - h.first_sequence)::integer AS place
    FROM outcomes o JOIN held h ON h.id = o.consignment AND h.lease_owner = o.owner
    WHERE get_bit(h.settled, (o.sequence - h.first_sequence)::integer) = 0
), marks AS MATERIALIZED (
    SELECT consignment, bit_or(set_bit(settled, place, 1)) AS settled FROM news GROUP BY consignment
), marked AS (
    UPDATE consignments c SET settled = m.settled FROM marks m
    WHERE c.id = m.consignment AND bit_count(m.settled) < length(m.settled)
), emptied AS (
    DELETE FROM consignments c USING marks m
    WHERE c.id = m.consignment AND bit_count(m.settled) = length(m.settled)
), logged AS (
    INSERT INTO ended (id, event_id, endpoint_id, organization_id, sequence, replay, status, attempt_count,
                       last_status_code, last_error, created_at, completed_at, started_at, duration_ms, error_detail,
                       response_excerpt, request_headers, response_headers)
    SELECT id, event_id, endpoint_id, organization_id, sequence, 0, status, number, status_code, error, created_at,
           completed_at, started_at, duration_ms, error_detail, excerpt, request_headers, response_headers
    FROM news WHERE completed_at IS NOT NULL
), put_off AS (
    INSERT INTO owed (id, event_id, endpoint_id, organization_id, sequence, attempt_count, next_attempt_at,
                      last_status_code, last_error, created_at, probes)
    SELECT id, event_id, endpoint_id, organization_id, sequence, number, next_attempt_at, status_code, error,
           created_at, is_probe::integer
    FROM news WHERE completed_at IS NULL
), noted AS (
    INSERT INTO attempts (delivery_id, number, started_at, duration_ms, status_code, error, error_detail,
                          response_excerpt, request_headers, response_headers)
    SELECT id, number, started_at, duration_ms, status_code, error, error_detail, excerpt,
           request_headers, response_headers
    FROM news WHERE completed_at IS NULL
)
SELECT position FROM news";

/// Writes what is told of consignments by who still holds them, in one statement. Answers with the
/// places of that in `outcomes`.
pub async fn settle(
    conn: &mut AsyncPgConnection,
    outcomes: &Outcomes<'_>,
) -> QueryResult<Vec<usize>> {
    let ids = outcomes.of_consignments();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let settle = outcomes.told().sql(SETTLE).bind::<Array<SqlUuid>, _>(ids);
    places(conn, settle).await
}

/// Puts what is not settled of consignments into `owed`, under the lease that it has. `chosen` selects
/// their ids, and locks them in that order.
fn opening(chosen: &str) -> Statement<'static> {
    Statement::new(format!(
        "WITH opened AS (
             DELETE FROM consignments c WHERE c.id = ANY (ARRAY({chosen})) RETURNING c.*
         )
         INSERT INTO owed (id, event_id, endpoint_id, organization_id, sequence, attempt_count, next_attempt_at,
                           lease_owner, created_at)
         SELECT i.id, i.event_id, o.endpoint_id, o.organization_id, o.first_sequence + i.place - 1, 0, o.created_at,
                o.lease_owner, o.created_at
         FROM opened o
         CROSS JOIN LATERAL unnest(o.delivery_ids, o.event_ids) WITH ORDINALITY AS i (id, event_id, place)
         WHERE get_bit(o.settled, i.place::integer - 1) = 0"
    ))
}

/// Opens those of `ids` that are still there.
pub async fn open(conn: &mut AsyncPgConnection, ids: &[Uuid]) -> QueryResult<()> {
    if !ids.is_empty() {
        let open = opening(
            "SELECT c.id FROM consignments c WHERE c.id = ANY (?) ORDER BY c.id FOR UPDATE",
        );
        open.bind::<Array<SqlUuid>, _>(ids).run(conn).await?;
    }
    Ok(())
}

/// Opens all that `owner` holds.
pub async fn open_all(conn: &mut AsyncPgConnection, owner: Uuid) -> QueryResult<()> {
    let open =
        opening("SELECT c.id FROM consignments c WHERE c.lease_owner = ? ORDER BY c.id FOR UPDATE");
    open.bind::<SqlUuid, _>(owner).run(conn).await?;
    Ok(())
}

/// Opens so many of those whose owners are dead that they make up `deliveries`, or all. Who does so at
/// the same time does not wait. One that is just being prolonged loses nothing by it.
pub async fn open_orphaned(conn: &mut AsyncPgConnection, deliveries: i64) -> QueryResult<()> {
    let open = opening(
        "WITH orphaned AS MATERIALIZED (
             SELECT c.id, length(c.settled) - bit_count(c.settled) AS deliveries
             FROM consignments c JOIN replicas r ON r.id = c.lease_owner
             WHERE r.alive_until <= now()
             LIMIT ? FOR UPDATE OF c SKIP LOCKED
         )
         SELECT o.id FROM (
             SELECT id, sum(deliveries) OVER (ORDER BY id) - deliveries AS before FROM orphaned
         ) o WHERE o.before < ?",
    );
    let open = open.bind::<BigInt, _>(deliveries);
    open.bind::<BigInt, _>(deliveries).run(conn).await?;
    Ok(())
}
