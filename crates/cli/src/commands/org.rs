//! `gaf org`

mod create;
mod list;

use clap::Subcommand;

pub use create::PersonName;

use crate::failure::Failure;
use crate::session::Session;

#[derive(Debug, Subcommand)]
pub enum Org {
    Create(create::Create),
    List(list::List),
}

impl Org {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        match self {
            Self::Create(command) => command.run(session).await,
            Self::List(command) => command.run(session).await,
        }
    }
}
