//! `gaf key`

mod list;
mod mint;
mod revoke;
mod view;

use clap::Subcommand;

use crate::failure::Failure;
use crate::session::Session;

#[derive(Debug, Subcommand)]
pub enum Key {
    Mint(mint::Mint),
    List(list::List),
    Revoke(revoke::Revoke),
}

impl Key {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        match self {
            Self::Mint(command) => command.run(session).await,
            Self::List(command) => command.run(session).await,
            Self::Revoke(command) => command.run(session).await,
        }
    }
}
