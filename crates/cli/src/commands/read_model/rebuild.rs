//! `gaf read-model rebuild`

use std::time::Duration;

use chrono::{DateTime, Utc};
use clap::Args;
use contracts::convert::instant_optional;
use contracts::rpc::RpcError;
use contracts::v1::{CancelRebuildRequest, GetRebuildRequest, RebuildStatus, StartRebuildRequest};
use serde::Serialize;

use crate::failure::{Failure, Status};
use crate::output::Answer;
use crate::retry::Patience;
use crate::session::Session;
use crate::text::{count, time};

/// Between two looks at how far it is.
const LOOK: Duration = Duration::from_millis(500);

/// Build every public document anew from the system of record, while the old ones are served
///
/// Changes go on meanwhile, and partners notice nothing. Waits until it is over; one that is under
/// way already is waited for, too.
#[derive(Debug, Args)]
pub struct Rebuild {
    /// Begin it, and do not wait for its end
    #[arg(long, conflicts_with_all = ["status", "cancel"])]
    detach: bool,
    /// Only tell how the last one stands
    #[arg(long, conflicts_with = "cancel")]
    status: bool,
    /// Give up the one under way; what is served stays as it is
    #[arg(long)]
    cancel: bool,
    #[command(flatten)]
    patience: Patience,
}

/// How a rebuild stands.
#[derive(Debug, Serialize)]
struct RebuildView {
    /// `none`, `carrying`, `filling`, `settling`, `done`, `cancelled`, `refused`.
    phase: String,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    organizations: i64,
    records: i64,
    /// Events and tombstones.
    carried: i64,
}

impl Rebuild {
    pub async fn run(self, session: &mut Session) -> Result<(), Failure> {
        let client = session.read_model().await?;
        let called = if self.cancel {
            let cancel = || client.cancel_rebuild(CancelRebuildRequest {});
            self.patience.call(cancel).await
        } else if self.status {
            let look = || client.get_rebuild(GetRebuildRequest {});
            self.patience.call(look).await
        } else {
            let start = || client.start_rebuild(StartRebuildRequest {});
            self.patience.call(start).await
        };
        let mut status = called.map_err(failed)?;
        if self.cancel && !status.applied {
            let message = "there is no rebuild under way";
            return Err(Failure::new(Status::Conflict, "no_rebuild", message));
        }
        let waits = !(self.cancel || self.status || self.detach);
        let mut progress = session.progress("records and events");
        let mut told = 0;
        while waits && is_under_way(&status) {
            let done = u64::try_from(status.records + status.carried).unwrap_or_default();
            progress.advance(done.saturating_sub(told), &mut session.output);
            told = told.max(done);
            tokio::time::sleep(LOOK).await;
            let look = || client.get_rebuild(GetRebuildRequest {});
            status = self.patience.call(look).await.map_err(failed)?;
        }
        progress.finish();
        let refused = waits && status.phase != "done";
        session.show(&RebuildView::read(status)?)?;
        if refused {
            let message = "what was built was not put in place";
            return Err(Failure::new(Status::Failed, "not_put_in_place", message).next(
                "See the log of read-model: schools may be missing from what flight-ops exports, or somebody gave it up.",
            ));
        }
        Ok(())
    }
}

fn failed(error: RpcError) -> Failure {
    Failure::of_call("read-model", error)
}

fn is_under_way(status: &RebuildStatus) -> bool {
    matches!(status.phase.as_str(), "carrying" | "filling" | "settling")
}

impl RebuildView {
    fn read(status: RebuildStatus) -> Result<Self, Failure> {
        let at = |at| instant_optional("at", at).map_err(|_| failed(RpcError::Malformed));
        Ok(Self {
            phase: status.phase,
            started_at: at(status.started_at)?,
            finished_at: at(status.finished_at)?,
            organizations: status.organizations,
            records: status.records,
            carried: status.carried,
        })
    }
}

impl Answer for RebuildView {
    fn text(&self) -> String {
        let number = |n: i64, one| count(u64::try_from(n).unwrap_or_default(), one);
        let Some(started_at) = self.started_at else {
            return "There has been no rebuild yet.".to_owned();
        };
        let until = match self.finished_at {
            Some(finished_at) => format!("to {}", time(finished_at)),
            None => "still under way".to_owned(),
        };
        format!(
            "{}: {} of {}, and {} carried over, from {}, {until}",
            self.phase,
            number(self.records, "record"),
            number(self.organizations, "organisation"),
            number(self.carried, "document"),
            time(started_at),
        )
    }
}
