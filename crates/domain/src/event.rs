//! The event catalog, as far as it is wired to the transactions that make it true.

use chrono::{DateTime, Utc};

use crate::compliance::ComplianceChange;
use crate::flight::{Flight, PostedMeter};
use crate::maintenance::MaintenanceAlert;
use crate::training::{ProgressSummary, Signoff};
use crate::vocabulary::vocabulary;
use crate::{EndpointId, EventId, LocationId, OrgId, PersonId};

vocabulary! {
    /// Names of the GA Flight catalog.
    EventType, "event type" {
        FlightSubmitted => "flight.submitted",
        FlightApproved => "flight.approved",
        FlightRejected => "flight.rejected",
        MaintenanceAlert => "maintenance.alert",
        ComplianceUpdated => "compliance.updated",
        TrainingSignoffRecorded => "training.signoff.recorded",
        WebhookTest => "webhook.test",
        /// An addition of the platform's, like the next: they tell of a webhook endpoint.
        EndpointDisabled => "endpoint.disabled",
        EndpointRecovered => "endpoint.recovered",
    }
}

/// Something that happened, said once to everyone who asked to hear it.
#[derive(Debug, Clone, PartialEq)]
pub struct CatalogEvent {
    pub id: EventId,
    pub organization_id: OrgId,
    pub location_id: Option<LocationId>,
    pub occurred_at: DateTime<Utc>,
    pub data: EventData,
}

/// What an event carries: ids and figures, never personal contact data.
#[derive(Debug, Clone, PartialEq)]
pub enum EventData {
    FlightSubmitted {
        flight: Box<Flight>,
        submitted_by: PersonId,
        submitted_at: DateTime<Utc>,
    },
    FlightApproved {
        flight: Box<Flight>,
        approved_by: PersonId,
        approved_at: DateTime<Utc>,
        posted: Vec<PostedMeter>,
    },
    FlightRejected {
        flight: Box<Flight>,
        rejected_by: PersonId,
        rejected_at: DateTime<Utc>,
        reason: String,
    },
    MaintenanceAlert(MaintenanceAlert),
    ComplianceUpdated(Box<ComplianceChange>),
    /// Without the instructor's comment, which is free text: [`EventData::signoff_recorded`].
    TrainingSignoffRecorded {
        signoff: Box<Signoff>,
        progress: ProgressSummary,
    },
    WebhookTest {
        message: String,
        endpoint_id: EndpointId,
        requested_by: Option<PersonId>,
    },
    /// The platform sends nothing to it any more, until the school enables it.
    EndpointDisabled {
        endpoint_id: EndpointId,
        /// As the endpoint shows it: `gone: the endpoint answered 410`.
        reason: String,
        /// Since when nothing arrived, where that is the reason.
        failing_since: Option<DateTime<Utc>>,
        disabled_at: DateTime<Utc>,
    },
    /// It failed, answers again, and nothing is held back from it any more.
    EndpointRecovered {
        endpoint_id: EndpointId,
        failing_since: DateTime<Utc>,
        recovered_at: DateTime<Utc>,
    },
}

/// What an event is about, for `GET /events?subject_id=`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    pub kind: &'static str,
    pub id: uuid::Uuid,
}

impl EventData {
    /// Tells of a signoff, and of how far the student has come with it.
    pub fn signoff_recorded(signoff: &Signoff, progress: ProgressSummary) -> Self {
        let mut signoff = Box::new(signoff.clone());
        signoff.content.comment = None;
        Self::TrainingSignoffRecorded { signoff, progress }
    }

    pub fn event_type(&self) -> EventType {
        match self {
            Self::FlightSubmitted { .. } => EventType::FlightSubmitted,
            Self::FlightApproved { .. } => EventType::FlightApproved,
            Self::FlightRejected { .. } => EventType::FlightRejected,
            Self::MaintenanceAlert(_) => EventType::MaintenanceAlert,
            Self::ComplianceUpdated(_) => EventType::ComplianceUpdated,
            Self::TrainingSignoffRecorded { .. } => EventType::TrainingSignoffRecorded,
            Self::WebhookTest { .. } => EventType::WebhookTest,
            Self::EndpointDisabled { .. } => EventType::EndpointDisabled,
            Self::EndpointRecovered { .. } => EventType::EndpointRecovered,
        }
    }

    pub fn subject(&self) -> Subject {
        match self {
            Self::FlightSubmitted { flight, .. }
            | Self::FlightApproved { flight, .. }
            | Self::FlightRejected { flight, .. } => Subject {
                kind: "flight",
                id: flight.id.0,
            },
            Self::MaintenanceAlert(alert) => Subject {
                kind: alert.about.kind().as_str(),
                id: alert.about.id(),
            },
            Self::ComplianceUpdated(change) => Subject {
                kind: "compliance",
                id: change.record.id.0,
            },
            Self::TrainingSignoffRecorded { signoff, .. } => Subject {
                kind: "signoff",
                id: signoff.id.0,
            },
            Self::WebhookTest { endpoint_id, .. }
            | Self::EndpointDisabled { endpoint_id, .. }
            | Self::EndpointRecovered { endpoint_id, .. } => Subject {
                kind: "webhook_endpoint",
                id: endpoint_id.0,
            },
        }
    }
}
