//! The aircraft of a logbook, known by their registrations.

use std::collections::{BTreeMap, HashMap};

use contracts::v1::{self, ImportedAircraft};
use domain::aircraft::{Aircraft, AircraftStatus, Airworthiness, Category, FuelUnit};
use domain::flight::FlightType;
use domain::meter::MeterKind;
use domain::{AircraftId, OrgId};
use store::AsyncPgConnection;
use uuid::{Builder, Uuid};

use super::Book;
use super::flights::FlightRow;
use super::refusal::Refusal;
use crate::commands::saving::{Content, Stamps, forget_stamps};
use crate::context::Context;
use crate::db::{aircraft, organizations};
use crate::error::OpsError;
use crate::validate::Checks;

/// What a logbook does not say about an aircraft.
const UNKNOWN: &str = "Unknown";
/// An id is given to an aircraft once it is known to be new.
const UNNAMED: Uuid = Uuid::max();

/// Reads a row of the aircraft table. What a logbook leaves out gets the usual value.
pub fn read(book: &Book, row: ImportedAircraft) -> Result<Aircraft, Refusal> {
    let line = row.line;
    let Some(mut given) = row.aircraft else {
        return Err(Refusal::new(
            line,
            "aircraft",
            "required",
            "the row holds no aircraft",
        ));
    };
    complete(book, &mut given);
    let given = Aircraft::try_from(given).map_err(|invalid| Refusal::unreadable(line, &invalid))?;
    let mut checks = Checks::default();
    let given = checks.aircraft(given);
    Refusal::of(line, checks.found()).map_or(Ok(given), Err)
}

fn complete(book: &Book, given: &mut v1::Aircraft) {
    given.id = UNNAMED.to_string();
    given.organization_id = book.organization_id.to_string();
    given.location_id = book.location_id.map(|id| id.to_string());
    given.meters.clear();
    forget_stamps(&mut given.created_at, &mut given.updated_at);
    if given.engine_count == 0 && given.category != Category::Glider.as_str() {
        given.engine_count = 1;
    }
    let defaults = [
        (&mut given.make, UNKNOWN),
        (&mut given.model, UNKNOWN),
        (&mut given.category, Category::Airplane.as_str()),
        (&mut given.status, AircraftStatus::Active.as_str()),
        (
            &mut given.airworthiness_status,
            Airworthiness::Airworthy.as_str(),
        ),
        (&mut given.billing_meter, MeterKind::Hobbs.as_str()),
        (&mut given.maintenance_meter, MeterKind::Tach.as_str()),
        (&mut given.fuel_unit, FuelUnit::UsGallon.as_str()),
    ];
    for (field, usual) in defaults {
        if field.trim().is_empty() {
            usual.clone_into(field);
        }
    }
}

/// The aircraft that a part of a logbook names.
pub struct Fleet {
    ids: HashMap<String, AircraftId>,
    pub created: Vec<Aircraft>,
    /// Rows of the aircraft table whose aircraft was known.
    pub listed_before: usize,
}

impl Fleet {
    /// Finds the aircraft that are listed, and those that only a flight names, and makes those
    /// that are unknown.
    pub async fn complete(
        conn: &mut AsyncPgConnection,
        context: &Context,
        book: &Book,
        listed: &[Aircraft],
        flights: &[&FlightRow],
    ) -> Result<Self, OpsError> {
        let mut named: BTreeMap<&str, Aircraft> = BTreeMap::new();
        for aircraft in listed {
            named
                .entry(&aircraft.registration)
                .or_insert_with(|| aircraft.clone());
        }
        for flight in flights {
            named
                .entry(&flight.entry.registration)
                .or_insert_with(|| flown(book, flight));
        }
        let organization = book.organization_id;
        let mut ids = known(conn, organization, &named).await?;
        if ids.len() < named.len() {
            // One at a time adds aircraft; what another one added meanwhile is known by now.
            organizations::lock(conn, organization).await?;
            ids = known(conn, organization, &named).await?;
        }
        named.retain(|registration, _| !ids.contains_key(*registration));
        let now = context.now();
        let stamps = Stamps {
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let new = named.into_values().map(|aircraft| {
            let random = (context.entropy)().to_be_bytes();
            let id = AircraftId(Builder::from_random_bytes(random).into_uuid());
            Aircraft {
                id,
                ..aircraft.with_stamps(stamps)
            }
        });
        let created: Vec<Aircraft> = new.collect();
        if !created.is_empty() {
            aircraft::insert_all(conn, &created).await?;
        }
        let new_rows = created
            .iter()
            .filter(|new| lists(listed, &new.registration))
            .count();
        ids.extend(created.iter().map(|new| (new.registration.clone(), new.id)));
        Ok(Self {
            ids,
            created,
            listed_before: listed.len() - new_rows,
        })
    }

    pub fn id(&self, registration: &str) -> Option<AircraftId> {
        self.ids.get(registration).copied()
    }
}

fn lists(listed: &[Aircraft], registration: &str) -> bool {
    listed
        .iter()
        .any(|aircraft| aircraft.registration == registration)
}

async fn known(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    named: &BTreeMap<&str, Aircraft>,
) -> Result<HashMap<String, AircraftId>, OpsError> {
    let known = aircraft::ids_by_registration(conn, organization, named.keys().copied()).await?;
    Ok(known.into_iter().collect())
}

/// All that is known of an aircraft that is in no table: a flight was flown with it.
fn flown(book: &Book, flight: &FlightRow) -> Aircraft {
    let entry = &flight.entry;
    let category = match entry.flight_type {
        FlightType::Simulator => Category::Simulator,
        _ => Category::Airplane,
    };
    Aircraft {
        id: AircraftId(UNNAMED),
        organization_id: book.organization_id,
        location_id: book.location_id,
        version: 0,
        registration: entry.registration.clone(),
        serial_number: None,
        make: UNKNOWN.to_owned(),
        model: entry
            .aircraft_type
            .clone()
            .unwrap_or_else(|| UNKNOWN.to_owned()),
        icao_type: entry.aircraft_type.clone(),
        year: None,
        category,
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
        meters: Vec::new(),
        airframe_hours: None,
        cycles: None,
        landings_total: None,
        billing_meter: MeterKind::Hobbs,
        maintenance_meter: MeterKind::Tach,
        fuel_unit: FuelUnit::UsGallon,
        external_reference: None,
        created_at: Default::default(),
        updated_at: Default::default(),
    }
}
