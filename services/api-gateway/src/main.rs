//! The program `api-gateway`.

fn main() -> std::process::ExitCode {
    service_kit::run::<api_gateway::App>()
}
