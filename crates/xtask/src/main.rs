//! The workspace's own checks: `cargo run -p xtask -- layers`, `... copies`.

mod copies;
mod layers;

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
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Layers => layers::run(),
        Task::Copies => copies::run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
