//! Ending a recovery before it is done.

use chrono::{DateTime, Utc};
use domain::OrgId;
use store::Db;
use uuid::Uuid;

use crate::db::recoveries::{self, RecoveryRow};
use crate::error::DispatcherError;

const REQUESTED: &str = "requested";

/// No turn is taken from now on; what it made stays owed. False: it had ended before.
pub async fn cancel_recovery(
    db: &Db,
    (organization, id): (OrgId, Uuid),
    now: DateTime<Utc>,
) -> Result<(RecoveryRow, bool), DispatcherError> {
    let cancelled = db.transaction(async |conn| {
        let found = recoveries::lock(conn, organization, id).await?;
        let mut recovery = found.ok_or(DispatcherError::NoSuchRecovery)?;
        if recovery.progress.finished_at.is_some() {
            return Ok((recovery, false));
        }
        recovery.progress.finish(Some(REQUESTED), now);
        recoveries::save(conn, id, &recovery.progress).await?;
        Ok::<_, DispatcherError>((recovery, true))
    });
    let (recovery, applied) = cancelled.await?;
    if applied {
        tracing::info!(recovery_id = %id, "recovery cancelled");
    }
    Ok((recovery, applied))
}
