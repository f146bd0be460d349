//! What `maintenance.alert` tells of the sample aircraft.

use domain::aircraft::Airworthiness;
use domain::event::{CatalogEvent, EventData};
use domain::maintenance::{
    AlertSubject, DueKind, DuePoint, MaintenanceAlert, Remaining, Severity, WorkOrderStatus,
};
use domain::meter::{Meter, MeterKind};
use domain::{DueItemId, WorkOrderId};

use super::{event, id};

/// A 100-hour inspection that has come near.
pub fn upcoming() -> CatalogEvent {
    let about = AlertSubject::DueItem {
        id: id::<DueItemId>(0xd1),
        title: "100-hour".to_owned(),
        kind: DueKind::HundredHour,
        due: DuePoint {
            meter: Some(Meter(198_850)),
            ..DuePoint::default()
        },
        meter_kind: MeterKind::Tach,
        remaining: Remaining {
            hours: Some(Meter(647)),
            ..Remaining::default()
        },
    };
    alert(Severity::Upcoming, about, Airworthiness::Airworthy)
}

/// A work order that was opened because the aircraft cannot fly.
pub fn aog() -> CatalogEvent {
    let about = AlertSubject::WorkOrder {
        id: id::<WorkOrderId>(0xc1),
        number: "WO-2026-031".to_owned(),
        status: WorkOrderStatus::Open,
    };
    alert(Severity::Grounded, about, Airworthiness::Grounded)
}

fn alert(
    severity: Severity,
    about: AlertSubject,
    airworthiness_status: Airworthiness,
) -> CatalogEvent {
    event(EventData::MaintenanceAlert(MaintenanceAlert {
        severity,
        aircraft_id: id(0xa1),
        registration: "N740SP".to_owned(),
        about,
        airworthiness_status,
    }))
}
