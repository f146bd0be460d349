//! What was owed to a deleted endpoint has failed. It may be much, so it is ended in batches beside
//! everything else, whoever deleted it.

use std::time::Duration;

use chrono::SubsecRound;
use service_kit::Clock;
use store::{Db, StoreError};
use tokio_util::sync::CancellationToken;

use crate::db::closing;

const EVERY: Duration = Duration::from_secs(1);

/// Works until the token is cancelled.
pub async fn keep_closing(db: &Db, clock: &Clock, token: &CancellationToken) {
    loop {
        match step(db, clock).await {
            Ok(ended) if i64::try_from(ended).is_ok_and(|ended| ended >= closing::BATCH) => {
                continue;
            }
            Ok(0) => {}
            Ok(ended) => tracing::info!(deliveries = ended, "ended for deleted endpoints"),
            Err(error) => tracing::warn!(%error, "deleted endpoints were not closed"),
        }
        tokio::select! {
            () = token.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

async fn step(db: &Db, clock: &Clock) -> Result<usize, StoreError> {
    let mut conn = db.conn().await?;
    let ended = closing::fail(&mut conn, clock.now().trunc_subsecs(6)).await?;
    if ended == 0 {
        closing::close(&mut conn).await?;
    }
    Ok(ended)
}
