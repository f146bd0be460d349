use domain::maintenance::DueItem;
use domain::maintenance::due_item::{Done, DuePoint, Interval, Tolerance, Warning};
use domain::meter::Meter;

use crate::convert::{
    InvalidMessage, Read, date, day, instant, parse, parse_optional, text, timestamp,
};
use crate::v1;

impl From<&DueItem> for v1::DueItem {
    fn from(i: &DueItem) -> Self {
        Self {
            id: i.id.to_string(),
            organization_id: i.organization_id.to_string(),
            aircraft_id: i.aircraft_id.to_string(),
            version: i.version,
            title: i.title.clone(),
            kind: i.kind.to_string(),
            reference: i.reference.clone(),
            interval_hundredths: i.interval.hours.map(|m| m.0),
            interval_days: i.interval.days,
            interval_months: i.interval.months,
            interval_cycles: i.interval.cycles,
            tolerance_hundredths: i.tolerance.hours.map(|m| m.0),
            tolerance_days: i.tolerance.days,
            last_done: i.last_done.map(done_out),
            due_date: text(i.due.date),
            due_at_hundredths: i.due.meter.map(|m| m.0),
            due_at_cycles: i.due.cycles,
            meter_kind: i.meter_kind.to_string(),
            recurring: i.recurring,
            prevents_dispatch: i.prevents_dispatch,
            warn_hundredths: Some(i.warning.hours.0),
            warn_days: Some(i.warning.days),
            warn_cycles: Some(i.warning.cycles),
            early_late_rule: i.early_late_rule.to_string(),
            assigned_to: i.assigned_to.clone(),
            last_completed_work_order_id: text(i.last_completed_work_order_id),
            alerted: text(i.alerted),
            external_reference: i.external_reference.clone(),
            created_at: Some(timestamp(i.created_at)),
            updated_at: Some(timestamp(i.updated_at)),
        }
    }
}

impl TryFrom<v1::DueItem> for DueItem {
    type Error = InvalidMessage;

    fn try_from(i: v1::DueItem) -> Read<Self> {
        Ok(Self {
            interval: Interval {
                hours: i.interval_hundredths.map(Meter),
                days: i.interval_days,
                months: i.interval_months,
                cycles: i.interval_cycles,
            },
            tolerance: Tolerance {
                hours: i.tolerance_hundredths.map(Meter),
                days: i.tolerance_days,
            },
            due: DuePoint {
                date: date("due_date", i.due_date.as_deref())?,
                meter: i.due_at_hundredths.map(Meter),
                cycles: i.due_at_cycles,
            },
            warning: warning(&i),
            id: parse("id", &i.id)?,
            organization_id: parse("organization_id", &i.organization_id)?,
            aircraft_id: parse("aircraft_id", &i.aircraft_id)?,
            version: i.version,
            title: i.title,
            kind: parse("kind", &i.kind)?,
            reference: i.reference,
            last_done: i.last_done.map(done_in).transpose()?,
            meter_kind: parse("meter_kind", &i.meter_kind)?,
            recurring: i.recurring,
            prevents_dispatch: i.prevents_dispatch,
            early_late_rule: parse("early_late_rule", &i.early_late_rule)?,
            assigned_to: i.assigned_to,
            last_completed_work_order_id: parse_optional(
                "last_completed_work_order_id",
                i.last_completed_work_order_id.as_deref(),
            )?,
            alerted: parse_optional("alerted", i.alerted.as_deref())?,
            external_reference: i.external_reference,
            created_at: instant("created_at", i.created_at)?,
            updated_at: instant("updated_at", i.updated_at)?,
        })
    }
}

fn warning(i: &v1::DueItem) -> Warning {
    let usual = Warning::default();
    Warning {
        hours: i.warn_hundredths.map_or(usual.hours, Meter),
        days: i.warn_days.unwrap_or(usual.days),
        cycles: i.warn_cycles.unwrap_or(usual.cycles),
    }
}

fn done_out(done: Done) -> v1::Done {
    v1::Done {
        on: done.on.to_string(),
        at_hundredths: done.meter.map(|m| m.0),
        at_cycles: done.cycles,
    }
}

/// When something was done.
///
/// # Errors
/// [`InvalidMessage`] when the date is none.
pub fn done_in(done: v1::Done) -> Read<Done> {
    Ok(Done {
        on: day("done.on", &done.on)?,
        meter: done.at_hundredths.map(Meter),
        cycles: done.at_cycles,
    })
}
