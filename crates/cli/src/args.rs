//! The command line as a whole; each command's own arguments stand with the command.

use clap::{Args, Parser, Subcommand};
use domain::OrgId;
use secrecy::SecretString;

use crate::commands::{
    dead_letters, deliveries, delivery, endpoint, event, flight, import, key, org, read_model,
    recovery, retention, signing_key, simulate,
};
use crate::failure::Failure;
use crate::session::Session;

const AFTER_HELP: &str = "\
Where things are:
  The broker is --amqp-url, else AMQP_URL, else AMQP_URL in the nearest .dev/env upwards from here,
  which ./dev up writes. The organisation is --org, else ORG_ID from the same places.

Exit codes:
  0  done
  1  failed
  2  bad input: the command line, the file or a value cannot be used as it is
  3  not found
  4  conflict: the state of things does not allow it
  5  a service or the broker is not available; the same command may work later

Answers go to standard output, as JSON with --json; errors, remarks and progress go to standard
error.";

/// Operates a GA Flight school: organisations, API keys, logbook imports, flights, webhooks.
#[derive(Debug, Parser)]
#[command(name = "gaf", version, after_long_help = AFTER_HELP, after_help = "See --help for exit codes and \
where gaf finds the broker.", propagate_version = true)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// What every command understands.
#[derive(Debug, Args)]
pub struct Global {
    /// The broker: amqp://user:password@host:port/vhost. Others on this machine can see it here;
    /// prefer the variable AMQP_URL
    #[arg(long, global = true, value_name = "URL")]
    pub amqp_url: Option<SecretString>,
    /// Print the answer as JSON
    #[arg(long, global = true)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Create and list organisations, and fill their sandboxes
    #[command(subcommand)]
    Org(org::Org),
    /// Mint API keys and look after them
    #[command(subcommand)]
    Key(key::Key),
    Import(import::Import),
    /// Look at flights and take them through approval
    #[command(subcommand)]
    Flight(flight::Flight),
    /// Register webhook endpoints and look after them
    #[command(subcommand)]
    Endpoint(endpoint::Endpoint),
    Deliveries(deliveries::Deliveries),
    /// Look at one webhook delivery, or send it once more
    #[command(subcommand)]
    Delivery(delivery::Delivery),
    /// See how far recoveries are (gaf endpoint recover), or end them
    #[command(subcommand)]
    Recovery(recovery::Recovery),
    /// Ask what became of an event
    #[command(subcommand)]
    Event(event::Event),
    /// Choose how long webhook deliveries and what became of them are kept
    #[command(subcommand)]
    Retention(retention::Retention),
    /// Look after the keys that a school signs training records with
    #[command(subcommand)]
    SigningKey(signing_key::SigningKey),
    Simulate(simulate::Simulate),
    /// Look at messages that could not be handled, and send them again
    #[command(subcommand)]
    DeadLetters(dead_letters::DeadLetters),
    /// Look after what partners read
    #[command(subcommand)]
    ReadModel(read_model::ReadModel),
}

impl Command {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        match self {
            Self::Org(command) => command.run(session).await,
            Self::Key(command) => command.run(session).await,
            Self::Import(command) => command.run(session).await,
            Self::Flight(command) => command.run(session).await,
            Self::Endpoint(command) => command.run(session).await,
            Self::Deliveries(command) => command.run(session).await,
            Self::Delivery(command) => command.run(session).await,
            Self::Recovery(command) => command.run(session).await,
            Self::Event(command) => command.run(session).await,
            Self::Retention(command) => command.run(session).await,
            Self::SigningKey(command) => command.run(session).await,
            Self::Simulate(command) => command.run(session).await,
            Self::DeadLetters(command) => command.run(session).await,
            Self::ReadModel(command) => command.run(session).await,
        }
    }
}

/// Whose records a command is about.
#[derive(Debug, Clone, Copy, Args)]
pub struct OrgArg {
    /// The organisation [default: ORG_ID]
    #[arg(long, value_name = "ORG_ID")]
    org: Option<OrgId>,
}

impl From<Option<OrgId>> for OrgArg {
    fn from(org: Option<OrgId>) -> Self {
        Self { org }
    }
}

impl OrgArg {
    /// The organisation that was named, or the one that is known without being named.
    pub fn resolve(self, session: &Session) -> Result<OrgId, Failure> {
        if let Some(org) = self.org {
            return Ok(org);
        }
        let Some(text) = session.environment.get("ORG_ID") else {
            return Err(Failure::bad_input("no_organization", "no organisation is named").next(
                "Say --org ORG_ID (`gaf org list` shows them), or set ORG_ID, or run where .dev/env is found.",
            ));
        };
        text.parse().map_err(|_| {
            Failure::bad_input(
                "no_organization",
                format!("ORG_ID is `{text}`, which is no UUID"),
            )
            .next("Set it to an id that `gaf org list` shows, or say --org ORG_ID.")
        })
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
