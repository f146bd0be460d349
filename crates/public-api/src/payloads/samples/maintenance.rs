//! What is due on the sample aircraft, and a work order on it.

use chrono::NaiveDate;
use domain::DueItemId;
use domain::aircraft::Aircraft;
use domain::maintenance::due_item::{
    Done, DueItem, DueKind, DuePoint, EarlyLateRule, Interval, Tolerance, Warning,
};
use domain::maintenance::work_order::{
    AlertedOrder, CertificateType, MeterAt, Part, Priority, ReturnToService, Task, TaskStatus,
    WorkOrder, WorkOrderContent, WorkOrderKind, WorkOrderStatus,
};
use domain::maintenance::{NextDue, summary};
use domain::meter::{Meter, MeterKind};

use super::{at, id};
use crate::documents::MaintenanceDueDocument;

/// The day the sample aircraft is looked at.
pub fn today() -> NaiveDate {
    "2026-05-28".parse().unwrap()
}

/// What is tracked on the sample aircraft, the most urgent first.
pub fn due_items() -> [DueItem; 2] {
    [hundred_hour(), annual()]
}

/// How the items stand, in their order.
pub fn standing<'i>(aircraft: &Aircraft, items: &'i [DueItem]) -> Vec<NextDue<'i>> {
    let standing = items.iter().map(|item| NextDue {
        item,
        state: item.state_at(aircraft.into(), today()),
    });
    standing.collect()
}

/// What is due on the sample aircraft on that day.
pub fn due<'a>(aircraft: &'a Aircraft, items: &'a [DueItem]) -> MaintenanceDueDocument<'a> {
    let figures = summary(items, aircraft.into(), today());
    MaintenanceDueDocument::new(
        aircraft,
        &figures,
        at("2026-05-28T07:00:00Z"),
        at("2026-05-02T21:05:00Z"),
    )
}

/// A 100-hour inspection that is upcoming on the sample aircraft.
pub fn hundred_hour() -> DueItem {
    DueItem {
        title: "100-hour".to_owned(),
        kind: DueKind::HundredHour,
        interval: Interval {
            hours: Some(Meter(10_000)),
            ..Interval::default()
        },
        tolerance: Tolerance {
            hours: Some(Meter(1_000)),
            days: None,
        },
        last_done: Some(Done {
            on: "2026-03-14".parse().unwrap(),
            meter: Some(Meter(188_850)),
            cycles: None,
        }),
        due: DuePoint {
            meter: Some(Meter(198_850)),
            ..DuePoint::default()
        },
        ..due_item(id(0xd1))
    }
}

/// An annual inspection, due by the calendar.
pub fn annual() -> DueItem {
    DueItem {
        title: "Annual inspection".to_owned(),
        kind: DueKind::Annual,
        reference: Some("14 CFR 91.409(a)".to_owned()),
        interval: Interval {
            months: Some(12),
            ..Interval::default()
        },
        last_done: Some(Done {
            on: "2026-01-09".parse().unwrap(),
            meter: None,
            cycles: None,
        }),
        due: DuePoint {
            date: "2027-01-31".parse().ok(),
            ..DuePoint::default()
        },
        external_reference: Some("camp-7".to_owned()),
        ..due_item(id(0xd2))
    }
}

fn due_item(id: DueItemId) -> DueItem {
    DueItem {
        id,
        organization_id: super::id(0x01),
        aircraft_id: super::id(0xa1),
        version: 4,
        title: String::new(),
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
        created_at: at("2026-01-09T16:00:00Z"),
        updated_at: at("2026-03-14T18:20:00Z"),
    }
}

/// A work order that was released.
pub fn work_order() -> WorkOrder {
    WorkOrder {
        id: id(0xc1),
        organization_id: id(0x01),
        aircraft_id: id(0xa1),
        version: 6,
        number: "WO-2026-031".to_owned(),
        status: WorkOrderStatus::Released,
        content: content(),
        opened_at: at("2026-03-12T15:00:00Z"),
        started_at: Some(at("2026-03-13T14:30:00Z")),
        completed_at: Some(at("2026-03-14T17:45:00Z")),
        meter_at_open: Some(MeterAt {
            kind: MeterKind::Tach,
            value: Meter(188_850),
        }),
        return_to_service: Some(ReturnToService {
            signed_by: "Robin Wright".to_owned(),
            certificate_number: "3141592".to_owned(),
            certificate_type: CertificateType::AAndP,
            statement: "Inspected in accordance with a 100-hour inspection and found airworthy."
                .to_owned(),
            signed_at: at("2026-03-14T18:20:00Z"),
        }),
        cancellation: None,
        alerted: AlertedOrder::default(),
        created_at: at("2026-03-12T15:00:00Z"),
        updated_at: at("2026-03-14T18:20:00Z"),
    }
}

fn content() -> WorkOrderContent {
    WorkOrderContent {
        title: "100-hour and left brake".to_owned(),
        kind: WorkOrderKind::Scheduled,
        priority: Priority::Normal,
        due_on: "2026-03-15".parse().ok(),
        assigned_to: Some("Robin Wright".to_owned()),
        shop_name: None,
        squawk_ids: vec![id(0x51)],
        due_item_ids: vec![id(0xd1)],
        tasks: vec![Task {
            description: "Left main brake: pads replaced".to_owned(),
            ata_chapter: Some("32".to_owned()),
            status: TaskStatus::Done,
            labor_minutes: 90,
        }],
        parts: vec![Part {
            part_number: "66-106".to_owned(),
            serial_number: None,
            quantity: 2,
        }],
        cost_minor: 184_250,
        currency: "USD".to_owned(),
        external_reference: None,
    }
}
