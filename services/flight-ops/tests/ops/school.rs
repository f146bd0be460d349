//! A school with an owner, a pilot, an instructor and an aircraft, and what they fly.

use chrono::{DateTime, TimeDelta, Utc};
use contracts::convert::timestamp;
use contracts::v1::{
    Aircraft, Airport, AmendFlightRequest, Approach, CreateOrganizationRequest, DraftFlightRequest,
    Flight, FlightCommand, FlightEntry, FlightMinutes, FlightResponse, Fuel, Landings,
    MeterReading, MeterSpan, Person, RejectFlightRequest, ReviseFlightRequest, SaveAircraftRequest,
    SavePersonRequest,
};
use uuid::Uuid;

use crate::world::World;

/// Ids of the people and things of a school.
#[derive(Debug, Clone)]
pub struct School {
    pub id: String,
    pub location: String,
    pub owner: String,
    pub pilot: String,
    pub instructor: String,
    pub aircraft: String,
}

pub fn new_id() -> String {
    Uuid::new_v4().to_string()
}

pub fn founding(id: &str) -> CreateOrganizationRequest {
    CreateOrganizationRequest {
        id: id.to_owned(),
        name: "Palo Alto Flyers".into(),
        timezone: "America/Los_Angeles".into(),
        currency: "USD".into(),
        country: "US".into(),
        location_name: "Palo Alto".into(),
        location_code: "KPAO".into(),
        owner_first_name: "Olga".into(),
        owner_last_name: "Owner".into(),
    }
}

impl World {
    /// A school whose aircraft reads hobbs 100.0 and tach 50.0.
    pub async fn school(&self) -> School {
        let founded = self
            .ops
            .create_organization(founding(&new_id()))
            .await
            .unwrap();
        let school = School {
            id: founded.organization.unwrap().id,
            location: founded.location.unwrap().id,
            owner: founded.owner.unwrap().id,
            pilot: new_id(),
            instructor: new_id(),
            aircraft: new_id(),
        };
        for (id, role) in [
            (&school.pilot, "student"),
            (&school.instructor, "instructor"),
        ] {
            let person = Some(school.person(id, role));
            self.ops
                .save_person(SavePersonRequest { person })
                .await
                .unwrap();
        }
        let aircraft = Some(school.aircraft(&school.aircraft, "N740SP"));
        self.ops
            .save_aircraft(SaveAircraftRequest { aircraft })
            .await
            .unwrap();
        school
    }

    pub async fn drafted(&self, school: &School) -> Flight {
        let answer = self
            .ops
            .draft_flight(school.draft(school.entry(100, 123)))
            .await
            .unwrap();
        answer.flight.unwrap()
    }

    pub async fn submitted(&self, school: &School) -> Flight {
        let draft = self.drafted(school).await;
        self.ops
            .submit_flight(school.by_pilot(&draft))
            .await
            .unwrap()
            .flight
            .unwrap()
    }

    /// A flight that moved hobbs from 1.00 to 1.23.
    pub async fn approved(&self, school: &School) -> Flight {
        let submitted = self.submitted(school).await;
        self.approve(school, &submitted).await.flight.unwrap()
    }

    pub async fn approve(&self, school: &School, flight: &Flight) -> FlightResponse {
        self.ops
            .approve_flight(school.by_owner(flight))
            .await
            .unwrap()
    }

    /// What the aircraft reads, as the newest record of it that was published says.
    pub async fn hobbs(&self, school: &School) -> i64 {
        self.number(&format!(
            "SELECT (meter->>'value')::bigint AS n FROM aircraft, jsonb_array_elements(meters) AS meter
             WHERE id = '{}' AND meter->>'kind' = 'hobbs'",
            school.aircraft
        ))
        .await
    }
}

impl School {
    pub fn person(&self, id: &str, role: &str) -> Person {
        Person {
            id: id.to_owned(),
            organization_id: self.id.clone(),
            first_name: "Jane".into(),
            last_name: "Smith".into(),
            email: Some("jane@school.example".into()),
            roles: vec![role.to_owned()],
            status: "active".into(),
            ..Person::default()
        }
    }

    /// Hobbs 1.00, tach 0.50.
    pub fn aircraft(&self, id: &str, registration: &str) -> Aircraft {
        let reading = |kind: &str, value_hundredths| MeterReading {
            kind: kind.to_owned(),
            value_hundredths,
            engine_position: None,
            read_at: Some(timestamp(noon() - TimeDelta::days(1))),
        };
        Aircraft {
            id: id.to_owned(),
            organization_id: self.id.clone(),
            location_id: Some(self.location.clone()),
            registration: registration.to_owned(),
            make: "Cessna".into(),
            model: "172S".into(),
            icao_type: Some("C172".into()),
            category: "airplane".into(),
            engine_count: 1,
            airworthiness_status: "airworthy".into(),
            status: "active".into(),
            meters: vec![reading("hobbs", 100), reading("tach", 50)],
            billing_meter: "hobbs".into(),
            maintenance_meter: "tach".into(),
            fuel_unit: "usg".into(),
            ..Aircraft::default()
        }
    }

    /// Dual of 138 minutes, with this hobbs and nothing to complain of.
    pub fn entry(&self, hobbs_start: i64, hobbs_end: i64) -> FlightEntry {
        let airport = |ident: &str| {
            Some(Airport {
                ident: ident.to_owned(),
                ..Airport::default()
            })
        };
        FlightEntry {
            flight_type: "dual".into(),
            aircraft_id: self.aircraft.clone(),
            registration: "N740SP".into(),
            aircraft_type: Some("C172".into()),
            pilot_id: self.pilot.clone(),
            instructor_id: Some(self.instructor.clone()),
            pic_id: self.instructor.clone(),
            departure: airport("KIOW"),
            arrival: airport("C17"),
            off_block_at: Some(timestamp(noon())),
            on_block_at: Some(timestamp(noon() + TimeDelta::minutes(138))),
            times_recorded: true,
            meters: vec![MeterSpan {
                kind: "hobbs".into(),
                start_hundredths: Some(hobbs_start),
                end_hundredths: Some(hobbs_end),
            }],
            minutes: Some(FlightMinutes {
                block: 138,
                dual_received: 138,
                ..FlightMinutes::default()
            }),
            landings: Some(Landings {
                day: 3,
                ..Landings::default()
            }),
            ..FlightEntry::default()
        }
    }

    /// An entry with something in every field.
    pub fn full_entry(&self) -> FlightEntry {
        let airport = |ident: &str| Airport {
            ident: ident.to_owned(),
            icao_code: Some(ident.to_owned()),
            local_code: ident.strip_prefix('K').map(str::to_owned),
        };
        let at = |minutes| Some(timestamp(noon() + TimeDelta::minutes(minutes)));
        FlightEntry {
            flight_rules: Some("ifr".into()),
            departure: Some(airport("KIOW")),
            arrival: Some(airport("KCID")),
            route: Some("KIOW V67 KCID".into()),
            takeoff_at: at(9),
            landing_at: at(130),
            minutes: Some(FlightMinutes {
                block: 138,
                airborne: Some(121),
                pic: 1,
                sic: 2,
                picus: 3,
                dual_received: 4,
                dual_given: 5,
                solo: 6,
                night: 7,
                actual_instrument: 8,
                simulated_instrument: 9,
                ifr: 10,
                cross_country: 11,
                multi_pilot: 12,
                simulator: 13,
            }),
            landings: Some(Landings {
                day: 3,
                night: 2,
                touch_and_goes: Some(1),
                takeoffs_day: Some(4),
                takeoffs_night: Some(5),
            }),
            approaches: vec![Approach {
                kind: "RNAV (GPS)".into(),
                runway: Some("25".into()),
                airport: Some("KIOW".into()),
                count: 2,
            }],
            holds: Some(1),
            fuel_added: Some(Fuel {
                quantity_hundredths: 2_050,
                unit: "usg".into(),
            }),
            oil_added_hundredths: Some(100),
            persons_on_board: Some(3),
            remarks: Some("two lines:\nthe second".into()),
            ..self.entry(100, 123)
        }
    }

    pub fn draft(&self, entry: FlightEntry) -> DraftFlightRequest {
        DraftFlightRequest {
            id: new_id(),
            organization_id: self.id.clone(),
            location_id: Some(self.location.clone()),
            entry: Some(entry),
            external_reference: None,
        }
    }

    pub fn revision(&self, flight: &Flight, entry: FlightEntry) -> ReviseFlightRequest {
        ReviseFlightRequest {
            organization_id: self.id.clone(),
            flight_id: flight.id.clone(),
            expected_version: flight.version,
            entry: Some(entry),
        }
    }

    /// About the flight as it was seen, by that person.
    pub fn by(&self, actor: &str, flight: &Flight) -> FlightCommand {
        FlightCommand {
            organization_id: self.id.clone(),
            flight_id: flight.id.clone(),
            expected_version: Some(flight.version),
            actor_id: Some(actor.to_owned()),
        }
    }

    pub fn by_pilot(&self, flight: &Flight) -> FlightCommand {
        self.by(&self.pilot, flight)
    }

    /// About the flight whatever its version, by nobody in particular.
    pub fn by_owner(&self, flight: &Flight) -> FlightCommand {
        FlightCommand {
            expected_version: None,
            actor_id: None,
            ..self.by_pilot(flight)
        }
    }

    pub fn rejection(&self, flight: &Flight, reason: &str) -> RejectFlightRequest {
        RejectFlightRequest {
            command: Some(self.by_owner(flight)),
            reason: reason.to_owned(),
        }
    }

    pub fn amendment(&self, flight: &Flight, entry: FlightEntry) -> AmendFlightRequest {
        AmendFlightRequest {
            command: Some(self.by_pilot(flight)),
            replacement_id: new_id(),
            entry: Some(entry),
        }
    }
}

/// A day on which everybody flies.
pub fn noon() -> DateTime<Utc> {
    "2026-05-02T12:00:00Z".parse().unwrap()
}
