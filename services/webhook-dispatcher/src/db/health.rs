//! How endpoints answer: their columns of `endpoints` that say so.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::webhook::{EndpointStatus, RetryProfile};
use uuid::Uuid;

use crate::endpoint::health::{FASTEST_PACE, Health, Pace, Streak};
use crate::schema::endpoints;

pub const HEALTHY: &str = "healthy";
pub(super) const FAILING: &str = "failing";
const CATCHING_UP: &str = "catching_up";

/// What the columns hold. Which of them are null follows from the first, as the table checks.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = endpoints, check_for_backend(diesel::pg::Pg), treat_none_as_null = true)]
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

pub async fn write(conn: &mut AsyncPgConnection, id: Uuid, health: Health) -> QueryResult<()> {
    diesel::update(endpoints::table.find(id))
        .set(HealthColumns::from(health))
        .execute(conn)
        .await?;
    Ok(())
}

/// Whether something waits for `endpoint` that could be sent now.
pub async fn is_owed(
    conn: &mut AsyncPgConnection,
    endpoint: Uuid,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let due = diesel::sql_query(
        "SELECT FROM owed WHERE endpoint_id = $1 AND lease_owner IS NULL AND next_attempt_at <= $2 LIMIT 1",
    );
    let found = due
        .bind::<SqlUuid, _>(endpoint)
        .bind::<Timestamptz, _>(now)
        .execute(conn)
        .await?;
    Ok(found > 0)
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
    diesel::sql_query(
        "SELECT h.health, count(e.id) AS endpoints
         FROM unnest(ARRAY['healthy', 'failing', 'catching_up']) AS h (health)
         LEFT JOIN endpoints e ON e.health = h.health AND e.status IN ('enabled', 'paused')
         GROUP BY h.health",
    )
    .load(conn)
    .await
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
