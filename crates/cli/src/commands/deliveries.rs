//! `gaf deliveries`

mod list;
mod show;
mod view;

use clap::{Args, Subcommand};

use crate::args::OrgArg;
use crate::failure::Failure;
use crate::retry::Patience;
use crate::session::Session;

/// List webhook deliveries, newest first, or show one with its attempts
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Deliveries {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    list: list::List,
}

#[derive(Debug, Subcommand)]
enum Command {
    Show(show::Show),
}

impl Deliveries {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        match self.command {
            Some(Command::Show(command)) => command.run(session).await,
            None => self.list.run(session).await,
        }
    }
}
