//! `gaf event`

mod why;

use clap::Subcommand;

use crate::failure::Failure;
use crate::session::Session;

#[derive(Debug, Subcommand)]
pub enum Event {
    Why(why::Why),
}

impl Event {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        match self {
            Self::Why(command) => command.run(session).await,
        }
    }
}
