//! The read model as a process.

use std::process::ExitCode;

fn main() -> ExitCode {
    service_kit::run::<read_model::App>()
}
