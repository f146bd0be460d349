//! The events a recovery looks at, and the deliveries it makes.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::{EndpointId, EventId, OrgId};
use store::prepared;
use uuid::Uuid;

use crate::db::ids::least_id_of;
use crate::recovery::{Candidate, Standing};

/// Events of an organisation, in the order of their ids.
#[derive(Debug, Clone)]
pub struct Range<'a> {
    pub organization_id: OrgId,
    /// The ids are above this one.
    pub after: &'a str,
    /// And below this one.
    pub end: &'a str,
    /// Events, at most.
    pub limit: i64,
}

#[derive(QueryableByName)]
struct EventRow {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Text)]
    event_type: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    location_id: Option<Uuid>,
    #[diesel(sql_type = Text)]
    standing: String,
}

impl From<EventRow> for Candidate {
    fn from(row: EventRow) -> Self {
        Self {
            event_id: row.id,
            event_type: row.event_type.parse().ok(),
            location_id: row.location_id.map(Into::into),
            standing: match row.standing.as_str() {
                "owed" => Standing::Owed,
                "arrived" => Standing::Arrived,
                "failed" => Standing::Failed,
                _ => Standing::Never,
            },
        }
    }
}

/// One statement, and so one moment: what goes from `owed` to `ended` meanwhile is seen in one of
/// them. Deliveries are looked up event by event, and only in the days since the first event.
const CANDIDATES: &str = "
WITH looked_at AS MATERIALIZED (
    SELECT v.id, v.type, v.location_id FROM events v
    WHERE v.organization_id = $1 AND v.id > $2 AND v.id < $3
    ORDER BY v.id LIMIT $4
)
SELECT l.id, l.type AS event_type, l.location_id,
       CASE WHEN EXISTS (SELECT FROM pending o WHERE o.event_id = l.id AND o.endpoint_id = $5) THEN 'owed'
            ELSE (SELECT CASE WHEN count(*) = 0 THEN 'never'
                              WHEN bool_or(e.status = 'succeeded') THEN 'arrived'
                              ELSE 'failed' END
                  FROM ended e WHERE e.event_id = l.id AND e.endpoint_id = $5 AND e.id >= $6)
       END AS standing
FROM looked_at l ORDER BY l.id";

/// Events of `range`, and how each stands with the endpoint.
pub async fn candidates(
    conn: &mut AsyncPgConnection,
    range: &Range<'_>,
    endpoint: EndpointId,
) -> QueryResult<Vec<Candidate>> {
    let candidates = diesel::sql_query(CANDIDATES)
        .bind::<SqlUuid, _>(range.organization_id.0)
        .bind::<Text, _>(range.after)
        .bind::<Text, _>(range.end)
        .bind::<BigInt, _>(range.limit)
        .bind::<SqlUuid, _>(endpoint.0)
        .bind::<SqlUuid, _>(first_delivery_of(range.after));
    let rows: Vec<EventRow> = prepared(candidates).load(conn).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Numbered like the deliveries of new events. Nobody has leased them. An endpoint that is deleted
/// meanwhile is owed nothing.
const OWE: &str = "
WITH wanted AS (
    SELECT * FROM unnest($1, $2) WITH ORDINALITY AS w (id, event_id, place)
), numbered AS (
    UPDATE endpoints e SET next_sequence = e.next_sequence + (SELECT count(*) FROM wanted)
    WHERE e.id = $3 AND e.status <> 'deleted'
    RETURNING e.id, e.organization_id, e.in_order, e.next_sequence - (SELECT count(*) FROM wanted) AS first
)
INSERT INTO owed (id, event_id, endpoint_id, organization_id, sequence, replay, subject_id, attempt_count,
                  next_attempt_at, created_at)
SELECT w.id, w.event_id, n.id, n.organization_id, n.first + w.place - 1,
       (SELECT coalesce(max(d.replay), 0) + 1 FROM deliveries d
        WHERE d.event_id = w.event_id AND d.organization_id = n.organization_id AND d.id >= $5),
       CASE WHEN n.in_order THEN (SELECT v.subject_id FROM events v WHERE v.id = w.event_id) END,
       0, $4, $4
FROM wanted w, numbered n
ORDER BY w.place";

/// Owes `events` to the endpoint, in their order, under new deliveries that are due at once. `ids`
/// go with them. Answers how many there are: all, or none.
pub async fn owe(
    conn: &mut AsyncPgConnection,
    endpoint: EndpointId,
    events: &[String],
    ids: &[Uuid],
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let Some(first) = events.first() else {
        return Ok(0);
    };
    let owe = diesel::sql_query(OWE)
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Array<Text>, _>(events)
        .bind::<SqlUuid, _>(endpoint.0)
        .bind::<Timestamptz, _>(now)
        .bind::<SqlUuid, _>(first_delivery_of(first));
    prepared(owe).execute(conn).await
}

/// What the ids of deliveries of this event, and of later ones, are not below: they bear the time
/// of their making, by a clock that may be behind the one of the event.
fn first_delivery_of(event: &str) -> Uuid {
    let unix_ms = event
        .parse::<EventId>()
        .map_or(0, |event| event.0.timestamp_ms());
    let apart = TimeDelta::days(1).num_milliseconds().unsigned_abs();
    least_id_of(unix_ms.saturating_sub(apart))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deliveries_are_looked_for_from_a_day_before_their_event() {
        let event = EventId::from_parts(1_780_000_000_000, 7).to_string();
        let made =
            |unix_ms| uuid::Builder::from_unix_timestamp_millis(unix_ms, &[0; 10]).into_uuid();
        let day = 86_400_000;
        assert!(first_delivery_of(&event) < made(1_780_000_000_000 - day));
        assert!(first_delivery_of(&event) > made(1_780_000_000_000 - day - 1));
        assert_eq!(first_delivery_of("evt_none"), Uuid::nil());
    }
}
