//! An endpoint with a rate is not sent to more often.

use std::time::Duration;

use super::{Beginning, Laws};
use crate::simulation::plan::Plan;
use crate::simulation::tables::{At, Tables};

/// An attempt may begin so long after its place in time, or as long as places are apart.
const LATE: Duration = Duration::from_millis(250);
/// Timers are of whole milliseconds.
const TIMERS: Duration = Duration::from_millis(5);

impl Laws {
    /// Over any time, by the world's clock, no more than the rate allows and what its replicas'
    /// clocks are apart.
    pub(super) fn is_paced(
        &mut self,
        tables: &Tables,
        plan: &Plan,
        beginning: &Beginning,
        now: At,
    ) {
        let endpoint = beginning.letter.endpoint;
        let row = tables.endpoints.get(&endpoint);
        let Some((requests, seconds)) = row.and_then(|row| row.rate) else {
            return;
        };
        let apart = plan.skews.iter().max().copied().unwrap_or_default();
        let step = Duration::from_secs(seconds.into()) / requests;
        let used_up = self.used_up.entry(endpoint).or_insert(now);
        let is_early = now + LATE.max(step) + TIMERS + apart < *used_up;
        *used_up = now.max(*used_up) + step;
        self.hold(!is_early, || format!("exceeds the rate: {beginning:?}"));
    }
}
