//! The workspace's own checks: `cargo run -p xtask -- layers`, `... copies`, `... openapi`.

mod copies;
mod layers;
mod openapi;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "The workspace's own checks")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Fails where an import runs against the layers of ARCHITECTURE.md
    Layers,
    /// Fails where a file that must be a copy is none
    Copies,
    /// Writes the descriptions of the API in docs/api
    Openapi {
        /// Only fails where one is stale
        #[arg(long)]
        check: bool,
    },
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Layers => layers::run(),
        Task::Copies => copies::run(),
        Task::Openapi { check } => openapi::run(check),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
