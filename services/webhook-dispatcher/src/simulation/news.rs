//! What happens: events, rendered once for all schedules.

use std::sync::OnceLock;

use chrono::DateTime;
use contracts::v1;
use domain::EventId;
use domain::aircraft::Airworthiness;
use domain::event::{CatalogEvent, EventData};
use domain::maintenance::{AlertSubject, MaintenanceAlert, Severity, SquawkSeverity, SquawkStatus};
use prost::Message;
use uuid::Uuid;

use crate::fan_out::Incoming;

/// As many as a schedule may need.
pub(super) const MOST: usize = 48;
const SUBJECTS: u128 = 3;
/// 2026-05-28, in milliseconds.
pub(super) const BEGIN: i64 = 1_780_000_000_000;

pub(super) fn events() -> &'static [Incoming] {
    static EVENTS: OnceLock<Vec<Incoming>> = OnceLock::new();
    EVENTS.get_or_init(|| (0..MOST).map(event).collect())
}

/// Events take turns with two organisations and three squawks.
fn event(number: usize) -> Incoming {
    let number = u128::try_from(number).unwrap();
    let alert = MaintenanceAlert {
        severity: Severity::Grounded,
        aircraft_id: Uuid::from_u128(1).into(),
        registration: format!("N{number}"),
        about: AlertSubject::Squawk {
            id: Uuid::from_u128(1 + number / 2 % SUBJECTS).into(),
            severity: SquawkSeverity::Critical,
            status: SquawkStatus::Open,
        },
        airworthiness_status: Airworthiness::Grounded,
    };
    let event = CatalogEvent {
        id: EventId::from_parts(u64::try_from(BEGIN).unwrap(), number),
        organization_id: organization(usize::try_from(number % 2).unwrap()).into(),
        location_id: None,
        occurred_at: DateTime::from_timestamp_millis(BEGIN).unwrap(),
        data: EventData::MaintenanceAlert(alert),
    };
    let message = bus::Delivery {
        message_id: event.id.to_string(),
        routing_key: event.data.event_type().to_string(),
        traceparent: None,
        payload: v1::CatalogEvent::from(&event).encode_to_vec().into(),
        redelivered: false,
    };
    Incoming::read(&message).unwrap()
}

pub(super) fn organization(number: usize) -> Uuid {
    Uuid::from_u128(0x0a00 + u128::try_from(number).unwrap())
}
