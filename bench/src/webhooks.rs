//! What the dispatcher reaches: deliveries a second, latency, isolation, recovery, memory.
//!
//! The receivers, and what feeds the dispatcher, run on the same machine and take their part of it.

pub mod bare;
mod crowd;
mod fan_out;
mod feed;
mod figure;
mod growth;
mod hanging;
mod latency;
mod memory;
mod one_endpoint;
mod processes;
mod receiver;
mod school;
mod takeover;
mod way;
mod world;

use clap::ValueEnum;

use crate::progress::say;
use figure::Figure;

#[derive(clap::Args, Clone)]
pub struct Options {
    /// Which; all, when none is named.
    #[arg(value_enum)]
    names: Vec<Name>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Name {
    /// Deliveries a second to one endpoint, beside a bare sender's.
    OneEndpoint,
    /// Deliveries a second where every event goes to 20 endpoints.
    FanOut,
    /// From command to receiver: how many a second, and processor time.
    Way,
    /// From commit to receiver, at 200 a second.
    Latency,
    /// A healthy endpoint beside one that hangs.
    Hanging,
    /// A thousand endpoints of which 300 hang.
    Crowd,
    /// After the kill of a replica.
    Takeover,
    /// Of a replica with 20,000 deliveries owed.
    Memory,
    /// Bytes that an event and a delivery take up in the log.
    Growth,
}

pub async fn measure(options: Options) -> anyhow::Result<(String, anyhow::Result<()>)> {
    let names = match options.names.as_slice() {
        [] => Name::value_variants(),
        named => named,
    };
    let (mut out, mut missed) = (String::new(), 0_usize);
    for name in names {
        say(&format!("measuring {name:?}"));
        let figures = name.measure().await?;
        missed += figures.iter().filter(|figure| !figure.is_kept()).count();
        for line in figures.iter().map(Figure::line) {
            say(line.trim());
            out.push_str(&line);
        }
    }
    let outcome = match missed {
        0 => Ok(()),
        _ => Err(anyhow::anyhow!("{missed} limits were missed")),
    };
    Ok((out, outcome))
}

impl Name {
    async fn measure(self) -> anyhow::Result<Vec<Figure>> {
        match self {
            Self::OneEndpoint => one_endpoint::measure().await,
            Self::FanOut => fan_out::measure().await,
            Self::Way => way::measure().await,
            Self::Latency => latency::measure().await,
            Self::Hanging => hanging::measure().await,
            Self::Crowd => crowd::measure().await,
            Self::Takeover => takeover::measure().await,
            Self::Memory => memory::measure().await,
            Self::Growth => growth::measure().await,
        }
    }
}
