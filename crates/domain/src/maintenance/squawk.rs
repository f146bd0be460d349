//! A defect of an aircraft.
//!
//! `reported → in_review → open | rejected`, `open ⇄ deferred`, `open | deferred → in_work →
//! resolved` with a sign-off, `→ closed`; what was rejected, resolved or closed may be reopened.

mod actions;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::Counters;
use super::work_order::MeterAt;
use crate::vocabulary::vocabulary;
use crate::{AircraftId, FlightId, OrgId, PersonId, SquawkId, WorkOrderId};

pub use actions::SquawkAction;

vocabulary! {
    SquawkSeverity, "squawk severity" {
        Informational => "informational", Minor => "minor", Major => "major", Critical => "critical",
    }
}

vocabulary! {
    SquawkStatus, "squawk status" {
        Reported => "reported", InReview => "in_review", Open => "open", Rejected => "rejected",
        Deferred => "deferred", InWork => "in_work", Resolved => "resolved", Closed => "closed",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Squawk {
    pub id: SquawkId,
    pub organization_id: OrgId,
    pub aircraft_id: AircraftId,
    /// Rises by one with every change.
    pub version: i64,
    pub title: String,
    pub description: String,
    pub severity: SquawkSeverity,
    /// The aircraft may not fly until it is resolved or deferred.
    pub grounds_aircraft: bool,
    pub status: SquawkStatus,
    /// ATA 100: `32`.
    pub ata_chapter: Option<String>,
    pub reported_by_id: PersonId,
    pub reported_at: DateTime<Utc>,
    pub reported_meter: Option<MeterAt>,
    /// The flight it was found on.
    pub flight_id: Option<FlightId>,
    pub deferral: Option<Deferral>,
    pub resolution: Option<Resolution>,
    /// The work order that sees to it.
    pub work_order_id: Option<WorkOrderId>,
    pub attachments_count: i32,
    /// It was alerted on while it stands against flying.
    pub alerted: bool,
    pub external_reference: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// The defect may be flown with, until then and under these limitations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deferral {
    /// Good on that day.
    pub until_date: Option<NaiveDate>,
    pub until_meter: Option<MeterAt>,
    /// What allows it: `MEL 33-1`.
    pub reference: Option<String>,
    pub limitations: Option<String>,
    /// The name as signed.
    pub approved_by: String,
}

/// The sign-off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolution {
    pub notes: Option<String>,
    /// The name as signed.
    pub resolved_by: String,
    /// Whoever resolves what grounds an aircraft gives it.
    pub certificate_number: Option<String>,
    pub at: DateTime<Utc>,
}

impl Squawk {
    /// Nobody need look at it any more.
    pub fn is_settled(&self) -> bool {
        matches!(
            self.status,
            SquawkStatus::Rejected | SquawkStatus::Resolved | SquawkStatus::Closed
        )
    }

    /// Whether the aircraft may not fly because of it: from the report on, and again when a
    /// deferral has run out.
    pub fn grounds(&self, counters: Counters<'_>, today: NaiveDate) -> bool {
        self.grounds_aircraft && !self.is_settled() && !self.is_deferred(counters, today)
    }

    /// Whether it is deferred and the deferral has not run out.
    pub fn is_deferred(&self, counters: Counters<'_>, today: NaiveDate) -> bool {
        let Some(deferral) = self.present_deferral() else {
            return false;
        };
        let by_date = deferral.until_date.is_none_or(|until| today <= until);
        let by_meter = deferral.until_meter.is_none_or(|until| {
            let reads = counters.meter(until.kind);
            reads.is_none_or(|reads| reads < until.value)
        });
        by_date && by_meter
    }

    /// What the aircraft may not do while it is deferred.
    pub fn limitations(&self) -> Option<&str> {
        self.present_deferral()?.limitations.as_deref()
    }

    /// The day on which the deferral has run out, if that is to come.
    pub fn turns_on(&self, today: NaiveDate) -> Option<NaiveDate> {
        let until = self.present_deferral()?.until_date?;
        until.succ_opt().filter(|day| *day > today)
    }

    fn present_deferral(&self) -> Option<&Deferral> {
        let deferral = self.deferral.as_ref();
        deferral.filter(|_| self.status == SquawkStatus::Deferred)
    }
}
