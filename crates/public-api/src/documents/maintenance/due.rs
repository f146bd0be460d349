//! What is due on one aircraft, in figures and item by item.

use chrono::{DateTime, NaiveDate, Utc};
use domain::aircraft::Aircraft;
use domain::maintenance::{DueStatus, NextDue, Summary};
use domain::meter::MeterKind;
use domain::{AircraftId, DueItemId};
use schemars::JsonSchema;
use serde::Serialize;

use super::DueItemFields;
use crate::documents::{Decimal, Timestamp};

/// What is due on one aircraft. Hours, calendar and cycles are watched, and whichever comes first
/// decides. `overdue`, `upcoming` and `ok` add up to the items that are tracked. An aircraft that was
/// sold is due for nothing and is left out.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MaintenanceDueDocument<'a> {
    /// Addition: the aircraft's, by which the document is found, and by which it is gone.
    pub id: AircraftId,
    pub aircraft_id: AircraftId,
    pub registration: &'a str,
    /// How many items are past their due point.
    pub overdue: usize,
    /// How many items are so near that the school wants to be warned.
    pub upcoming: usize,
    /// How many items are further away.
    pub ok: usize,
    pub worst_status: DueStatus,
    /// The most urgent item; null when nothing is due.
    pub next_due: Option<NextDueFields<'a>>,
    /// The moment of the latest change of these figures: of a record, or of the date at the school.
    pub as_of: Timestamp,
    /// Of the aircraft.
    pub external_reference: Option<&'a str>,
    /// Of the aircraft.
    pub created_at: Timestamp,
    /// When the aircraft or one of its items last changed.
    pub updated_at: Timestamp,
}

/// What is due next, and what is left until then: below zero once it is past.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NextDueFields<'a> {
    pub item_id: DueItemId,
    pub title: &'a str,
    /// The last day that is still good.
    pub due_date: Option<NaiveDate>,
    pub due_at_meter: Option<Decimal>,
    /// The meter that `due_at_meter` is read from.
    pub meter_kind: MeterKind,
    pub remaining_hours: Option<Decimal>,
    /// 0 on the last day that is still good.
    pub remaining_days: Option<i64>,
    pub remaining_cycles: Option<i64>,
}

/// What is due on one aircraft, with every item.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MaintenanceDueDetail<'a> {
    #[serde(flatten)]
    pub summary: MaintenanceDueDocument<'a>,
    /// The most urgent first.
    pub items: Vec<DueItemFields<'a>>,
}

impl<'a> MaintenanceDueDocument<'a> {
    pub fn new(
        aircraft: &'a Aircraft,
        summary: &Summary<'a>,
        as_of: DateTime<Utc>,
        updated_at: DateTime<Utc>,
    ) -> Self {
        Self {
            id: aircraft.id,
            aircraft_id: aircraft.id,
            registration: &aircraft.registration,
            overdue: summary.overdue,
            upcoming: summary.upcoming,
            ok: summary.ok,
            worst_status: summary.worst_status,
            next_due: summary.next_due.map(Into::into),
            as_of: Timestamp(as_of),
            external_reference: aircraft.external_reference.as_deref(),
            created_at: Timestamp(aircraft.created_at),
            updated_at: Timestamp(updated_at),
        }
    }
}

impl<'a> From<NextDue<'a>> for NextDueFields<'a> {
    fn from(next: NextDue<'a>) -> Self {
        let (item, left) = (next.item, next.state.remaining);
        Self {
            item_id: item.id,
            title: &item.title,
            due_date: item.due.date,
            due_at_meter: item.due.meter.map(Into::into),
            meter_kind: item.meter_kind,
            remaining_hours: left.hours.map(Into::into),
            remaining_days: left.days,
            remaining_cycles: left.cycles,
        }
    }
}

#[cfg(test)]
mod tests;
