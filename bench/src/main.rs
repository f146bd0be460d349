//! Measurements, each as a ratio to a reference in the same run, or beside a limit.

mod admission;
mod latency;
mod pages;
mod progress;
mod revocation;
mod rpc;
mod webhooks;

use std::io::Write;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(
    about = "Measurements, each as a ratio to a reference in the same run, or beside a limit"
)]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Requests over the broker: in bulk, beside one request a message.
    Rpc {
        /// The broker to measure on.
        #[arg(long, env = "AMQP_URL")]
        amqp_url: String,
        #[command(flatten)]
        options: rpc::Options,
    },
    /// Pages of an organisation with very many flights, beside those of a small one.
    Pages(pages::Options),
    /// How long gateways let a key in that was revoked, beside the 100 ms they may take.
    Revocation(revocation::Options),
    /// Instructions that keys and limits cost, beside those of the whole request, of which they
    /// may be 15 %.
    Admission(admission::Options),
    /// What the dispatcher of webhooks reaches.
    Webhooks(webhooks::Options),
    /// The reference that one of these starts.
    #[command(hide = true)]
    BareSender(webhooks::bare::Options),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let (report, outcome) = match arguments.what {
        What::Rpc { amqp_url, options } => (rpc::measure(&amqp_url, options).await?, Ok(())),
        What::Pages(options) => pages::measure(options).await?,
        What::Revocation(options) => revocation::measure(options).await?,
        What::Admission(options) => admission::measure(options).await?,
        What::Webhooks(options) => webhooks::measure(options).await?,
        What::BareSender(options) => (String::new(), webhooks::bare::send(options).await),
    };
    std::io::stdout().write_all(report.as_bytes())?;
    outcome
}
