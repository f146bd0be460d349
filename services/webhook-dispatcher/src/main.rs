//! The program `webhook-dispatcher`.

fn main() -> std::process::ExitCode {
    service_kit::run::<webhook_dispatcher::App>()
}
