//! `gaf delivery`

mod redeliver;
mod show;
pub mod view;

use clap::Subcommand;

use crate::failure::Failure;
use crate::session::Session;

#[derive(Debug, Subcommand)]
pub enum Delivery {
    Show(show::Show),
    Redeliver(redeliver::Redeliver),
}

impl Delivery {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        match self {
            Self::Show(command) => command.run(session).await,
            Self::Redeliver(command) => command.run(session).await,
        }
    }
}
