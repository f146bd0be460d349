//! `gaf flight`

mod approve;
mod list;
mod many;
mod outcomes;
mod reject;
mod show;
mod submit;
mod view;
mod withdraw;

use clap::Subcommand;

use crate::failure::Failure;
use crate::session::Session;

#[derive(Debug, Subcommand)]
pub enum Flight {
    List(list::List),
    Show(show::Show),
    Submit(submit::Submit),
    Withdraw(withdraw::Withdraw),
    Approve(approve::Approve),
    Reject(reject::Reject),
}

impl Flight {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        match self {
            Self::List(command) => command.run(session).await,
            Self::Show(command) => command.run(session).await,
            Self::Submit(command) => command.run(session).await,
            Self::Withdraw(command) => command.run(session).await,
            Self::Approve(command) => command.run(session).await,
            Self::Reject(command) => command.run(session).await,
        }
    }
}
