//! `flights`: what was flown, and the way of its approval.

mod parts;

use chrono::{DateTime, Utc};
use domain::flight::{Flight, FlightRules, FlightStatus, FlightType};
use domain::{AircraftId, FlightId, InvoiceId, PersonId, SessionId};
use schemars::JsonSchema;
use serde::Serialize;

pub use parts::{
    ApproachFields, ApprovalFields, FuelFields, LandingFields, MeterEnds, MeterFields, MinuteFields,
};

use super::{AirportFields, Decimal, Timestamp};

/// A flight.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FlightDocument<'a> {
    pub id: FlightId,
    pub status: FlightStatus,
    pub flight_type: FlightType,
    pub flight_rules: Option<FlightRules>,
    pub aircraft_id: AircraftId,
    /// As flown, whatever the aircraft is called today.
    pub registration: &'a str,
    pub aircraft_type: Option<&'a str>,
    pub pilot_id: PersonId,
    pub instructor_id: Option<PersonId>,
    pub pic_id: PersonId,
    pub departure: AirportFields<'a>,
    pub arrival: AirportFields<'a>,
    pub route: Option<&'a str>,
    pub off_block_at: Timestamp,
    pub takeoff_at: Option<Timestamp>,
    pub landing_at: Option<Timestamp>,
    pub on_block_at: Timestamp,
    /// Addition: false where the logbook gave only a date and a duration.
    pub times_recorded: bool,
    #[serde(flatten)]
    pub hours: MeterEnds,
    pub meters: Vec<MeterFields>,
    #[serde(flatten)]
    pub minutes: MinuteFields,
    #[serde(flatten)]
    pub landings: LandingFields,
    pub approaches: Vec<ApproachFields<'a>>,
    pub holds: Option<i32>,
    pub fuel_added: Option<FuelFields>,
    pub oil_added: Option<Decimal>,
    pub persons_on_board: Option<i32>,
    pub remarks: Option<&'a str>,
    #[serde(flatten)]
    pub approval: ApprovalFields<'a>,
    /// The session that was completed with it.
    pub planning_session_id: Option<SessionId>,
    /// The invoice that charges for it, the latest of several.
    pub invoice_id: Option<InvoiceId>,
    /// The voided flight that this one replaces.
    pub replaces_id: Option<FlightId>,
    pub version: i64,
    pub external_reference: Option<&'a str>,
    pub created_at: Timestamp,
    /// When the flight, its session or an invoice for it last changed.
    pub updated_at: Timestamp,
}

/// What other records say of a flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FlightLinks {
    pub planning_session_id: Option<SessionId>,
    pub invoice_id: Option<InvoiceId>,
    /// When one of them last changed.
    pub updated_at: Option<DateTime<Utc>>,
}

impl<'a> FlightDocument<'a> {
    pub fn new(flight: &'a Flight, links: FlightLinks) -> Self {
        let entry = &flight.entry;
        Self {
            id: flight.id,
            status: flight.status,
            flight_type: entry.flight_type,
            flight_rules: entry.flight_rules,
            aircraft_id: entry.aircraft_id,
            registration: &entry.registration,
            aircraft_type: entry.aircraft_type.as_deref(),
            pilot_id: entry.pilot_id,
            instructor_id: entry.instructor_id,
            pic_id: entry.pic_id,
            departure: (&entry.departure).into(),
            arrival: (&entry.arrival).into(),
            route: entry.route.as_deref(),
            off_block_at: Timestamp(entry.times.off_block_at),
            takeoff_at: entry.times.takeoff_at.map(Timestamp),
            landing_at: entry.times.landing_at.map(Timestamp),
            on_block_at: Timestamp(entry.times.on_block_at),
            times_recorded: entry.times.recorded,
            hours: entry.into(),
            meters: entry.meters.iter().map(Into::into).collect(),
            minutes: (&entry.minutes).into(),
            landings: (&entry.landings).into(),
            approaches: entry.approaches.iter().map(Into::into).collect(),
            holds: entry.holds,
            fuel_added: entry.fuel_added.map(Into::into),
            oil_added: entry
                .oil_added_hundredths
                .map(|hundredths| Decimal { hundredths }),
            persons_on_board: entry.persons_on_board,
            remarks: entry.remarks.as_deref(),
            approval: flight.into(),
            planning_session_id: links.planning_session_id,
            invoice_id: links.invoice_id,
            replaces_id: flight.replaces_id,
            version: flight.version,
            external_reference: flight.external_reference.as_deref(),
            created_at: Timestamp(flight.created_at),
            updated_at: Timestamp(flight.updated_at.max(links.updated_at.unwrap_or_default())),
        }
    }
}

#[cfg(test)]
mod tests;
