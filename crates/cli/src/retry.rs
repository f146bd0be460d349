//! Trying again what may work a little later.

use std::time::Duration;

use clap::Args;
use contracts::rpc::RpcError;
use tokio::time::{Instant, sleep};

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// How long a service that is away is waited for.
#[derive(Debug, Clone, Copy, Args)]
pub struct Patience {
    /// How long a call that fails for a passing reason is tried again, in seconds
    #[arg(long = "patience", value_name = "SECONDS", default_value_t = 30)]
    seconds: u64,
}

impl Patience {
    pub fn duration(self) -> Duration {
        Duration::from_secs(self.seconds)
    }

    /// Makes a call that may be repeated: again, after pauses that grow, for as long as it fails
    /// for a reason that may pass.
    pub async fn call<T, F>(self, make: impl FnMut() -> F) -> Result<T, RpcError>
    where
        F: Future<Output = Result<T, RpcError>>,
    {
        persist(self.duration(), FIRST_PAUSE, make).await
    }
}

async fn persist<T, F>(
    patience: Duration,
    first_pause: Duration,
    mut make: impl FnMut() -> F,
) -> Result<T, RpcError>
where
    F: Future<Output = Result<T, RpcError>>,
{
    let deadline = Instant::now() + patience;
    let mut pause = first_pause;
    loop {
        match make().await {
            Err(error) if error.is_transient() && Instant::now() + pause < deadline => {
                sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            outcome => return outcome,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use contracts::v1::Fault;

    use super::*;

    const LONG: Duration = Duration::from_secs(30);

    /// How often the call was made, and whether it succeeded in the end.
    async fn attempts(patience: Duration, error: RpcError, succeed_at: u32) -> (u32, bool) {
        let made = AtomicU32::new(0);
        let call = async || match made.fetch_add(1, Ordering::Relaxed) + 1 {
            n if n == succeed_at => Ok(()),
            _ => Err(error.clone()),
        };
        let outcome = persist(patience, Duration::from_millis(1), call).await;
        (made.into_inner(), outcome.is_ok())
    }

    #[tokio::test(start_paused = true)]
    async fn a_passing_failure_is_tried_again_until_it_passes_or_time_is_up() {
        assert_eq!(
            attempts(LONG, RpcError::Unavailable("no consumer"), 4).await,
            (4, true)
        );
        let unavailable = RpcError::Fault(Box::new(Fault::unavailable("busy")));
        assert_eq!(attempts(LONG, unavailable.clone(), 4).await, (4, true));
        // At 0, 1, 3, 7, 15 and 31 ms; the next one would be too late.
        let fifty = Duration::from_millis(50);
        assert_eq!(attempts(fifty, unavailable, 100).await, (6, false));
    }

    #[tokio::test]
    async fn what_will_not_pass_is_not_repeated() {
        let refused = RpcError::Fault(Box::new(Fault::invalid("c", "d")));
        assert_eq!(attempts(LONG, refused, 9).await, (1, false));
        assert_eq!(
            attempts(Duration::ZERO, RpcError::Unavailable("away"), 9).await,
            (1, false)
        );
    }
}
