//! Something of an aircraft that falls due.

use chrono::NaiveDate;
use domain::DueItemId;
use domain::maintenance::{DueKind, DueStatus, NextDue};
use domain::meter::MeterKind;
use schemars::JsonSchema;
use serde::Serialize;

use crate::documents::{Decimal, Timestamp};

/// An inspection, a directive or a component's life. Combined intervals: whichever comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DueItemFields<'a> {
    pub id: DueItemId,
    pub title: &'a str,
    pub kind: DueKind,
    /// What demands it: `AD 2020-26-16`.
    pub reference: Option<&'a str>,
    pub status: DueStatus,
    pub interval_hours: Option<Decimal>,
    pub interval_days: Option<i32>,
    pub interval_months: Option<i32>,
    pub interval_cycles: Option<i64>,
    /// How far from its due point it may be done without moving the points after it.
    pub tolerance_hours: Option<Decimal>,
    pub last_done_date: Option<NaiveDate>,
    pub last_done_meter: Option<Decimal>,
    pub last_done_cycles: Option<i64>,
    /// The last day that is still good.
    pub due_date: Option<NaiveDate>,
    pub due_at_meter: Option<Decimal>,
    pub due_at_cycles: Option<i64>,
    /// Below zero once it is past.
    pub remaining_hours: Option<Decimal>,
    /// 0 on the last day that is still good.
    pub remaining_days: Option<i64>,
    pub remaining_cycles: Option<i64>,
    /// The meter its hours are read from.
    pub meter_kind: MeterKind,
    pub recurring: bool,
    /// Overdue, it grounds the aircraft.
    pub prevents_dispatch: bool,
    pub external_reference: Option<&'a str>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl<'a> From<NextDue<'a>> for DueItemFields<'a> {
    fn from(standing: NextDue<'a>) -> Self {
        let (item, left) = (standing.item, standing.state.remaining);
        Self {
            id: item.id,
            title: &item.title,
            kind: item.kind,
            reference: item.reference.as_deref(),
            status: standing.state.status,
            interval_hours: item.interval.hours.map(Into::into),
            interval_days: item.interval.days,
            interval_months: item.interval.months,
            interval_cycles: item.interval.cycles,
            tolerance_hours: item.tolerance.hours.map(Into::into),
            last_done_date: item.last_done.map(|done| done.on),
            last_done_meter: item.last_done.and_then(|done| done.meter).map(Into::into),
            last_done_cycles: item.last_done.and_then(|done| done.cycles),
            due_date: item.due.date,
            due_at_meter: item.due.meter.map(Into::into),
            due_at_cycles: item.due.cycles,
            remaining_hours: left.hours.map(Into::into),
            remaining_days: left.days,
            remaining_cycles: left.cycles,
            meter_kind: item.meter_kind,
            recurring: item.recurring,
            prevents_dispatch: item.prevents_dispatch,
            external_reference: item.external_reference.as_deref(),
            created_at: Timestamp(item.created_at),
            updated_at: Timestamp(item.updated_at),
        }
    }
}
