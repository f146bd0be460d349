//! `gaf key`

mod audit;
mod inspect;
mod limit;
mod list;
mod mint;
mod revoke;
mod rotate;
mod view;

use clap::Subcommand;

pub(super) use view::in_figures;

use crate::failure::Failure;
use crate::session::Session;

#[derive(Debug, Subcommand)]
pub enum Key {
    Mint(mint::Mint),
    List(list::List),
    Rotate(rotate::Rotate),
    Limit(limit::Limit),
    Revoke(revoke::Revoke),
    Audit(audit::Audit),
    Inspect(inspect::Inspect),
}

impl Key {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        match self {
            Self::Mint(command) => command.run(session).await,
            Self::List(command) => command.run(session).await,
            Self::Rotate(command) => command.run(session).await,
            Self::Limit(command) => command.run(session).await,
            Self::Revoke(command) => command.run(session).await,
            Self::Audit(command) => command.run(session).await,
            Self::Inspect(command) => command.run(session),
        }
    }
}
