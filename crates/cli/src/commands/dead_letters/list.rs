//! `gaf dead-letters list`

use bus::dead_letters::{self, DeadLetter};
use clap::Args;
use contracts::topology::QUEUES;
use serde::Serialize;

use super::KnownQueue;
use crate::failure::Failure;
use crate::output::Answer;
use crate::session::{Session, broker_failure};
use crate::text::{Columns, count};

/// Count the messages that could not be handled, and show why. They stay where they are
#[derive(Debug, Args)]
pub struct List {
    /// The queue whose dead letters to show [default: all queues]
    queue: Option<KnownQueue>,
    /// How many messages of a queue to show
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(0..=1_000))]
    limit: u16,
}

#[derive(Serialize)]
struct Dead {
    queue: &'static str,
    count: u32,
    first: Vec<Letter>,
}

#[derive(Serialize)]
struct Letter {
    message_id: String,
    /// What was published together may be set aside as one, under the name of the first.
    messages: usize,
    routing_key: String,
    reason: String,
    size_bytes: usize,
}

impl List {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        let bus = session.bus().await?;
        let queues = match self.queue {
            Some(KnownQueue(queue)) => vec![queue],
            None => QUEUES.to_vec(),
        };
        let mut all = Vec::new();
        for queue in queues {
            let found = dead_letters::list(&bus, queue, usize::from(self.limit)).await;
            let (count, letters) = found.map_err(broker_failure)?;
            all.push(Dead {
                queue: queue.name,
                count,
                first: letters.into_iter().map(Letter::from).collect(),
            });
        }
        session.show(&all)
    }
}

impl From<DeadLetter> for Letter {
    fn from(letter: DeadLetter) -> Self {
        Self {
            message_id: letter.message_id,
            messages: letter.messages,
            routing_key: letter.routing_key,
            reason: letter.reason,
            size_bytes: letter.size,
        }
    }
}

impl Letter {
    fn name(&self) -> String {
        match self.messages {
            0 | 1 => self.message_id.clone(),
            messages => format!("{} and {} more", self.message_id, messages - 1),
        }
    }
}

impl Answer for Vec<Dead> {
    fn text(&self) -> String {
        self.iter().map(Dead::text).collect::<Vec<_>>().join("\n\n")
    }
}

impl Dead {
    fn text(&self) -> String {
        let heading = format!(
            "{}: {}",
            self.queue,
            count(self.count.into(), "dead letter")
        );
        if self.first.is_empty() {
            return heading;
        }
        let mut columns =
            Columns::new(["message id", "routing key", "bytes", "reason"]).figures(&[2]);
        for letter in &self.first {
            columns.row([
                letter.name(),
                letter.routing_key.clone(),
                letter.size_bytes.to_string(),
                letter.reason.clone(),
            ]);
        }
        let shown = u32::try_from(self.first.len()).unwrap_or(u32::MAX);
        let more = match self.count.saturating_sub(shown) {
            0 => String::new(),
            more => format!("\n… and {more} more"),
        };
        format!(
            "{heading}\n{columns}{more}\nSend them again with: gaf dead-letters redrive {}",
            self.queue
        )
    }
}
