//! What was owed to a deleted endpoint has failed. It may be much, so it is ended in batches beside
//! everything else, whoever deleted it.

use std::time::Duration;

use chrono::SubsecRound;
use service_kit::Clock;
use tokio_util::sync::CancellationToken;

use crate::db::retention::BATCH;
use crate::error::DispatcherError;
use crate::ledger::Ledger;

const EVERY: Duration = Duration::from_secs(1);

/// Works until the token is cancelled.
pub async fn keep_closing(ledger: &dyn Ledger, clock: &Clock, token: &CancellationToken) {
    loop {
        match step(ledger, clock).await {
            Ok(ended) if i64::try_from(ended).is_ok_and(|ended| ended >= BATCH) => {
                continue;
            }
            Ok(0) => {}
            Ok(ended) => tracing::info!(deliveries = ended, "ended for deleted endpoints"),
            Err(error) => tracing::warn!(%error, "deleted endpoints were not closed"),
        }
        tokio::select! {
            biased;
            () = token.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

async fn step(ledger: &dyn Ledger, clock: &Clock) -> Result<usize, DispatcherError> {
    let ended = ledger.end_deleted(clock.now().trunc_subsecs(6)).await?;
    if ended == 0 {
        ledger.close_deleted().await?;
    }
    Ok(ended)
}
