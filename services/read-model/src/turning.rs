//! The worker that keeps documents right while nobody asks: day counts, what expires, what falls
//! due. Every replica runs it; who holds a view turns it, and the others pass it by.

use std::time::Duration;

use service_kit::Clock;
use store::Db;
use tokio_util::sync::CancellationToken;

use crate::apply;
use crate::error::ReadModelError;

/// Documents turned in one transaction.
const BATCH: i64 = 200;
/// Between two looks at the clock. A request turns what is due before it is answered, so nobody
/// waits for this.
const PAUSE: Duration = Duration::from_secs(1);

/// Turns what is due in one view. Returns how many documents that were.
///
/// # Errors
/// The database's.
pub async fn step(db: &Db, clock: &Clock) -> Result<usize, ReadModelError> {
    let now = clock.now();
    db.transaction(async |conn| apply::turn_next(conn, now, BATCH).await)
        .await
}

/// Turns whatever becomes due, until it is told to end.
pub async fn run(db: &Db, clock: &Clock, token: &CancellationToken) {
    while !token.is_cancelled() {
        let idle = match step(db, clock).await {
            Ok(turned) => turned == 0,
            Err(error) => {
                tracing::warn!(%error, "documents that are due wait");
                true
            }
        };
        if idle {
            tokio::select! {
                () = token.cancelled() => {}
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }
}
