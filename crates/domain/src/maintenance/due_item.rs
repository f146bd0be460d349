//! Something of an aircraft that falls due: an inspection, a directive, a component's life.
//!
//! It is due by hours, by the calendar, by cycles, or by whichever of them comes first.

mod next;
mod rules;
mod state;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::alert::Severity;
use crate::meter::{Meter, MeterKind};
use crate::vocabulary::vocabulary;
use crate::{AircraftId, DueItemId, OrgId, WorkOrderId};

pub use state::{DueState, Remaining};

vocabulary! {
    DueKind, "due item kind" {
        Annual => "annual", HundredHour => "hundred_hour", FiftyHour => "fifty_hour",
        ArcReview => "arc_review", Elt => "elt", Transponder => "transponder",
        AltimeterStatic => "altimeter_static", VorCheck => "vor_check", OilChange => "oil_change",
        Ad => "ad", Sb => "sb", ComponentLife => "component_life", Other => "other",
    }
}

vocabulary! {
    /// In the order of urgency.
    DueStatus, "due status" { Ok => "ok", Upcoming => "upcoming", Overdue => "overdue" }
}

vocabulary! {
    /// Where the next interval begins when an item was done early or late.
    EarlyLateRule, "early or late rule" {
        /// At the point where it was due.
        CarryForward => "carry_forward",
        /// At the point where it was done.
        Reset => "reset",
    }
}

/// One thing that falls due, once or again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueItem {
    pub id: DueItemId,
    pub organization_id: OrgId,
    pub aircraft_id: AircraftId,
    /// Rises by one with every change.
    pub version: i64,
    /// `100-hour`, `Annual inspection`.
    pub title: String,
    pub kind: DueKind,
    /// What demands it: `AD 2020-26-16`.
    pub reference: Option<String>,
    pub interval: Interval,
    pub tolerance: Tolerance,
    pub last_done: Option<Done>,
    /// Where it is due next; nothing of it is known once an item that does not recur is done.
    pub due: DuePoint,
    /// Which meter its hours are read from.
    pub meter_kind: MeterKind,
    pub recurring: bool,
    /// Overdue, it grounds the aircraft.
    pub prevents_dispatch: bool,
    pub warning: Warning,
    pub early_late_rule: EarlyLateRule,
    /// Who sees to it, in words.
    pub assigned_to: Option<String>,
    pub last_completed_work_order_id: Option<WorkOrderId>,
    /// The level that was alerted on last; none while it is ok.
    pub alerted: Option<Severity>,
    pub external_reference: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// How far one due point is from the next. Combined, whichever comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Interval {
    pub hours: Option<Meter>,
    pub days: Option<i32>,
    pub months: Option<i32>,
    pub cycles: Option<i64>,
}

/// How far from its due point an item may be done without moving the points after it. It makes
/// nothing less overdue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Tolerance {
    pub hours: Option<Meter>,
    pub days: Option<i32>,
}

/// When something was done, by the calendar and by the counters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    pub on: NaiveDate,
    pub meter: Option<Meter>,
    pub cycles: Option<i64>,
}

/// Where something is due. A date is still good on that day; a meter or a number of cycles that
/// is reached leaves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DuePoint {
    pub date: Option<NaiveDate>,
    pub meter: Option<Meter>,
    pub cycles: Option<i64>,
}

impl DuePoint {
    /// Nothing is due.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// How much before its due point an item is upcoming.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    pub hours: Meter,
    pub days: i32,
    pub cycles: i64,
}

impl Default for Warning {
    fn default() -> Self {
        Self {
            hours: Meter(1_000),
            days: 30,
            cycles: 50,
        }
    }
}
