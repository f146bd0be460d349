use domain::event::{CatalogEvent, EventData};

use super::{
    InvalidMessage, Read, instant, instant_optional, parse, parse_optional, required, text,
    timestamp,
};
use crate::v1::{self, catalog_event::Data};

impl From<&CatalogEvent> for v1::CatalogEvent {
    fn from(e: &CatalogEvent) -> Self {
        Self {
            id: e.id.to_string(),
            organization_id: e.organization_id.to_string(),
            location_id: text(e.location_id),
            occurred_at: Some(timestamp(e.occurred_at)),
            data: Some(data_out(&e.data)),
        }
    }
}

impl TryFrom<v1::CatalogEvent> for CatalogEvent {
    type Error = InvalidMessage;

    fn try_from(e: v1::CatalogEvent) -> Read<Self> {
        Ok(Self {
            id: parse("id", &e.id)?,
            organization_id: parse("organization_id", &e.organization_id)?,
            location_id: parse_optional("location_id", e.location_id.as_deref())?,
            occurred_at: instant("occurred_at", e.occurred_at)?,
            data: data_in(required("data", e.data)?)?,
        })
    }
}

fn data_out(data: &EventData) -> Data {
    match data {
        EventData::FlightSubmitted {
            flight,
            submitted_by,
            submitted_at,
        } => Data::FlightSubmitted(v1::FlightSubmitted {
            flight: Some(flight.as_ref().into()),
            submitted_by_id: submitted_by.to_string(),
            submitted_at: Some(timestamp(*submitted_at)),
        }),
        EventData::FlightApproved {
            flight,
            approved_by,
            approved_at,
            posted,
        } => Data::FlightApproved(v1::FlightApproved {
            flight: Some(flight.as_ref().into()),
            approved_by_id: approved_by.to_string(),
            approved_at: Some(timestamp(*approved_at)),
            posted: posted.iter().copied().map(Into::into).collect(),
        }),
        EventData::FlightRejected {
            flight,
            rejected_by,
            rejected_at,
            reason,
        } => Data::FlightRejected(v1::FlightRejected {
            flight: Some(flight.as_ref().into()),
            rejected_by_id: rejected_by.to_string(),
            rejected_at: Some(timestamp(*rejected_at)),
            reason: reason.clone(),
        }),
        EventData::MaintenanceAlert(alert) => Data::MaintenanceAlert(alert.into()),
        EventData::ComplianceUpdated(change) => Data::ComplianceUpdated(change.as_ref().into()),
        EventData::TrainingSignoffRecorded { signoff, progress } => {
            Data::TrainingSignoffRecorded(v1::TrainingSignoffRecorded {
                signoff: Some(signoff.as_ref().into()),
                progress: Some((*progress).into()),
            })
        }
        EventData::WebhookTest {
            message,
            endpoint_id,
            requested_by,
        } => Data::WebhookTest(v1::WebhookTest {
            message: message.clone(),
            endpoint_id: endpoint_id.to_string(),
            requested_by_id: text(*requested_by),
        }),
        EventData::EndpointDisabled {
            endpoint_id,
            reason,
            failing_since,
            disabled_at,
        } => Data::EndpointDisabled(v1::EndpointDisabled {
            endpoint_id: endpoint_id.to_string(),
            reason: reason.clone(),
            failing_since: failing_since.map(timestamp),
            disabled_at: Some(timestamp(*disabled_at)),
        }),
        EventData::EndpointRecovered {
            endpoint_id,
            failing_since,
            recovered_at,
        } => Data::EndpointRecovered(v1::EndpointRecovered {
            endpoint_id: endpoint_id.to_string(),
            failing_since: Some(timestamp(*failing_since)),
            recovered_at: Some(timestamp(*recovered_at)),
        }),
    }
}

fn data_in(data: Data) -> Read<EventData> {
    Ok(match data {
        Data::FlightSubmitted(e) => EventData::FlightSubmitted {
            flight: Box::new(required("flight", e.flight)?.try_into()?),
            submitted_by: parse("submitted_by_id", &e.submitted_by_id)?,
            submitted_at: instant("submitted_at", e.submitted_at)?,
        },
        Data::FlightApproved(e) => EventData::FlightApproved {
            flight: Box::new(required("flight", e.flight)?.try_into()?),
            approved_by: parse("approved_by_id", &e.approved_by_id)?,
            approved_at: instant("approved_at", e.approved_at)?,
            posted: e
                .posted
                .into_iter()
                .map(TryInto::try_into)
                .collect::<Read<_>>()?,
        },
        Data::FlightRejected(e) => EventData::FlightRejected {
            flight: Box::new(required("flight", e.flight)?.try_into()?),
            rejected_by: parse("rejected_by_id", &e.rejected_by_id)?,
            rejected_at: instant("rejected_at", e.rejected_at)?,
            reason: e.reason,
        },
        Data::MaintenanceAlert(alert) => EventData::MaintenanceAlert(alert.try_into()?),
        Data::ComplianceUpdated(change) => {
            EventData::ComplianceUpdated(Box::new(change.try_into()?))
        }
        Data::TrainingSignoffRecorded(e) => EventData::TrainingSignoffRecorded {
            signoff: Box::new(required("signoff", e.signoff)?.try_into()?),
            progress: required("progress", e.progress)?.into(),
        },
        Data::WebhookTest(e) => EventData::WebhookTest {
            message: e.message,
            endpoint_id: parse("endpoint_id", &e.endpoint_id)?,
            requested_by: parse_optional("requested_by_id", e.requested_by_id.as_deref())?,
        },
        Data::EndpointDisabled(e) => EventData::EndpointDisabled {
            endpoint_id: parse("endpoint_id", &e.endpoint_id)?,
            reason: e.reason,
            failing_since: instant_optional("failing_since", e.failing_since)?,
            disabled_at: instant("disabled_at", e.disabled_at)?,
        },
        Data::EndpointRecovered(e) => EventData::EndpointRecovered {
            endpoint_id: parse("endpoint_id", &e.endpoint_id)?,
            failing_since: instant("failing_since", e.failing_since)?,
            recovered_at: instant("recovered_at", e.recovered_at)?,
        },
    })
}
