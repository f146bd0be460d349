//! `gaf read-model`

mod rebuild;

use clap::Subcommand;

use crate::failure::Failure;
use crate::session::Session;

#[derive(Debug, Subcommand)]
pub enum ReadModel {
    Rebuild(rebuild::Rebuild),
}

impl ReadModel {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        match self {
            Self::Rebuild(command) => command.run(session).await,
        }
    }
}
