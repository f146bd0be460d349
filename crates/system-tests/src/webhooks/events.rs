//! Events as flight-ops publishes them.

use bus::OutMessage;
use chrono::Utc;
use contracts::topology::EVENTS;
use contracts::v1;
use domain::aircraft::Airworthiness;
use domain::event::{CatalogEvent, EventData};
use domain::maintenance::{AlertSubject, MaintenanceAlert, Severity, WorkOrderStatus};
use domain::{EventId, OrgId};
use prost::Message;
use uuid::Uuid;

/// An aircraft of that organisation was grounded just now.
pub fn grounded(organization: OrgId) -> CatalogEvent {
    #[expect(clippy::disallowed_methods, reason = "the services' clock")]
    let now = Utc::now();
    let unix_ms = u64::try_from(now.timestamp_millis()).expect("after 1970");
    CatalogEvent {
        id: EventId::from_parts(unix_ms, Uuid::new_v4().as_u128() >> 48),
        organization_id: organization,
        location_id: None,
        occurred_at: now,
        data: EventData::MaintenanceAlert(MaintenanceAlert {
            severity: Severity::Grounded,
            aircraft_id: Uuid::from_u128(0xa1).into(),
            registration: "N740SP".to_owned(),
            about: AlertSubject::WorkOrder {
                id: Uuid::new_v4().into(),
                number: "WO-2026-031".to_owned(),
                status: WorkOrderStatus::Open,
            },
            airworthiness_status: Airworthiness::Grounded,
        }),
    }
}

pub fn message(event: &CatalogEvent) -> OutMessage {
    OutMessage {
        exchange: EVENTS.name.to_owned(),
        routing_key: event.data.event_type().to_string(),
        message_id: event.id.to_string(),
        traceparent: None,
        payload: v1::CatalogEvent::from(event).encode_to_vec().into(),
    }
}
