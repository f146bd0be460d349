//! The program `gaf`.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    cli::run(std::env::args_os(), cli::Host::of_process())
        .await
        .into()
}
