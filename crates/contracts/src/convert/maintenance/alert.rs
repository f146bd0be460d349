use domain::maintenance::{AlertSubject, DuePoint, MaintenanceAlert, Remaining};
use domain::meter::Meter;

use crate::convert::{InvalidMessage, Read, date, parse, required, text};
use crate::v1::{self, maintenance_alert::About};

impl From<&MaintenanceAlert> for v1::MaintenanceAlert {
    fn from(a: &MaintenanceAlert) -> Self {
        Self {
            severity: a.severity.to_string(),
            aircraft_id: a.aircraft_id.to_string(),
            registration: a.registration.clone(),
            about: Some(about_out(&a.about)),
            airworthiness_status: a.airworthiness_status.to_string(),
        }
    }
}

impl TryFrom<v1::MaintenanceAlert> for MaintenanceAlert {
    type Error = InvalidMessage;

    fn try_from(a: v1::MaintenanceAlert) -> Read<Self> {
        Ok(Self {
            severity: parse("severity", &a.severity)?,
            aircraft_id: parse("aircraft_id", &a.aircraft_id)?,
            registration: a.registration,
            about: about_in(required("about", a.about)?)?,
            airworthiness_status: parse("airworthiness_status", &a.airworthiness_status)?,
        })
    }
}

fn about_out(about: &AlertSubject) -> About {
    match about {
        AlertSubject::DueItem {
            id,
            title,
            kind,
            due,
            meter_kind,
            remaining,
        } => About::DueItem(v1::AlertedDueItem {
            id: id.to_string(),
            title: title.clone(),
            kind: kind.to_string(),
            due_date: text(due.date),
            due_at_hundredths: due.meter.map(|m| m.0),
            due_at_cycles: due.cycles,
            meter_kind: meter_kind.to_string(),
            remaining_hundredths: remaining.hours.map(|m| m.0),
            remaining_days: remaining.days,
            remaining_cycles: remaining.cycles,
        }),
        AlertSubject::WorkOrder { id, number, status } => About::WorkOrder(v1::AlertedWorkOrder {
            id: id.to_string(),
            number: number.clone(),
            status: status.to_string(),
        }),
        AlertSubject::Squawk {
            id,
            severity,
            status,
        } => About::Squawk(v1::AlertedSquawk {
            id: id.to_string(),
            severity: severity.to_string(),
            status: status.to_string(),
        }),
    }
}

fn about_in(about: About) -> Read<AlertSubject> {
    Ok(match about {
        About::DueItem(i) => AlertSubject::DueItem {
            id: parse("due_item.id", &i.id)?,
            title: i.title,
            kind: parse("due_item.kind", &i.kind)?,
            due: DuePoint {
                date: date("due_item.due_date", i.due_date.as_deref())?,
                meter: i.due_at_hundredths.map(Meter),
                cycles: i.due_at_cycles,
            },
            meter_kind: parse("due_item.meter_kind", &i.meter_kind)?,
            remaining: Remaining {
                hours: i.remaining_hundredths.map(Meter),
                days: i.remaining_days,
                cycles: i.remaining_cycles,
            },
        },
        About::WorkOrder(o) => AlertSubject::WorkOrder {
            id: parse("work_order.id", &o.id)?,
            number: o.number,
            status: parse("work_order.status", &o.status)?,
        },
        About::Squawk(s) => AlertSubject::Squawk {
            id: parse("squawk.id", &s.id)?,
            severity: parse("squawk.severity", &s.severity)?,
            status: parse("squawk.status", &s.status)?,
        },
    })
}
