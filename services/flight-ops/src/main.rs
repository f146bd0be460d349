//! See the library.

fn main() -> std::process::ExitCode {
    service_kit::run::<flight_ops::App>()
}
