//! What may happen to dispatchers, and what is promised for it. Each function is one fault, under
//! load, from the start of a world to the tally at its end.

mod away;
mod cut;
mod killed;
mod scaled;
mod stopped;

pub use away::{Fall, away};
pub use cut::{How, cut};
pub use killed::killed;
pub use scaled::scaled;
pub use stopped::{stopped_amid_answers, stopped_amid_silence};

use std::time::Duration;

/// Events in each twentieth of a second: 100 a second, and twice as many deliveries.
const EACH_TICK: usize = 5;
/// So many deliveries make sure that a fault hits replicas at work.
const AMID: usize = 300;
/// What a replica held is on its way again after so long.
const AGAIN_WITHIN: Duration = Duration::from_secs(10);
/// A replica that was told to stop has finished or handed back what it held.
const STOPPED_WITHIN: Duration = Duration::from_secs(10);
/// Deliveries to one endpoint that a replica has in memory at most: eight times what it has under
/// way.
const HELD: usize = 8 * 32;
