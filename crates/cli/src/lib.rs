//! gaf, the operators' command line.
//!
//! It asks the services by RPC over the broker, as the gateway does; it has no database and no
//! way around their rules. A command reads its arguments into types, makes its calls, and hands
//! an [`output::Answer`] to the writer it was given.

mod args;
mod commands;
mod environment;
mod failure;
mod host;
mod import;
mod output;
mod progress;
mod retry;
mod session;
mod text;
mod when;

use std::ffi::OsString;

use clap::Parser;

pub use failure::Status;
pub use host::Host;

/// Runs one command line, program name first.
pub async fn run(arguments: impl IntoIterator<Item = OsString>, mut host: Host) -> Status {
    let cli = match args::Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(told) => return tell(&told, &mut host),
    };
    let mut session = session::Session::new(host, cli.global);
    match cli.command.run(&mut session).await {
        Ok(()) => Status::Ok,
        Err(failure) => {
            if failure.status != Status::Ok {
                session.output.failure(&failure);
            }
            failure.status
        }
    }
}

/// Help and version are answers; everything else that clap says is about bad input.
fn tell(told: &clap::Error, host: &mut Host) -> Status {
    let (writer, status) = match told.use_stderr() {
        true => (&mut host.err, Status::BadInput),
        false => (&mut host.out, Status::Ok),
    };
    // There is nowhere left to say that even this could not be written.
    let _ = write!(writer, "{}", told.render());
    status
}
