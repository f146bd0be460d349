//! `gaf org`

mod create;
mod list;
mod sandbox;

use clap::Subcommand;

pub use create::PersonName;

use crate::failure::Failure;
use crate::session::Session;

#[derive(Debug, Subcommand)]
pub enum Org {
    Create(create::Create),
    Sandbox(sandbox::Sandbox),
    List(list::List),
}

impl Org {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        match self {
            Self::Create(command) => command.run(session).await,
            Self::Sandbox(command) => command.run(session).await,
            Self::List(command) => command.run(session).await,
        }
    }
}
