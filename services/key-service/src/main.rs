//! The program `key-service`.

fn main() -> std::process::ExitCode {
    service_kit::run::<key_service::App>()
}
