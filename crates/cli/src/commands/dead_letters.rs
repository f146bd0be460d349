//! `gaf dead-letters`

mod list;
mod redrive;

use std::str::FromStr;

use clap::Subcommand;
use contracts::topology::{QUEUES, Queue};

use crate::failure::Failure;
use crate::session::Session;

#[derive(Debug, Subcommand)]
pub enum DeadLetters {
    List(list::List),
    Redrive(redrive::Redrive),
}

impl DeadLetters {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        match self {
            Self::List(command) => command.run(session).await,
            Self::Redrive(command) => command.run(session).await,
        }
    }
}

/// A queue of the topology, by its name or by the name of its dead letters.
#[derive(Debug, Clone, Copy)]
struct KnownQueue(Queue);

#[derive(Debug, thiserror::Error)]
#[error("there is no such queue; there are {}", QUEUES.iter().map(|q| q.name).collect::<Vec<_>>().join(", "))]
struct UnknownQueue;

impl FromStr for KnownQueue {
    type Err = UnknownQueue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name = text.strip_suffix(".dead").unwrap_or(text);
        QUEUES
            .iter()
            .find(|queue| queue.name == name)
            .copied()
            .map(Self)
            .ok_or(UnknownQueue)
    }
}
