//! A recovery as this program shows it.

use chrono::{DateTime, Utc};
use contracts::convert::{InvalidMessage, instant, instant_optional};
use contracts::rpc::RpcError;
use contracts::v1;
use serde::Serialize;

use super::failed;
use crate::failure::Failure;
use crate::output::Answer;
use crate::text::{Fields, time};

#[derive(Debug, Clone, Serialize)]
pub struct RecoveryView {
    pub id: String,
    pub endpoint_id: String,
    pub since: DateTime<Utc>,
    pub until: DateTime<Utc>,
    /// Empty: all that the endpoint wants.
    pub event_types: Vec<String>,
    pub missed: bool,
    pub per_second: u32,
    /// `running`, `done`, `cancelled`.
    pub status: String,
    pub reason: Option<String>,
    pub waiting_for: Option<String>,
    pub examined: i64,
    pub recovered: i64,
    pub still_owed: i64,
    /// What there was to recover when it began; not known of a long time.
    pub expected: Option<i64>,
    /// The time of the last event looked at.
    pub reached: DateTime<Utc>,
    pub started_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
}

impl RecoveryView {
    /// What a service answered.
    pub fn read(recovery: Option<v1::Recovery>) -> Result<Self, Failure> {
        let read = recovery.unwrap_or_default().try_into();
        read.map_err(|_| failed(RpcError::Malformed))
    }

    pub fn is_running(&self) -> bool {
        self.status == "running"
    }

    /// `running`, `running (backlog)`, `cancelled (requested)`.
    pub fn standing(&self) -> String {
        match self.waiting_for.as_ref().or(self.reason.as_ref()) {
            Some(why) => format!("{} ({why})", self.status),
            None => self.status.clone(),
        }
    }

    /// `31 of 120`, or `31` where it is not known of how many.
    pub fn done(&self) -> String {
        match self.expected {
            Some(expected) => format!("{} of {expected}", self.recovered),
            None => self.recovered.to_string(),
        }
    }
}

impl TryFrom<v1::Recovery> for RecoveryView {
    type Error = InvalidMessage;

    fn try_from(r: v1::Recovery) -> Result<Self, InvalidMessage> {
        Ok(Self {
            id: r.id,
            endpoint_id: r.endpoint_id,
            since: instant("since", r.since)?,
            until: instant("until", r.until)?,
            event_types: r.event_types,
            missed: r.missed,
            per_second: r.per_second,
            status: r.status,
            reason: r.reason,
            waiting_for: r.waiting_for,
            examined: r.examined,
            recovered: r.recovered,
            still_owed: r.still_owed,
            expected: r.expected,
            reached: instant("reached", r.reached)?,
            started_at: instant("started_at", r.started_at)?,
            finished_at: instant_optional("finished_at", r.finished_at)?,
        })
    }
}

impl Answer for RecoveryView {
    fn text(&self) -> String {
        let types = match self.event_types.as_slice() {
            [] => "all".to_owned(),
            some => some.join(", "),
        };
        let looked_for = if self.missed {
            "failed and missed"
        } else {
            "failed"
        };
        Fields::default()
            .with("id", &self.id)
            .with("endpoint", &self.endpoint_id)
            .with("status", self.standing())
            .with("looks for", looked_for)
            .with("events", types)
            .with("since", time(self.since))
            .with("until", time(self.until))
            .with("reached", time(self.reached))
            .with("examined", self.examined)
            .with("recovered", self.done())
            .with("still owed", self.still_owed)
            .with("pace", format!("{}/s", self.per_second))
            .with("started", time(self.started_at))
            .maybe("finished", self.finished_at.map(time))
            .to_string()
    }
}
