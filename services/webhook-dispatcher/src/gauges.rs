//! Looks at the table now and then, for the metrics that memory does not know.

use std::time::Duration;

use store::{Db, StoreError};
use tokio_util::sync::CancellationToken;

use crate::db::deliveries::{self, Owed};
use crate::db::health::{self, HealthCount};
use crate::delivery::room::Room;
use crate::metrics::DispatcherMetrics;

const EVERY: Duration = Duration::from_secs(10);

/// Measures until the token is cancelled.
pub async fn keep_measuring(
    db: &Db,
    room: &Room,
    metrics: &DispatcherMetrics,
    token: &CancellationToken,
) {
    loop {
        metrics.set_held(room.held());
        match owed(db).await {
            Ok(owed) => metrics.set_owed(owed),
            Err(error) => tracing::warn!(%error, "what is owed could not be counted"),
        }
        match endpoints(db).await {
            Ok(counts) => metrics.set_endpoints(counts),
            Err(error) => tracing::warn!(%error, "endpoints could not be counted"),
        }
        tokio::select! {
            () = token.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

async fn owed(db: &Db) -> Result<Owed, StoreError> {
    Ok(deliveries::owed(&mut *db.conn().await?).await?)
}

async fn endpoints(db: &Db) -> Result<Vec<HealthCount>, StoreError> {
    Ok(health::count(&mut *db.conn().await?).await?)
}
