//! `gaf endpoint recover`

use std::time::Duration;

use clap::Args;
use contracts::convert::timestamp;
use contracts::v1::{RecoveryCount, StartRecoveryRequest};
use domain::EndpointId;
use serde::Serialize;

use crate::args::OrgArg;
use crate::commands::recovery::{RecoveryView, failed, watch};
use crate::failure::Failure;
use crate::output::Answer;
use crate::retry::Patience;
use crate::session::Session;
use crate::text::count;
use crate::when::When;

/// For the count of a long time.
const PATIENCE: Duration = Duration::from_secs(20);

/// Send an endpoint again, at a pace, what it did not get since a point in time
///
/// What failed for good, in the order of the events and under new delivery ids; what is pending is
/// left to its retries. It goes on without this program: see gaf recovery show.
#[derive(Debug, Args)]
pub struct Recover {
    endpoint_id: EndpointId,
    #[command(flatten)]
    org: OrgArg,
    /// Events since then: 2h ago, or a time such as 2027-01-31T18:00:00Z
    #[arg(long)]
    since: When,
    /// Only these: exact types, flight.*; separated by commas [default: all that it asks for now]
    #[arg(long, value_name = "TYPES", value_delimiter = ',')]
    types: Vec<String>,
    /// Also what it asks for now and was never owed: it was disabled, or not there yet
    #[arg(long)]
    missed: bool,
    /// Only count
    #[arg(long)]
    dry_run: bool,
    /// Deliveries made in a second, at most [default: as the service is set, 50]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=1_000))]
    per_second: Option<u32>,
    /// Begin it, and do not wait for its end
    #[arg(long, conflicts_with = "dry_run")]
    detach: bool,
    #[command(flatten)]
    patience: Patience,
}

/// What a recovery would do.
#[derive(Serialize)]
struct Counted {
    examined: i64,
    recoverable: i64,
    still_owed: i64,
    /// False: there may be more.
    is_complete: bool,
}

impl Recover {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        let organization = self.org.resolve(session)?;
        let Some(since) = self.since.before(session.now()) else {
            return Err(Failure::bad_input("invalid_since", "--since is too far"));
        };
        let request = StartRecoveryRequest {
            organization_id: organization.to_string(),
            endpoint_id: self.endpoint_id.to_string(),
            since: Some(timestamp(since)),
            event_types: self.types,
            missed: self.missed,
            per_second: self.per_second,
            dry_run: self.dry_run,
        };
        let client = session.webhooks().await?.with_timeout(PATIENCE);
        if self.dry_run {
            let count = || client.start_recovery(request.clone());
            let answer = self.patience.call(count).await.map_err(failed)?;
            return session.show(&Counted::from(answer.count.unwrap_or_default()));
        }
        // Not tried again: the first may be under way.
        let answer = client.start_recovery(request).await.map_err(failed)?;
        let recovery = RecoveryView::read(answer.recovery)?;
        if self.detach {
            return session.show(&recovery);
        }
        session.output.remark(&format!("recovery {}", recovery.id));
        watch(session, organization, recovery, self.patience).await
    }
}

impl From<RecoveryCount> for Counted {
    fn from(count: RecoveryCount) -> Self {
        Self {
            examined: count.examined,
            recoverable: count.recoverable,
            still_owed: count.still_owed,
            is_complete: count.is_complete,
        }
    }
}

impl Answer for Counted {
    fn text(&self) -> String {
        let least = if self.is_complete { "" } else { "at least " };
        format!(
            "{least}{} would be made, of {} looked at; {} still owed",
            deliveries(self.recoverable),
            count(self.examined.unsigned_abs(), "event"),
            match self.still_owed {
                1 => "1 is".to_owned(),
                number => format!("{number} are"),
            }
        )
    }
}

fn deliveries(number: i64) -> String {
    match number {
        1 => "1 delivery".to_owned(),
        _ => format!("{number} deliveries"),
    }
}
