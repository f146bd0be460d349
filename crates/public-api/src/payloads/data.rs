//! The `data` of each event type.

use chrono::{DateTime, Utc};
use domain::compliance::{ComplianceChange, ComplianceChangeKind, ComplianceStatus};
use domain::event::EventData;
use domain::flight::{Flight, FlightStatus, PostedMeter};
use domain::meter::MeterKind;
use domain::training::{ProgressSummary, Signoff};
use domain::{AircraftId, EndpointId, FlightId, PersonId};
use schemars::JsonSchema;
use serde::Serialize;

use super::maintenance::AlertFields;
use super::training::{ProgressFields, SignoffFields};
use crate::documents::{AirportFields, ComplianceDocument, Decimal, MeterEnds, Timestamp};

/// What an event carries, as it is delivered and as it stands in the event log.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum EventPayload<'a> {
    FlightSubmitted {
        flight: FlightFields<'a>,
        submitted_by_id: PersonId,
        submitted_at: Timestamp,
    },
    FlightApproved {
        flight: FlightFields<'a>,
        approved_by_id: PersonId,
        approved_at: Timestamp,
        posted: PostedFields,
    },
    FlightRejected {
        flight: FlightFields<'a>,
        rejected_by_id: PersonId,
        rejected_at: Timestamp,
        reason: &'a str,
    },
    MaintenanceAlert(AlertFields<'a>),
    ComplianceUpdated {
        change: ComplianceChangeKind,
        record: ComplianceDocument<'a>,
        previous_status: Option<ComplianceStatus>,
    },
    TrainingSignoffRecorded {
        signoff: SignoffFields<'a>,
        progress: ProgressFields,
    },
    WebhookTest {
        message: &'a str,
        endpoint_id: EndpointId,
        requested_by_id: Option<PersonId>,
    },
    EndpointDisabled {
        endpoint_id: EndpointId,
        /// `gone: …` where it answered 410, `failing: …` where nothing arrived for days.
        reason: &'a str,
        /// Since when nothing arrived, where that is the reason.
        failing_since: Option<Timestamp>,
        disabled_at: Timestamp,
    },
    EndpointRecovered {
        endpoint_id: EndpointId,
        failing_since: Timestamp,
        /// When nothing was held back from it any more.
        recovered_at: Timestamp,
    },
}

/// The flight as it was when the event happened.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "FlightSnapshot")]
pub struct FlightFields<'a> {
    pub id: FlightId,
    pub status: FlightStatus,
    pub version: i64,
    pub registration: &'a str,
    pub aircraft_id: AircraftId,
    pub pilot_id: PersonId,
    pub instructor_id: Option<PersonId>,
    pub off_block_at: Timestamp,
    pub on_block_at: Timestamp,
    pub block_minutes: i32,
    #[serde(flatten)]
    pub hours: MeterEnds,
    pub departure: AirportFields<'a>,
    pub arrival: AirportFields<'a>,
    pub landings_day: i32,
    pub landings_night: i32,
}

/// What the approval moved.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PostedFields {
    pub meters: Vec<PostedMeterFields>,
    pub invoice_id: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PostedMeterFields {
    pub kind: MeterKind,
    pub from: Decimal,
    pub to: Decimal,
}

impl<'a> From<&'a EventData> for EventPayload<'a> {
    fn from(data: &'a EventData) -> Self {
        let at = |instant: &DateTime<Utc>| Timestamp(*instant);
        match data {
            EventData::FlightSubmitted {
                flight,
                submitted_by,
                submitted_at,
            } => Self::FlightSubmitted {
                flight: flight.as_ref().into(),
                submitted_by_id: *submitted_by,
                submitted_at: at(submitted_at),
            },
            EventData::FlightApproved {
                flight,
                approved_by,
                approved_at,
                posted,
            } => Self::FlightApproved {
                flight: flight.as_ref().into(),
                approved_by_id: *approved_by,
                approved_at: at(approved_at),
                posted: PostedFields {
                    meters: posted.iter().map(Into::into).collect(),
                    invoice_id: None,
                },
            },
            EventData::FlightRejected {
                flight,
                rejected_by,
                rejected_at,
                reason,
            } => Self::FlightRejected {
                flight: flight.as_ref().into(),
                rejected_by_id: *rejected_by,
                rejected_at: at(rejected_at),
                reason,
            },
            EventData::MaintenanceAlert(alert) => Self::MaintenanceAlert(alert.into()),
            EventData::ComplianceUpdated(change) => paper(change),
            EventData::TrainingSignoffRecorded { signoff, progress } => signed(signoff, *progress),
            EventData::WebhookTest {
                message,
                endpoint_id,
                requested_by,
            } => Self::WebhookTest {
                message,
                endpoint_id: *endpoint_id,
                requested_by_id: *requested_by,
            },
            EventData::EndpointDisabled {
                endpoint_id,
                reason,
                failing_since,
                disabled_at,
            } => Self::EndpointDisabled {
                endpoint_id: *endpoint_id,
                reason,
                failing_since: failing_since.as_ref().map(at),
                disabled_at: at(disabled_at),
            },
            EventData::EndpointRecovered {
                endpoint_id,
                failing_since,
                recovered_at,
            } => Self::EndpointRecovered {
                endpoint_id: *endpoint_id,
                failing_since: at(failing_since),
                recovered_at: at(recovered_at),
            },
        }
    }
}

fn paper(change: &ComplianceChange) -> EventPayload<'_> {
    EventPayload::ComplianceUpdated {
        change: change.kind,
        record: ComplianceDocument::new(&change.record, change.validity),
        previous_status: change.previous_status,
    }
}

fn signed(signoff: &Signoff, progress: ProgressSummary) -> EventPayload<'_> {
    EventPayload::TrainingSignoffRecorded {
        signoff: signoff.into(),
        progress: progress.into(),
    }
}

impl<'a> From<&'a Flight> for FlightFields<'a> {
    fn from(flight: &'a Flight) -> Self {
        let entry = &flight.entry;
        Self {
            id: flight.id,
            status: flight.status,
            version: flight.version,
            registration: &entry.registration,
            aircraft_id: entry.aircraft_id,
            pilot_id: entry.pilot_id,
            instructor_id: entry.instructor_id,
            off_block_at: Timestamp(entry.times.off_block_at),
            on_block_at: Timestamp(entry.times.on_block_at),
            block_minutes: entry.minutes.block,
            hours: entry.into(),
            departure: (&entry.departure).into(),
            arrival: (&entry.arrival).into(),
            landings_day: entry.landings.day,
            landings_night: entry.landings.night,
        }
    }
}

impl From<&PostedMeter> for PostedMeterFields {
    fn from(posted: &PostedMeter) -> Self {
        Self {
            kind: posted.kind,
            from: posted.from.into(),
            to: posted.to.into(),
        }
    }
}
