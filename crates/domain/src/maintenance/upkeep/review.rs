//! What follows from the counters, the day and the records.

use chrono::NaiveDate;

use super::Upkeep;
use crate::aircraft::{Aircraft, AircraftStatus, Airworthiness};
use crate::maintenance::Counters;
use crate::maintenance::alert::{AlertSubject, MaintenanceAlert, Severity};
use crate::maintenance::due_item::{DueItem, DueState, DueStatus};
use crate::maintenance::squawk::Squawk;
use crate::maintenance::work_order::WorkOrder;

/// What a review found, beside what it changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Review {
    /// Each crossing once: what was alerted on is remembered in the record.
    pub alerts: Vec<MaintenanceAlert>,
    /// The day on which the calendar alone changes something.
    pub next_look_on: Option<NaiveDate>,
}

impl Upkeep {
    /// Brings the aircraft's airworthiness up to date on `today`, a day in the school's zone, and
    /// tells what crossed a line since the last review. Versions and stamps are the caller's.
    pub fn review(&mut self, today: NaiveDate) -> Review {
        self.judge(today);
        if self.aircraft.status != AircraftStatus::Active {
            // Nobody flies it. What crosses meanwhile is told of when it is active again.
            return Review::default();
        }
        let mut told = Vec::new();
        let counters = Counters::from(&self.aircraft);
        for item in &mut self.due_items {
            told.extend(cross(item, counters, today));
        }
        for squawk in &mut self.squawks {
            told.extend(ground(squawk, counters, today));
        }
        for order in &mut self.work_orders {
            told.extend(warn_of(order, today));
        }
        let alert = |(severity, about)| alert(&self.aircraft, severity, about);
        Review {
            alerts: told.into_iter().map(alert).collect(),
            next_look_on: self.next_look_on(today),
        }
    }

    /// What stands against flying: the school's own word, what is overdue, defects, work.
    pub fn judge(&mut self, today: NaiveDate) {
        let counters = Counters::from(&self.aircraft);
        let mut against = Vec::new();
        for item in self.due_items.iter().filter(|item| item.prevents_dispatch) {
            if item.state_at(counters, today).status == DueStatus::Overdue {
                let reason = format!("overdue: {}", item.title);
                against.push((Airworthiness::Grounded, reason));
            }
        }
        for squawk in &self.squawks {
            if squawk.grounds(counters, today) {
                let reason = format!("squawk: {}", squawk.title);
                against.push((Airworthiness::Grounded, reason));
            } else if let Some(limitations) = squawk.limitations() {
                against.push((Airworthiness::Limited, format!("deferred: {limitations}")));
            }
        }
        for order in &self.work_orders {
            let number = &order.number;
            if order.is_under_way() {
                let reason = format!("work order {number}");
                against.push((Airworthiness::InMaintenance, reason));
            } else if order.is_aog() {
                against.push((Airworthiness::Grounded, format!("AOG: {number}")));
            }
        }
        let worst = against.iter().map(|(status, _)| *status).max();
        let declared = &self.declared;
        self.aircraft.airworthiness_status =
            worst.map_or(declared.status, |worst| worst.max(declared.status));
        let reasons = against.into_iter().map(|(_, reason)| reason);
        self.aircraft.grounding_reasons = declared.reasons.iter().cloned().chain(reasons).collect();
    }

    fn next_look_on(&self, today: NaiveDate) -> Option<NaiveDate> {
        let items = self.due_items.iter().map(|item| item.turns_on(today));
        let squawks = self.squawks.iter().map(|squawk| squawk.turns_on(today));
        let orders = self.work_orders.iter().map(|order| order.turns_on(today));
        items.chain(squawks).chain(orders).flatten().min()
    }
}

type Told = Option<(Severity, AlertSubject)>;

/// An item that is worse than what was alerted on last. One that got better, by a correction of a
/// meter, is alerted on again when it crosses again.
fn cross(item: &mut DueItem, counters: Counters<'_>, today: NaiveDate) -> Told {
    let DueState { status, remaining } = item.state_at(counters, today);
    let severity = item.severity(status);
    let crossed = severity > item.alerted;
    item.alerted = severity;
    let about = AlertSubject::DueItem {
        id: item.id,
        title: item.title.clone(),
        kind: item.kind,
        due: item.due,
        meter_kind: item.meter_kind,
        remaining,
    };
    severity
        .filter(|_| crossed)
        .map(|severity| (severity, about))
}

/// A defect that has come to stand against flying.
fn ground(squawk: &mut Squawk, counters: Counters<'_>, today: NaiveDate) -> Told {
    let grounds = squawk.grounds(counters, today);
    let crossed = grounds && !squawk.alerted;
    squawk.alerted = grounds;
    let about = AlertSubject::Squawk {
        id: squawk.id,
        severity: squawk.severity,
        status: squawk.status,
    };
    crossed.then_some((Severity::Grounded, about))
}

/// An order that was opened as `aog`, or whose day has gone by.
fn warn_of(order: &mut WorkOrder, today: NaiveDate) -> Told {
    let severity = if order.is_aog() && !order.alerted.aog {
        order.alerted.aog = true;
        Severity::Grounded
    } else if order.is_past_due(today) && !order.alerted.past_due {
        Severity::Overdue
    } else {
        return None;
    };
    // One alert tells of both.
    order.alerted.past_due |= order.is_past_due(today);
    let about = AlertSubject::WorkOrder {
        id: order.id,
        number: order.number.clone(),
        status: order.status,
    };
    Some((severity, about))
}

fn alert(aircraft: &Aircraft, severity: Severity, about: AlertSubject) -> MaintenanceAlert {
    MaintenanceAlert {
        severity,
        aircraft_id: aircraft.id,
        registration: aircraft.registration.clone(),
        about,
        airworthiness_status: aircraft.airworthiness_status,
    }
}
