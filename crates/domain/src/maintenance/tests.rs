//! What falls due, defects, work, and what they say about flying.
#![allow(
    clippy::panic,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod completing;
mod crossings;
mod declared;
mod due;
mod orders;
mod properties;
mod squawks;
mod summing;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::due_item::{DueItem, DueKind, DuePoint, EarlyLateRule, Interval, Tolerance, Warning};
use super::squawk::{Squawk, SquawkSeverity, SquawkStatus};
use super::work_order::{
    AlertedOrder, CertificateType, Priority, ReturnToService, WorkOrder, WorkOrderContent,
    WorkOrderKind, WorkOrderStatus,
};
use super::{Declared, Upkeep};
use crate::aircraft::{Aircraft, AircraftStatus, Airworthiness, Category, FuelUnit, MeterReading};
use crate::meter::{Meter, MeterKind};
use crate::{AircraftId, DueItemId, OrgId, PersonId, SquawkId, WorkOrderId};

const ORGANIZATION: OrgId = OrgId(Uuid::from_u128(1));
const AIRCRAFT: AircraftId = AircraftId(Uuid::from_u128(2));

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn today() -> NaiveDate {
    day("2026-05-28")
}

/// Tach 1,980.00 h and 500 cycles.
fn aircraft() -> Aircraft {
    Aircraft {
        id: AIRCRAFT,
        organization_id: ORGANIZATION,
        location_id: None,
        version: 1,
        registration: "N740SP".into(),
        serial_number: None,
        make: "Cessna".into(),
        model: "172S".into(),
        icao_type: None,
        year: None,
        category: Category::Airplane,
        class: None,
        gear_type: None,
        engine_type: None,
        engine_count: 1,
        seats: None,
        complex: false,
        high_performance: false,
        taa: false,
        pressurized: false,
        airworthiness_status: Airworthiness::Airworthy,
        grounding_reasons: Vec::new(),
        status: AircraftStatus::Active,
        home_airport: None,
        meters: vec![MeterReading {
            kind: MeterKind::Tach,
            value: Meter(198_000),
            engine_position: None,
            read_at: at("2026-05-27T12:00:00Z"),
        }],
        airframe_hours: None,
        cycles: Some(500),
        landings_total: None,
        billing_meter: MeterKind::Hobbs,
        maintenance_meter: MeterKind::Tach,
        fuel_unit: FuelUnit::UsGallon,
        external_reference: None,
        created_at: at("2026-01-01T00:00:00Z"),
        updated_at: at("2026-01-01T00:00:00Z"),
    }
}

/// Due by nothing yet.
fn item(number: u128, kind: DueKind) -> DueItem {
    DueItem {
        id: DueItemId(Uuid::from_u128(number)),
        organization_id: ORGANIZATION,
        aircraft_id: AIRCRAFT,
        version: 1,
        title: format!("item {number}"),
        kind,
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
        created_at: at("2026-01-01T00:00:00Z"),
        updated_at: at("2026-01-01T00:00:00Z"),
    }
}

/// Every 100 hours, next at `hundredths`.
fn hundred_hour(hundredths: i64) -> DueItem {
    DueItem {
        interval: Interval {
            hours: Some(Meter(10_000)),
            ..Interval::default()
        },
        due: DuePoint {
            meter: Some(Meter(hundredths)),
            ..DuePoint::default()
        },
        ..item(10, DueKind::HundredHour)
    }
}

/// Every 12 calendar months, next on `date`.
fn annual(date: &str) -> DueItem {
    DueItem {
        interval: Interval {
            months: Some(12),
            ..Interval::default()
        },
        due: DuePoint {
            date: Some(day(date)),
            ..DuePoint::default()
        },
        ..item(11, DueKind::Annual)
    }
}

fn squawk(grounds_aircraft: bool) -> Squawk {
    Squawk {
        id: SquawkId(Uuid::from_u128(20)),
        organization_id: ORGANIZATION,
        aircraft_id: AIRCRAFT,
        version: 1,
        title: "left magneto drops 200".into(),
        description: "on run-up".into(),
        severity: SquawkSeverity::Major,
        grounds_aircraft,
        status: SquawkStatus::Reported,
        ata_chapter: Some("74".into()),
        reported_by_id: PersonId(Uuid::from_u128(3)),
        reported_at: at("2026-05-28T10:00:00Z"),
        reported_meter: None,
        flight_id: None,
        deferral: None,
        resolution: None,
        work_order_id: None,
        attachments_count: 0,
        alerted: false,
        external_reference: None,
        created_at: at("2026-05-28T10:00:00Z"),
        updated_at: at("2026-05-28T10:00:00Z"),
    }
}

fn order(status: WorkOrderStatus) -> WorkOrder {
    WorkOrder {
        id: WorkOrderId(Uuid::from_u128(30)),
        organization_id: ORGANIZATION,
        aircraft_id: AIRCRAFT,
        version: 1,
        number: "WO-2026-031".into(),
        status,
        content: WorkOrderContent {
            title: "magneto".into(),
            kind: WorkOrderKind::Unscheduled,
            priority: Priority::Normal,
            due_on: None,
            assigned_to: None,
            shop_name: None,
            squawk_ids: Vec::new(),
            due_item_ids: Vec::new(),
            tasks: Vec::new(),
            parts: Vec::new(),
            cost_minor: 0,
            currency: "USD".into(),
            external_reference: None,
        },
        opened_at: at("2026-05-28T11:00:00Z"),
        started_at: None,
        completed_at: None,
        meter_at_open: None,
        return_to_service: None,
        cancellation: None,
        alerted: AlertedOrder::default(),
        created_at: at("2026-05-28T11:00:00Z"),
        updated_at: at("2026-05-28T11:00:00Z"),
    }
}

fn signed() -> ReturnToService {
    ReturnToService {
        signed_by: "Robin Wright".into(),
        certificate_number: "3141592".into(),
        certificate_type: CertificateType::Ia,
        statement: "returned to service".into(),
        signed_at: at("2026-05-28T15:00:00Z"),
    }
}

fn upkeep(items: Vec<DueItem>, squawks: Vec<Squawk>, work_orders: Vec<WorkOrder>) -> Upkeep {
    Upkeep {
        aircraft: aircraft(),
        declared: Declared::default(),
        due_items: items,
        squawks,
        work_orders,
    }
}
