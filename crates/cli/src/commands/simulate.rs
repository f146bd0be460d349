//! `gaf simulate`

pub(super) mod filling;
mod living;
pub(super) mod school;
pub(super) mod stop;

use std::num::NonZeroUsize;
use std::time::Duration;

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;
use clap::Args;
use domain::LocationId;
use serde::Serialize;
use simulator::driver::{Driver, Interrupted, Tally};

use crate::args::OrgArg;
use crate::failure::Failure;
use crate::output::Answer;
use crate::session::Session;
use crate::text::Fields;

const AFTER_HELP: &str = "\
The school decides for itself what happens on each day: bookings, flights, training, maintenance,
invoices. The same seed and the same first day bring forth the same school, ids and all, so that
filling again changes nothing; --after leaves out what was sent before.

With --rate it goes on living until Ctrl-C, at so many flights a minute: first the days up to today
that are not there yet, then year after year of other schools beside it, day by day, each from
a year ago on.";

/// Let a simulated school live in the organisation
#[derive(Debug, Args)]
#[command(after_long_help = AFTER_HELP)]
pub struct Simulate {
    #[command(flatten)]
    org: OrgArg,
    /// The base it flies from
    #[arg(long, value_name = "LOCATION_ID")]
    location: Option<LocationId>,
    /// Its first day [default: a year ago]
    #[arg(long, value_name = "DATE")]
    from: Option<NaiveDate>,
    /// The last day that was sent before
    #[arg(long, value_name = "DATE")]
    after: Option<NaiveDate>,
    /// The last day [default: yesterday]
    #[arg(long, value_name = "DATE")]
    to: Option<NaiveDate>,
    /// Which of all schools
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// How many aircraft it flies
    #[arg(long, default_value = "4", value_name = "N")]
    aircraft: NonZeroUsize,
    /// Go on at so many flights a minute
    #[arg(long, value_name = "N")]
    rate: Option<NonZeroUsize>,
    /// How many commands are on their way at the same time
    #[arg(long, default_value = "16", value_name = "N")]
    concurrency: NonZeroUsize,
    /// How long a command that fails for a passing reason is tried again, in seconds
    #[arg(long = "patience", value_name = "SECONDS", default_value_t = 30)]
    patience: u64,
}

/// What came of it.
#[derive(Debug, Default, Serialize)]
pub(super) struct Lived {
    from: NaiveDate,
    /// The last day that was lived.
    to: NaiveDate,
    flights: u64,
    applied: u64,
    /// Carried out before.
    present: u64,
    refused: u64,
    refusals: Vec<String>,
}

impl Simulate {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        let org = self.org.resolve(session)?;
        let client = session.flight_ops().await?;
        let zone = school::zone_of(&client, org).await?;
        let plan = school::Plan::new(&self, session, org, zone)?;
        let patience = Duration::from_secs(self.patience);
        let driver = Driver::new(client, self.concurrency, patience);
        let stop = stop::Stop::listen();
        let lived = filling::fill(&plan, &driver, &stop, session).await?;
        let lived = match self.rate {
            Some(rate) if !stop.has_come() => {
                living::live(&plan, &driver, rate, lived, stop, session).await?
            }
            _ => lived,
        };
        session.show(&lived)?;
        lived.in_full()
    }
}

impl Lived {
    /// # Errors
    /// How many commands were refused, if any.
    pub(super) fn in_full(&self) -> Result<(), Failure> {
        if self.refused == 0 {
            return Ok(());
        }
        let message = format!("{} commands were refused", self.refused);
        Err(Failure::new(crate::Status::Conflict, "refused", message)
            .next("The first of them are listed in the answer."))
    }

    /// What people are told of it, after what they are told already.
    pub(super) fn fields(&self, before: Fields) -> Fields {
        let fields = before
            .with("from", self.from)
            .with("to", self.to)
            .with("flights", self.flights)
            .with("commands", self.applied)
            .with("sent before", self.present);
        match self.refused {
            0 => fields,
            refused => fields.with("refused", refused),
        }
    }

    /// A line each of the first refusals.
    pub(super) fn told_refusals(&self) -> String {
        let lines = self.refusals.iter().map(|line| format!("\n  {line}"));
        lines.collect()
    }

    fn add(&mut self, flights: usize, tally: Tally) {
        self.flights += u64::try_from(flights).unwrap_or_default();
        self.applied += tally.applied;
        self.present += tally.present;
        self.refused += tally.refused;
        let room = 10_usize.saturating_sub(self.refusals.len());
        self.refusals.extend(tally.refusals.into_iter().take(room));
    }
}

impl Answer for Lived {
    fn text(&self) -> String {
        let fields = self.fields(Fields::default());
        format!("The school has lived.\n\n{fields}{}", self.told_refusals())
    }
}

fn interrupted(error: Interrupted) -> Failure {
    let Interrupted { command, error } = error;
    let failure = Failure::of_call("flight-ops", error);
    let advice = format!(
        "It was {command} that found nobody. Repeat the command: it goes on where it ended."
    );
    failure.next(advice)
}

/// Until which day the clock on the school's wall has come.
pub(super) fn today(session: &Session, zone: Tz) -> NaiveDate {
    session.now().with_timezone(&zone).date_naive()
}

pub(super) fn days_before(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(day)
}
