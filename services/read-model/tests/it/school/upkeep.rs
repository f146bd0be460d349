//! The organisation itself, and the upkeep of its aircraft.

use chrono::{NaiveDate, TimeDelta};
use domain::aircraft::{Aircraft, MeterReading};
use domain::maintenance::due_item::{
    DueItem, DueKind, DuePoint, EarlyLateRule, Interval, Tolerance, Warning,
};
use domain::maintenance::work_order::{
    AlertedOrder, Priority, WorkOrder, WorkOrderContent, WorkOrderKind, WorkOrderStatus,
};
use domain::meter::{Meter, MeterKind};
use domain::organization::{Organization, Policy};

use super::{School, id, instant};

impl School {
    pub fn organization(self, timezone: &str, version: i64) -> Organization {
        Organization {
            id: self.org,
            version,
            name: "Bay Flight Academy".to_owned(),
            timezone: timezone.to_owned(),
            currency: "USD".to_owned(),
            country: "US".to_owned(),
            policy: Policy::default(),
            created_at: instant("2026-01-01T00:00:00Z"),
            updated_at: instant("2026-01-01T00:00:00Z") + TimeDelta::seconds(version),
        }
    }

    /// The aircraft, with that many hundredths of an hour on its tachometer.
    pub fn aircraft_at(self, number: u32, version: i64, tach: i64) -> Aircraft {
        let mut aircraft = self.aircraft(number, version);
        aircraft.meters = vec![MeterReading {
            kind: MeterKind::Tach,
            value: Meter(tach),
            engine_position: None,
            read_at: aircraft.updated_at,
        }];
        aircraft
    }

    /// Something of the aircraft that is due nowhere yet.
    pub fn due_item(self, number: u32, aircraft: u32, version: i64) -> DueItem {
        DueItem {
            id: id(3_000_000 + number),
            organization_id: self.org,
            aircraft_id: id(aircraft),
            version,
            title: format!("Inspection {number}"),
            kind: DueKind::Other,
            reference: None,
            interval: Interval::default(),
            tolerance: Tolerance::default(),
            last_done: None,
            due: DuePoint::default(),
            meter_kind: MeterKind::Tach,
            recurring: true,
            prevents_dispatch: true,
            warning: Warning::default(),
            early_late_rule: EarlyLateRule::CarryForward,
            assigned_to: None,
            last_completed_work_order_id: None,
            alerted: None,
            external_reference: None,
            created_at: instant("2026-01-02T00:00:00Z"),
            updated_at: instant("2026-01-02T00:00:00Z") + TimeDelta::seconds(version),
        }
    }

    /// Due at that many hundredths of an hour on the tachometer; upcoming from 10 h before.
    pub fn due_at(self, number: u32, aircraft: u32, meter: i64) -> DueItem {
        let mut item = self.due_item(number, aircraft, 1);
        item.due.meter = Some(Meter(meter));
        item
    }

    /// Good until that day; upcoming from 30 days before.
    pub fn due_on(self, number: u32, aircraft: u32, date: &str) -> DueItem {
        let mut item = self.due_item(number, aircraft, 1);
        item.due = DuePoint {
            date: Some(date.parse::<NaiveDate>().unwrap()),
            ..DuePoint::default()
        };
        item
    }

    /// Opened on the day of its number.
    pub fn work_order(self, number: u32, version: i64) -> WorkOrder {
        let opened_at = instant("2026-02-01T16:00:00Z") + TimeDelta::days(number.into());
        WorkOrder {
            id: id(4_000_000 + number),
            organization_id: self.org,
            aircraft_id: id(number % 3),
            version,
            number: format!("WO-2026-{number:03}"),
            status: WorkOrderStatus::Open,
            content: WorkOrderContent {
                title: format!("Work {number}"),
                kind: WorkOrderKind::Scheduled,
                priority: Priority::Normal,
                due_on: None,
                assigned_to: None,
                shop_name: None,
                squawk_ids: Vec::new(),
                due_item_ids: Vec::new(),
                tasks: Vec::new(),
                parts: Vec::new(),
                cost_minor: 0,
                currency: "USD".to_owned(),
                external_reference: None,
            },
            opened_at,
            started_at: None,
            completed_at: None,
            meter_at_open: None,
            return_to_service: None,
            cancellation: None,
            alerted: AlertedOrder::default(),
            created_at: opened_at,
            updated_at: opened_at + TimeDelta::seconds(version),
        }
    }
}
