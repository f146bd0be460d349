//! A row of `flights`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::PersonId;
use domain::airport::Airport;
use domain::flight::{
    Act, Approach, Flight, FlightEntry, FlightMinutes, FlightRules, FlightTimes, Fuel, Landings,
    Rejection,
};
use domain::meter::MeterSpan;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::db::json::Json;
use crate::db::{UnreadableRow, term};
use crate::schema::flights;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = flights, check_for_backend(diesel::pg::Pg))]
#[diesel(primary_key(organization_id, id), treat_none_as_null = true)]
pub(super) struct FlightRow {
    pub(super) organization_id: Uuid,
    pub(super) id: Uuid,
    version: i64,
    location_id: Option<Uuid>,
    status: String,
    flight_type: String,
    aircraft_id: Uuid,
    registration: String,
    pilot_id: Uuid,
    instructor_id: Option<Uuid>,
    pic_id: Uuid,
    off_block_at: DateTime<Utc>,
    takeoff_at: Option<DateTime<Utc>>,
    landing_at: Option<DateTime<Utc>>,
    on_block_at: DateTime<Utc>,
    details: Json<Details>,
    submitted_by: Option<Uuid>,
    submitted_at: Option<DateTime<Utc>>,
    approved_by: Option<Uuid>,
    approved_at: Option<DateTime<Utc>>,
    rejected_by: Option<Uuid>,
    rejected_at: Option<DateTime<Utc>>,
    rejection_reason: Option<String>,
    replaces_id: Option<Uuid>,
    external_reference: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// The column `details`: the rest of the entry.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Details {
    flight_rules: Option<FlightRules>,
    aircraft_type: Option<String>,
    departure: Airport,
    arrival: Airport,
    route: Option<String>,
    times_recorded: bool,
    meters: Vec<MeterSpan>,
    minutes: FlightMinutes,
    landings: Landings,
    approaches: Vec<Approach>,
    holds: Option<i32>,
    fuel_added: Option<Fuel>,
    oil_added_hundredths: Option<i64>,
    persons_on_board: Option<i32>,
    remarks: Option<String>,
}

impl From<&Flight> for FlightRow {
    fn from(flight: &Flight) -> Self {
        let entry = &flight.entry;
        Self {
            organization_id: flight.organization_id.0,
            id: flight.id.0,
            version: flight.version,
            location_id: flight.location_id.map(Uuid::from),
            status: flight.status.to_string(),
            flight_type: entry.flight_type.to_string(),
            aircraft_id: entry.aircraft_id.0,
            registration: entry.registration.clone(),
            pilot_id: entry.pilot_id.0,
            instructor_id: entry.instructor_id.map(Uuid::from),
            pic_id: entry.pic_id.0,
            off_block_at: entry.times.off_block_at,
            takeoff_at: entry.times.takeoff_at,
            landing_at: entry.times.landing_at,
            on_block_at: entry.times.on_block_at,
            details: Json(Details::from(entry)),
            submitted_by: flight.submitted.map(|act| act.by.0),
            submitted_at: flight.submitted.map(|act| act.at),
            approved_by: flight.approved.map(|act| act.by.0),
            approved_at: flight.approved.map(|act| act.at),
            rejected_by: flight.rejected.as_ref().map(|rejection| rejection.by.0),
            rejected_at: flight.rejected.as_ref().map(|rejection| rejection.at),
            rejection_reason: flight
                .rejected
                .as_ref()
                .map(|rejection| rejection.reason.clone()),
            replaces_id: flight.replaces_id.map(Uuid::from),
            external_reference: flight.external_reference.clone(),
            created_at: flight.created_at,
            updated_at: flight.updated_at,
        }
    }
}

impl From<&FlightEntry> for Details {
    fn from(entry: &FlightEntry) -> Self {
        Self {
            flight_rules: entry.flight_rules,
            aircraft_type: entry.aircraft_type.clone(),
            departure: entry.departure.clone(),
            arrival: entry.arrival.clone(),
            route: entry.route.clone(),
            times_recorded: entry.times.recorded,
            meters: entry.meters.clone(),
            minutes: entry.minutes,
            landings: entry.landings,
            approaches: entry.approaches.clone(),
            holds: entry.holds,
            fuel_added: entry.fuel_added,
            oil_added_hundredths: entry.oil_added_hundredths,
            persons_on_board: entry.persons_on_board,
            remarks: entry.remarks.clone(),
        }
    }
}

impl TryFrom<FlightRow> for Flight {
    type Error = UnreadableRow;

    fn try_from(row: FlightRow) -> Result<Self, UnreadableRow> {
        let rejected = act(row.rejected_by, row.rejected_at).zip(row.rejection_reason.clone());
        Ok(Self {
            id: row.id.into(),
            organization_id: row.organization_id.into(),
            location_id: row.location_id.map(Into::into),
            version: row.version,
            status: term("status", &row.status)?,
            submitted: act(row.submitted_by, row.submitted_at),
            approved: act(row.approved_by, row.approved_at),
            rejected: rejected.map(|(Act { by, at }, reason)| Rejection { by, at, reason }),
            replaces_id: row.replaces_id.map(Into::into),
            external_reference: row.external_reference.clone(),
            created_at: row.created_at,
            updated_at: row.updated_at,
            entry: entry(row)?,
        })
    }
}

fn act(by: Option<Uuid>, at: Option<DateTime<Utc>>) -> Option<Act> {
    by.zip(at).map(|(by, at)| Act {
        by: PersonId(by),
        at,
    })
}

fn entry(row: FlightRow) -> Result<FlightEntry, UnreadableRow> {
    let details = row.details.0;
    Ok(FlightEntry {
        flight_type: term("flight_type", &row.flight_type)?,
        flight_rules: details.flight_rules,
        aircraft_id: row.aircraft_id.into(),
        registration: row.registration,
        aircraft_type: details.aircraft_type,
        pilot_id: row.pilot_id.into(),
        instructor_id: row.instructor_id.map(Into::into),
        pic_id: row.pic_id.into(),
        departure: details.departure,
        arrival: details.arrival,
        route: details.route,
        times: FlightTimes {
            off_block_at: row.off_block_at,
            takeoff_at: row.takeoff_at,
            landing_at: row.landing_at,
            on_block_at: row.on_block_at,
            recorded: details.times_recorded,
        },
        meters: details.meters,
        minutes: details.minutes,
        landings: details.landings,
        approaches: details.approaches,
        holds: details.holds,
        fuel_added: details.fuel_added,
        oil_added_hundredths: details.oil_added_hundredths,
        persons_on_board: details.persons_on_board,
        remarks: details.remarks,
    })
}
