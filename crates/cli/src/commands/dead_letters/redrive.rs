//! `gaf dead-letters redrive`

use bus::dead_letters;
use clap::Args;
use serde::Serialize;

use super::KnownQueue;
use crate::failure::Failure;
use crate::output::Answer;
use crate::session::{Session, broker_failure};
use crate::text::count;

/// Put dead letters back into their queue, to be handled again
#[derive(Debug, Args)]
pub struct Redrive {
    /// The queue they come from
    queue: KnownQueue,
    /// How many at most [default: as many as there are now]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
}

#[derive(Serialize)]
struct Redriven {
    queue: &'static str,
    moved: usize,
    left: u32,
}

impl Redrive {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        let KnownQueue(queue) = self.queue;
        let bus = session.bus().await?;
        let (there, _) = dead_letters::list(&bus, queue, 0)
            .await
            .map_err(broker_failure)?;
        // No more than there are: one that dies again at once would go round for ever.
        let most = self.limit.unwrap_or(there).min(there);
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let moved = dead_letters::redrive(&bus, queue, most)
            .await
            .map_err(broker_failure)?;
        let (left, _) = dead_letters::list(&bus, queue, 0)
            .await
            .map_err(broker_failure)?;
        session.show(&Redriven {
            queue: queue.name,
            moved,
            left,
        })
    }
}

impl Answer for Redriven {
    fn text(&self) -> String {
        let moved = count(u64::try_from(self.moved).unwrap_or_default(), "message");
        format!(
            "{moved} went back to {}; {} left.",
            self.queue,
            count(self.left.into(), "dead letter")
        )
    }
}
