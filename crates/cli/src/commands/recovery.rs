//! `gaf recovery`

mod cancel;
mod list;
mod show;
mod view;
mod watch;

use clap::Subcommand;
use contracts::rpc::RpcError;

use crate::failure::Failure;
use crate::session::Session;

pub use view::RecoveryView;
pub use watch::watch;

#[derive(Debug, Subcommand)]
pub enum Recovery {
    List(list::List),
    Show(show::Show),
    Cancel(cancel::Cancel),
}

impl Recovery {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        match self {
            Self::List(command) => command.run(session).await,
            Self::Show(command) => command.run(session).await,
            Self::Cancel(command) => command.run(session).await,
        }
    }
}

/// What a call to the dispatcher came to.
pub fn failed(error: RpcError) -> Failure {
    Failure::of_call("webhook-dispatcher", error)
}
