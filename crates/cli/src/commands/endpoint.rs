//! `gaf endpoint`

mod create;
mod delete;
mod list;
mod pairs;
mod ping;
mod recover;
mod reencrypt;
mod rotate;
mod trial;
mod update;
mod view;

use clap::Subcommand;

use crate::failure::Failure;
use crate::session::Session;

#[derive(Debug, Subcommand)]
pub enum Endpoint {
    Create(create::Create),
    List(list::List),
    Update(update::Update),
    Rotate(rotate::Rotate),
    Delete(delete::Delete),
    Reencrypt(reencrypt::Reencrypt),
    Ping(ping::Ping),
    Recover(recover::Recover),
}

impl Endpoint {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        match self {
            Self::Create(command) => command.run(session).await,
            Self::List(command) => command.run(session).await,
            Self::Update(command) => command.run(session).await,
            Self::Rotate(command) => command.run(session).await,
            Self::Delete(command) => command.run(session).await,
            Self::Reencrypt(command) => command.run(session).await,
            Self::Ping(command) => command.run(session).await,
            Self::Recover(command) => command.run(session).await,
        }
    }
}
