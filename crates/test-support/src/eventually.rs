//! Waiting for what another thread or process does.

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// Asks `probe` again until it has an answer and returns that. Pauses grow from 1 to 50 ms.
///
/// # Panics
/// With `what`, when there is no answer within `limit`.
pub async fn eventually<T>(
    what: &str,
    limit: Duration,
    mut probe: impl AsyncFnMut() -> Option<T>,
) -> T {
    let start = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(answer) = probe().await {
            return answer;
        }
        assert!(start.elapsed() < limit, "not within {limit:?}: {what}");
        sleep(pause).await;
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}
