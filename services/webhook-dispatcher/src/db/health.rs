//! How endpoints answer: their columns of `endpoints` that say so.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::webhook::{EndpointStatus, RetryProfile};
use store::prepared;
use uuid::Uuid;

use crate::endpoint::health::{FASTEST_PACE, Health, Pace, Streak};
use crate::schema::endpoints;

pub const HEALTHY: &str = "healthy";
pub(super) const FAILING: &str = "failing";
const CATCHING_UP: &str = "catching_up";

/// What the columns hold. Which of them are null follows from the first, as the table checks.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = endpoints, check_for_backend(diesel::pg::Pg))]
pub struct HealthColumns {
    pub health: String,
    pub consecutive_failures: i32,
    failures_since: Option<DateTime<Utc>>,
    failing_since: Option<DateTime<Utc>>,
    probe_at: Option<DateTime<Utc>>,
    probes: i32,
    catching_up_since: Option<DateTime<Utc>>,
    catch_up_pace: Option<i32>,
    pace_changed_at: Option<DateTime<Utc>>,
}

/// An endpoint, as far as its health goes.
#[derive(Queryable, Selectable)]
#[diesel(table_name = endpoints, check_for_backend(diesel::pg::Pg))]
pub struct PatientRow {
    pub id: Uuid,
    pub organization_id: Uuid,
    pub location_id: Option<Uuid>,
    retries: String,
    #[diesel(embed)]
    columns: HealthColumns,
}

impl PatientRow {
    pub fn health(&self) -> Health {
        Health::from(&self.columns)
    }

    pub fn retries(&self) -> RetryProfile {
        self.retries.parse().unwrap_or(RetryProfile::Short)
    }
}

impl From<&HealthColumns> for Health {
    fn from(row: &HealthColumns) -> Self {
        let count = |number: i32| u32::try_from(number).unwrap_or_default();
        let failing = (row.health.as_str(), row.failing_since, row.probe_at);
        let catching_up = (
            row.catching_up_since,
            row.catch_up_pace,
            row.pace_changed_at,
        );
        match (failing, catching_up) {
            ((FAILING, Some(since), Some(probe_at)), _) => Self::Failing {
                since,
                probe_at,
                probes: count(row.probes),
            },
            ((CATCHING_UP, Some(failing_since), _), (Some(since), Some(pace), Some(changed))) => {
                Self::CatchingUp {
                    failing_since,
                    since,
                    pace: Pace {
                        per_second: count(pace).clamp(1, FASTEST_PACE),
                        since: changed,
                    },
                    faltered: row.consecutive_failures > 0,
                }
            }
            _ => Self::Healthy {
                streak: row.failures_since.map(|since| Streak {
                    failures: count(row.consecutive_failures),
                    since,
                }),
            },
        }
    }
}

impl From<Health> for HealthColumns {
    fn from(health: Health) -> Self {
        let number = |count: u32| i32::try_from(count).unwrap_or(i32::MAX);
        let healthy = Self {
            health: health.as_str().to_owned(),
            consecutive_failures: 0,
            failures_since: None,
            failing_since: None,
            probe_at: None,
            probes: 0,
            catching_up_since: None,
            catch_up_pace: None,
            pace_changed_at: None,
        };
        match health {
            Health::Healthy { streak } => Self {
                consecutive_failures: streak.map_or(0, |streak| number(streak.failures)),
                failures_since: streak.map(|streak| streak.since),
                ..healthy
            },
            Health::Failing {
                since,
                probe_at,
                probes,
            } => Self {
                failing_since: Some(since),
                probe_at: Some(probe_at),
                probes: number(probes),
                ..healthy
            },
            Health::CatchingUp {
                failing_since,
                since,
                pace,
                faltered,
            } => Self {
                consecutive_failures: i32::from(faltered),
                failing_since: Some(failing_since),
                catching_up_since: Some(since),
                catch_up_pace: Some(number(pace.per_second)),
                pace_changed_at: Some(pace.since),
                ..healthy
            },
        }
    }
}

/// Those of `ids` that are sent to, or paused. Nobody else changes them before this transaction
/// ends; they are locked in the order of their ids, as everywhere.
pub async fn lock(conn: &mut AsyncPgConnection, ids: &[Uuid]) -> QueryResult<Vec<PatientRow>> {
    let looked_after = [EndpointStatus::Enabled, EndpointStatus::Paused];
    endpoints::table
        .filter(endpoints::id.eq_any(ids))
        .filter(endpoints::status.eq_any(looked_after.map(EndpointStatus::as_str)))
        .order(endpoints::id)
        .select(PatientRow::as_select())
        .for_update()
        .load(conn)
        .await
}

const WRITE: &str = "
UPDATE endpoints e
SET health = h.health, consecutive_failures = h.consecutive_failures, failures_since = h.failures_since,
    failing_since = h.failing_since, probe_at = h.probe_at, probes = h.probes,
    catching_up_since = h.catching_up_since, catch_up_pace = h.catch_up_pace, pace_changed_at = h.pace_changed_at
FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    AS h (id, health, consecutive_failures, failures_since, failing_since, probe_at, probes, catching_up_since,
          catch_up_pace, pace_changed_at)
WHERE e.id = h.id";

/// Writes the health of endpoints, which are locked.
pub async fn write(conn: &mut AsyncPgConnection, all: &[(Uuid, Health)]) -> QueryResult<()> {
    if all.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = all.iter().map(|(id, _)| *id).collect();
    let rows = all.iter().map(|(_, health)| HealthColumns::from(*health));
    let rows: Vec<HealthColumns> = rows.collect();
    let times = |of: fn(&HealthColumns) -> Option<DateTime<Utc>>| rows.iter().map(of).collect();
    let (failures_since, failing_since): (Vec<_>, Vec<_>) = (
        times(|row| row.failures_since),
        times(|row| row.failing_since),
    );
    let (probe_at, catching_up_since, pace_changed_at): (Vec<_>, Vec<_>, Vec<_>) = (
        times(|row| row.probe_at),
        times(|row| row.catching_up_since),
        times(|row| row.pace_changed_at),
    );
    let names: Vec<&str> = rows.iter().map(|row| row.health.as_str()).collect();
    let failures: Vec<i32> = rows.iter().map(|row| row.consecutive_failures).collect();
    let probes: Vec<i32> = rows.iter().map(|row| row.probes).collect();
    let paces: Vec<Option<i32>> = rows.iter().map(|row| row.catch_up_pace).collect();
    let write = diesel::sql_query(WRITE)
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Array<Text>, _>(names)
        .bind::<Array<Integer>, _>(failures)
        .bind::<Array<Nullable<Timestamptz>>, _>(failures_since)
        .bind::<Array<Nullable<Timestamptz>>, _>(failing_since)
        .bind::<Array<Nullable<Timestamptz>>, _>(probe_at)
        .bind::<Array<Integer>, _>(probes)
        .bind::<Array<Nullable<Timestamptz>>, _>(catching_up_since)
        .bind::<Array<Nullable<Integer>>, _>(paces)
        .bind::<Array<Nullable<Timestamptz>>, _>(pace_changed_at);
    prepared(write).execute(conn).await?;
    Ok(())
}

#[derive(QueryableByName)]
struct OwedRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// Those of `endpoints` for which something waits that could be sent now.
pub async fn owed(
    conn: &mut AsyncPgConnection,
    endpoints: &[Uuid],
    now: DateTime<Utc>,
) -> QueryResult<HashSet<Uuid>> {
    if endpoints.is_empty() {
        return Ok(HashSet::new());
    }
    let due = diesel::sql_query(
        "SELECT e.id FROM unnest($1) AS e (id)
         WHERE EXISTS (SELECT FROM owed d
                       WHERE d.endpoint_id = e.id AND d.lease_owner IS NULL AND d.next_attempt_at <= $2)",
    )
    .bind::<Array<SqlUuid>, _>(endpoints)
    .bind::<Timestamptz, _>(now);
    let rows: Vec<OwedRow> = prepared(due).load(conn).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Endpoints of one health that are sent to, or paused.
#[derive(QueryableByName, Debug, Clone, PartialEq, Eq)]
pub struct HealthCount {
    #[diesel(sql_type = Text)]
    pub health: String,
    #[diesel(sql_type = BigInt)]
    pub endpoints: i64,
}

/// Each health with its endpoints, for metrics.
pub async fn count(conn: &mut AsyncPgConnection) -> QueryResult<Vec<HealthCount>> {
    let count = diesel::sql_query(
        "SELECT h.health, count(e.id) AS endpoints
         FROM unnest(ARRAY['healthy', 'failing', 'catching_up']) AS h (health)
         LEFT JOIN endpoints e ON e.health = h.health AND e.status IN ('enabled', 'paused')
         GROUP BY h.health",
    );
    prepared(count).load(conn).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_780_000_000 + second, 0).unwrap()
    }

    #[test]
    fn what_is_written_is_read() {
        let streak = Streak {
            failures: 7,
            since: at(1),
        };
        let pace = Pace {
            per_second: 40,
            since: at(4),
        };
        let catching_up = |faltered| Health::CatchingUp {
            failing_since: at(2),
            since: at(3),
            pace,
            faltered,
        };
        for health in [
            Health::HEALTHY,
            Health::Healthy {
                streak: Some(streak),
            },
            Health::Failing {
                since: at(2),
                probe_at: at(12),
                probes: 3,
            },
            catching_up(false),
            catching_up(true),
        ] {
            assert_eq!(Health::from(&HealthColumns::from(health)), health);
        }
    }
}
