//! Records of a made-up school. Ids are made of small numbers, so that records refer to each other.

pub mod finance;
mod training;
mod upkeep;

pub use training::enrolled;

use chrono::{DateTime, TimeDelta, Utc};
use contracts::convert::timestamp;
use contracts::v1;
use domain::aircraft::{
    Aircraft, AircraftClass, AircraftStatus, Airworthiness, Category, EngineType, FuelUnit,
};
use domain::airport::Airport;
use domain::event::{CatalogEvent, EventData};
use domain::flight::{
    Act, Flight, FlightEntry, FlightMinutes, FlightStatus, FlightTimes, FlightType, Landings,
};
use domain::meter::{Meter, MeterKind, MeterSpan};
use domain::person::{Person, PersonStatus, Role};
use domain::{EventId, LocationId, OrgId};
use prost::Message;
use read_model::record::Record;
use uuid::Uuid;

/// A school of its own, so that tests may share a database.
#[derive(Debug, Clone, Copy)]
pub struct School {
    pub org: OrgId,
}

pub fn id<T: From<Uuid>>(number: u32) -> T {
    Uuid::from_u128(number.into()).into()
}

pub fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

impl School {
    pub fn new() -> Self {
        Self {
            org: Uuid::new_v4().into(),
        }
    }

    pub fn person(self, number: u32, version: i64) -> Person {
        let names = [
            "Ada", "Blériot", "Cessna", "Dumont", "Earhart", "Farman", "Gabreski", "Hartmann",
        ];
        let name = |n: u32| names[usize::try_from(n).unwrap() % names.len()].to_owned();
        Person {
            id: id(number),
            organization_id: self.org,
            version,
            first_name: name(number / 8),
            last_name: format!("{}{}", name(number), number / 64),
            call_sign: number.is_multiple_of(3).then(|| format!("CS{number}")),
            email: Some(format!("p{number}v{version}@example.org")),
            roles: if number.is_multiple_of(5) {
                vec![Role::Instructor, Role::Staff]
            } else {
                vec![Role::Student]
            },
            status: PersonStatus::ALL
                [usize::try_from(number + u32::try_from(version).unwrap()).unwrap() % 3],
            licences: Vec::new(),
            ratings: Vec::new(),
            medical: None,
            caa_reference: None,
            home_airport: None,
            external_reference: None,
            created_at: instant("2026-01-01T00:00:00Z"),
            updated_at: instant("2026-01-01T00:00:00Z") + TimeDelta::seconds(version),
        }
    }

    pub fn aircraft(self, number: u32, version: i64) -> Aircraft {
        Aircraft {
            id: id(number),
            organization_id: self.org,
            location_id: Some(location(number % 3)),
            version,
            registration: format!("N{number}SP"),
            serial_number: None,
            make: "Cessna".to_owned(),
            model: "172S".to_owned(),
            icao_type: Some("C172".to_owned()),
            year: None,
            category: Category::Airplane,
            class: Some(AircraftClass::Asel),
            gear_type: None,
            engine_type: Some(EngineType::Piston),
            engine_count: 1,
            seats: Some(4),
            complex: false,
            high_performance: false,
            taa: false,
            pressurized: false,
            airworthiness_status: Airworthiness::ALL[usize::try_from(version).unwrap() % 4],
            grounding_reasons: Vec::new(),
            status: AircraftStatus::Active,
            home_airport: None,
            meters: Vec::new(),
            airframe_hours: Some(Meter(512_040 + version)),
            cycles: None,
            landings_total: None,
            billing_meter: MeterKind::Hobbs,
            maintenance_meter: MeterKind::Tach,
            fuel_unit: FuelUnit::UsGallon,
            external_reference: None,
            created_at: instant("2026-01-01T00:00:00Z"),
            updated_at: instant("2026-01-01T00:00:00Z") + TimeDelta::seconds(version),
        }
    }

    /// A submitted flight of an hour, on the day of its number.
    pub fn flight(self, number: u32, version: i64) -> Flight {
        let off_block_at = instant("2020-01-01T08:00:00Z") + TimeDelta::hours(i64::from(number));
        let by = id(number % 7);
        Flight {
            id: id(1_000_000 + number),
            organization_id: self.org,
            location_id: Some(location(number % 3)),
            version,
            status: FlightStatus::Submitted,
            entry: FlightEntry {
                flight_type: FlightType::Dual,
                flight_rules: None,
                aircraft_id: id(number % 5),
                registration: format!("N{}SP", number % 5),
                aircraft_type: None,
                pilot_id: by,
                instructor_id: number.is_multiple_of(2).then(|| id(100 + number % 4)),
                pic_id: by,
                departure: Airport::from_ident("KPAO").unwrap(),
                arrival: Airport::from_ident("O69").unwrap(),
                route: None,
                times: FlightTimes {
                    off_block_at,
                    takeoff_at: None,
                    landing_at: None,
                    on_block_at: off_block_at + TimeDelta::hours(1),
                    recorded: true,
                },
                meters: vec![MeterSpan {
                    kind: MeterKind::Hobbs,
                    start: Some(Meter(227_430)),
                    end: Some(Meter(227_530 + version)),
                }],
                minutes: FlightMinutes {
                    block: 60,
                    dual_received: 60,
                    night: 10,
                    ..FlightMinutes::default()
                },
                landings: Landings {
                    day: 1,
                    ..Landings::default()
                },
                approaches: Vec::new(),
                holds: None,
                fuel_added: None,
                oil_added_hundredths: None,
                persons_on_board: None,
                remarks: None,
            },
            submitted: Some(Act {
                by,
                at: off_block_at + TimeDelta::hours(2),
            }),
            approved: None,
            rejected: None,
            replaces_id: None,
            external_reference: None,
            created_at: off_block_at,
            updated_at: off_block_at + TimeDelta::seconds(version),
        }
    }

    /// The event of a flight's submission.
    pub fn submitted(self, number: u32) -> CatalogEvent {
        let flight = self.flight(number, 2);
        let at = flight.entry.times.on_block_at;
        CatalogEvent {
            id: EventId::from_parts(at.timestamp_millis().try_into().unwrap(), number.into()),
            organization_id: self.org,
            location_id: flight.location_id,
            occurred_at: at,
            data: EventData::FlightSubmitted {
                submitted_by: flight.entry.pilot_id,
                flight: Box::new(flight),
                submitted_at: at,
            },
        }
    }
}

pub fn location(number: u32) -> LocationId {
    id(9_000_000 + number)
}

/// The message of a change, in the name of the record's own organisation.
pub fn message(record: &Record) -> Vec<u8> {
    message_of(record.organization_id(), record)
}

/// The message of a change, in the name of any organisation.
pub fn message_of(organization: OrgId, record: &Record) -> Vec<u8> {
    v1::RecordChange {
        organization_id: organization.to_string(),
        record: Some(record.into()),
    }
    .encode_to_vec()
}

/// The message that the record is deleted, as of a version.
pub fn deletion(record: &Record, version: i64) -> Vec<u8> {
    let deleted = v1::Deleted {
        kind: record.kind().to_owned(),
        id: record.id(),
        version,
        deleted_at: Some(timestamp(instant("2026-05-01T00:00:00Z"))),
    };
    v1::RecordChange {
        organization_id: record.organization_id().to_string(),
        record: Some(v1::record_change::Record::Deleted(deleted)),
    }
    .encode_to_vec()
}

pub fn event_message(event: &CatalogEvent) -> Vec<u8> {
    v1::CatalogEvent::from(event).encode_to_vec()
}

pub fn flight(flight: Flight) -> Record {
    flight.into()
}

pub fn person(person: Person) -> Record {
    person.into()
}

pub fn aircraft(aircraft: Aircraft) -> Record {
    aircraft.into()
}
