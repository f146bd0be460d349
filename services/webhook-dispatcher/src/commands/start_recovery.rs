//! Beginning to owe an endpoint again what it did not get.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{EndpointId, OrgId};
use store::{Db, violated_constraint};

use crate::db::endpoints;
use crate::db::recoveries::{self, ONE_AT_A_TIME, Progress, RecoveryRow};
use crate::entropy::{Entropy, time_ordered_id};
use crate::error::DispatcherError;
use crate::recovery::{Pace, Search};

/// How long it is remembered after it has ended.
pub const REMEMBERED: TimeDelta = TimeDelta::days(90);

/// What a caller asks for.
pub struct StartRecovery {
    pub organization_id: OrgId,
    pub endpoint_id: EndpointId,
    pub search: Search,
    pub pace: Pace,
    /// How much there is to do, as far as it is known.
    pub expected: Option<i64>,
}

/// It begins with the next turn that any replica takes.
pub async fn start_recovery(
    db: &Db,
    entropy: &dyn Entropy,
    request: StartRecovery,
    now: DateTime<Utc>,
) -> Result<RecoveryRow, DispatcherError> {
    let (organization, id) = (request.organization_id, request.endpoint_id);
    let patterns = request.search.patterns.iter();
    let recovery = RecoveryRow {
        id: time_ordered_id(entropy, now)?,
        organization_id: organization.0,
        endpoint_id: id.0,
        since: request.search.since,
        until: request.search.until,
        event_types: patterns.map(ToString::to_string).collect(),
        missed: request.search.missed,
        per_second: i32::try_from(request.pace.per_second()).unwrap_or(i32::MAX),
        expected: request.expected,
        started_at: now,
        progress: Progress::from(request.search.begin(request.search.since), now),
    };
    let inserted = db.transaction(async |conn| {
        let endpoint = endpoints::find(conn, organization, id).await?;
        let endpoint = endpoint.ok_or(DispatcherError::NoSuchEndpoint)?;
        endpoint.takes_deliveries()?;
        recoveries::forget(conn, organization, now - REMEMBERED).await?;
        recoveries::insert(conn, &recovery).await.map_err(running)
    });
    inserted.await?;
    tracing::info!(recovery_id = %recovery.id, endpoint_id = %id, "recovery begins");
    Ok(recovery)
}

fn running(error: diesel::result::Error) -> DispatcherError {
    match violated_constraint(&error) {
        Some(ONE_AT_A_TIME) => DispatcherError::RecoveryRunning,
        _ => error.into(),
    }
}
