//! Reading what a pilot wrote down.

use chrono::SubsecRound;
use contracts::convert::Read;
use contracts::v1;
use domain::airport::Airport;
use domain::flight::{Flight, FlightEntry};
use domain::{LocationId, OrgId};
use store::AsyncPgConnection;

use crate::db::{aircraft, locations, people};
use crate::error::OpsError;

/// An entry as it arrived: its registration and type may be left out, and are then the
/// aircraft's.
#[derive(Debug, Clone)]
pub struct RawEntry(FlightEntry);

impl RawEntry {
    pub fn read(entry: v1::FlightEntry) -> Read<Self> {
        let mut entry = FlightEntry::try_from(entry)?;
        entry.registration = entry.registration.trim().to_ascii_uppercase();
        entry.aircraft_type = entry
            .aircraft_type
            .filter(|designator| !designator.is_empty());
        entry.departure = known_by_ident(entry.departure);
        entry.arrival = known_by_ident(entry.arrival);
        // As precise as PostgreSQL keeps them.
        let times = &mut entry.times;
        times.off_block_at = times.off_block_at.trunc_subsecs(6);
        times.takeoff_at = times.takeoff_at.map(|at| at.trunc_subsecs(6));
        times.landing_at = times.landing_at.map(|at| at.trunc_subsecs(6));
        times.on_block_at = times.on_block_at.trunc_subsecs(6);
        Ok(Self(entry))
    }

    /// The entry, with what was left out taken from `known`, which is how a repeated command finds
    /// that its entry is there already.
    pub fn like(&self, known: &FlightEntry) -> FlightEntry {
        self.completed(&known.registration, known.aircraft_type.as_deref())
    }

    /// The entry, with what was left out.
    pub fn completed(&self, registration: &str, aircraft_type: Option<&str>) -> FlightEntry {
        let mut entry = self.0.clone();
        if entry.registration.is_empty() {
            registration.clone_into(&mut entry.registration);
        }
        if entry.aircraft_type.is_none() {
            entry.aircraft_type = aircraft_type.map(str::to_owned);
        }
        entry
    }

    /// The entry, once everything that it refers to is known to be the organisation's.
    ///
    /// # Errors
    /// [`OpsError::NotFound`] with the field that refers to nothing.
    pub async fn resolve(
        &self,
        conn: &mut AsyncPgConnection,
        organization: OrgId,
    ) -> Result<FlightEntry, OpsError> {
        let Self(entry) = self;
        let people = [
            ("pilot_id", Some(entry.pilot_id)),
            ("instructor_id", entry.instructor_id),
            ("pic_id", Some(entry.pic_id)),
        ];
        let known =
            people::known(conn, organization, people.iter().filter_map(|(_, id)| *id)).await?;
        for (pointer, id) in people {
            if id.is_some_and(|id| !known.contains(&id)) {
                return Err(OpsError::no_such_at(pointer, "person"));
            }
        }
        let aircraft = aircraft::find(conn, organization, entry.aircraft_id).await?;
        let aircraft = aircraft.ok_or(OpsError::no_such_at("aircraft_id", "aircraft"))?;
        Ok(self.completed(&aircraft.registration, aircraft.icao_type.as_deref()))
    }
}

/// Whoever knows no more of an airport than its ident gives that.
fn known_by_ident(airport: Airport) -> Airport {
    match airport {
        Airport {
            ident,
            icao_code: None,
            local_code: None,
        } => Airport::from_ident(&ident).unwrap_or(Airport {
            ident,
            icao_code: None,
            local_code: None,
        }),
        airport => airport,
    }
}

/// The base that a field of a request names is the organisation's.
pub async fn require_location(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    location: Option<LocationId>,
) -> Result<(), OpsError> {
    match location {
        Some(id) if locations::find(conn, organization, id).await?.is_none() => {
            Err(OpsError::no_such_at("location_id", "location"))
        }
        _ => Ok(()),
    }
}

/// Whether `flight` says what the entry says.
pub fn is_same(flight: &Flight, entry: &RawEntry) -> bool {
    flight.entry == entry.like(&flight.entry)
}
