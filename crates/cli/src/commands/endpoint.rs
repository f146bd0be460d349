//! `gaf endpoint`

mod create;
mod list;
mod ping;
mod view;

use clap::Subcommand;

use crate::failure::Failure;
use crate::session::Session;

#[derive(Debug, Subcommand)]
pub enum Endpoint {
    Create(create::Create),
    List(list::List),
    Ping(ping::Ping),
}

impl Endpoint {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        match self {
            Self::Create(command) => command.run(session).await,
            Self::List(command) => command.run(session).await,
            Self::Ping(command) => command.run(session).await,
        }
    }
}
