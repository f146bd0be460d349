//! Measurements, each as a ratio to a reference taken in the same run, so that they mean the same
//! on any machine.

mod latency;
mod rpc;

use std::io::Write;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "Measurements, each as a ratio to a reference in the same run")]
struct Arguments {
    /// The broker to measure on.
    #[arg(long, env = "AMQP_URL")]
    amqp_url: String,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Requests over the broker: in bulk, beside one request a message.
    Rpc(rpc::Options),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let report = match arguments.what {
        What::Rpc(options) => rpc::measure(&arguments.amqp_url, options).await?,
    };
    std::io::stdout().write_all(report.as_bytes())?;
    Ok(())
}
