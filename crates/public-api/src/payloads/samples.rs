//! Records and events: the examples of the documentation, and what the tests of this crate read.

pub mod alerts;
pub mod compliance;
pub mod finance;
pub mod maintenance;
pub mod planning;
pub mod training;
pub mod trueflight;

use chrono::{DateTime, Utc};
use domain::aircraft::{
    Aircraft, AircraftClass, AircraftStatus, Airworthiness, Category, EngineType, FuelUnit,
    MeterReading,
};
use domain::airport::Airport;
use domain::event::{CatalogEvent, EventData};
use domain::flight::{
    Act, Approach, Flight, FlightEntry, FlightMinutes, FlightRules, FlightStatus, FlightTimes,
    FlightType, Fuel, Landings, PostedMeter,
};
use domain::meter::{Meter, MeterKind, MeterSpan};
use domain::person::{
    Authority, Licence, LicenceKind, Medical, MedicalClass, Person, PersonStatus, Rating, Role,
};
use domain::{AircraftId, EndpointId, FlightId, OrgId, PersonId};
use uuid::Uuid;

use crate::documents::{DeliverySummaryFields, FlightLinks, PilotTotals, ReplayDocument};

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn id<T: From<Uuid>>(number: u128) -> T {
    Uuid::from_u128(number).into()
}

pub fn flight() -> Flight {
    Flight {
        id: id::<FlightId>(0xf1),
        organization_id: id::<OrgId>(0x01),
        location_id: None,
        version: 3,
        status: FlightStatus::Approved,
        entry: entry(),
        submitted: Some(Act {
            by: id::<PersonId>(0xb1),
            at: at("2026-05-02T21:30:00Z"),
        }),
        approved: Some(Act {
            by: id::<PersonId>(0xb2),
            at: at("2026-05-28T12:03:11Z"),
        }),
        rejected: None,
        replaces_id: None,
        external_reference: None,
        created_at: at("2026-05-02T21:10:00Z"),
        updated_at: at("2026-05-28T12:03:11Z"),
    }
}

/// The session and the invoice of [`flight`].
pub fn flight_links() -> FlightLinks {
    FlightLinks {
        planning_session_id: Some(planning::session().id),
        invoice_id: Some(finance::invoice().id),
        updated_at: Some(finance::invoice().updated_at),
    }
}

fn entry() -> FlightEntry {
    FlightEntry {
        flight_type: FlightType::Dual,
        flight_rules: Some(FlightRules::Vfr),
        aircraft_id: id::<AircraftId>(0xa1),
        registration: "N740SP".to_owned(),
        aircraft_type: Some("C172".to_owned()),
        pilot_id: id(0xb1),
        instructor_id: Some(id(0xb2)),
        pic_id: id(0xb2),
        departure: Airport::from_ident("KIOW").unwrap(),
        arrival: Airport::from_ident("C17").unwrap(),
        route: Some("KIOW C17".to_owned()),
        times: FlightTimes {
            off_block_at: at("2026-05-02T18:47:00Z"),
            takeoff_at: None,
            landing_at: None,
            on_block_at: at("2026-05-02T21:05:00Z"),
            recorded: true,
        },
        meters: vec![
            span(MeterKind::Hobbs, Some(227_430), Some(227_660)),
            span(MeterKind::Tach, Some(198_011), None),
        ],
        minutes: FlightMinutes {
            block: 138,
            dual_received: 138,
            simulated_instrument: 24,
            ..FlightMinutes::default()
        },
        landings: Landings {
            day: 3,
            touch_and_goes: Some(2),
            ..Landings::default()
        },
        approaches: vec![Approach {
            kind: "RNAV (GPS)".to_owned(),
            runway: Some("25".to_owned()),
            airport: Some("KIOW".to_owned()),
            count: 1,
        }],
        holds: None,
        fuel_added: Some(Fuel {
            quantity_hundredths: 1_250,
            unit: FuelUnit::UsGallon,
        }),
        oil_added_hundredths: Some(50),
        persons_on_board: Some(2),
        remarks: None,
    }
}

fn span(kind: MeterKind, start: Option<i64>, end: Option<i64>) -> MeterSpan {
    MeterSpan {
        kind,
        start: start.map(Meter),
        end: end.map(Meter),
    }
}

pub fn aircraft() -> Aircraft {
    let read_at = at("2026-05-02T21:05:00Z");
    Aircraft {
        id: id(0xa1),
        organization_id: id(0x01),
        location_id: None,
        version: 7,
        registration: "N740SP".to_owned(),
        serial_number: Some("172S8740".to_owned()),
        make: "Cessna".to_owned(),
        model: "172S".to_owned(),
        icao_type: Some("C172".to_owned()),
        year: Some(2001),
        category: Category::Airplane,
        class: Some(AircraftClass::Asel),
        gear_type: None,
        engine_type: Some(EngineType::Piston),
        engine_count: 1,
        seats: Some(4),
        complex: false,
        high_performance: false,
        taa: true,
        pressurized: false,
        airworthiness_status: Airworthiness::Grounded,
        grounding_reasons: vec!["100-hour overdue".to_owned()],
        status: AircraftStatus::Active,
        home_airport: Some("KPAO".to_owned()),
        meters: vec![
            MeterReading {
                kind: MeterKind::Hobbs,
                value: Meter(227_660),
                engine_position: None,
                read_at,
            },
            MeterReading {
                kind: MeterKind::Tach,
                value: Meter(198_203),
                engine_position: Some(1),
                read_at,
            },
        ],
        airframe_hours: Some(Meter(512_040)),
        cycles: None,
        landings_total: Some(9001),
        billing_meter: MeterKind::Hobbs,
        maintenance_meter: MeterKind::Tach,
        fuel_unit: FuelUnit::UsGallon,
        external_reference: None,
        created_at: at("2026-01-01T00:00:00Z"),
        updated_at: read_at,
    }
}

pub fn person() -> Person {
    Person {
        id: id(0xb1),
        organization_id: id(0x01),
        version: 2,
        first_name: "Jane".to_owned(),
        last_name: "Sample".to_owned(),
        call_sign: Some("JSM".to_owned()),
        email: Some("jane@example.org".to_owned()),
        roles: vec![Role::Student, Role::Renter],
        status: PersonStatus::Active,
        licences: vec![Licence {
            authority: Authority::Faa,
            kind: LicenceKind::Ppl,
            number: None,
            issued_on: "2025-03-01".parse().ok(),
        }],
        ratings: vec![Rating {
            code: "ASEL".to_owned(),
            valid_until: None,
        }],
        medical: Some(Medical {
            class: MedicalClass::Third,
            issued_on: "2024-11-30".parse().unwrap(),
            valid_until: "2026-11-30".parse().ok(),
        }),
        caa_reference: None,
        home_airport: Some("KPAO".to_owned()),
        external_reference: Some("crm-17".to_owned()),
        created_at: at("2026-01-01T00:00:00Z"),
        updated_at: at("2026-02-01T00:00:00.25Z"),
    }
}

pub fn event(data: EventData) -> CatalogEvent {
    CatalogEvent {
        id: "evt_01HZX300000000000000000001".parse().unwrap(),
        organization_id: id(0x01),
        location_id: None,
        occurred_at: at("2026-05-28T12:03:11Z"),
        data,
    }
}

pub fn approved() -> CatalogEvent {
    event(EventData::FlightApproved {
        flight: Box::new(flight()),
        approved_by: id(0xb2),
        approved_at: at("2026-05-28T12:03:11Z"),
        posted: vec![PostedMeter {
            kind: MeterKind::Hobbs,
            from: Meter(227_430),
            to: Meter(227_660),
        }],
    })
}

pub fn ping() -> CatalogEvent {
    event(EventData::WebhookTest {
        message: "ping".to_owned(),
        endpoint_id: id::<EndpointId>(0xe1),
        requested_by: None,
    })
}

/// What the sample person has flown.
pub fn totals() -> PilotTotals {
    PilotTotals {
        total_minutes: 3_120,
        pic_minutes: 1_200,
        dual_received_minutes: 1_740,
        night_minutes: 185,
        instrument_minutes: 240,
    }
}

/// How the deliveries of the sample event stand.
pub fn deliveries() -> DeliverySummaryFields {
    DeliverySummaryFields {
        endpoints: 2,
        succeeded: 1,
        failed: 0,
        pending: 1,
    }
}

/// One event of each type of the catalog.
pub fn events() -> Vec<CatalogEvent> {
    vec![
        submitted(),
        approved(),
        rejected(),
        alerts::upcoming(),
        compliance::updated(),
        training::recorded(),
        ping(),
        disabled(),
        recovered(),
    ]
}

pub fn disabled() -> CatalogEvent {
    event(EventData::EndpointDisabled {
        endpoint_id: id::<EndpointId>(0xe1),
        reason: "failing: nothing has arrived since 2026-05-25T12:01:40Z".to_owned(),
        failing_since: Some(at("2026-05-25T12:01:40Z")),
        disabled_at: at("2026-05-28T12:03:11Z"),
    })
}

pub fn recovered() -> CatalogEvent {
    event(EventData::EndpointRecovered {
        endpoint_id: id::<EndpointId>(0xe1),
        failing_since: at("2026-05-28T11:41:40Z"),
        recovered_at: at("2026-05-28T12:03:11Z"),
    })
}

pub fn submitted() -> CatalogEvent {
    let flight = Flight {
        status: FlightStatus::Submitted,
        approved: None,
        ..flight()
    };
    event(EventData::FlightSubmitted {
        submitted_by: flight.entry.pilot_id,
        flight: Box::new(flight),
        submitted_at: at("2026-05-28T12:03:11Z"),
    })
}

pub fn rejected() -> CatalogEvent {
    let flight = Flight {
        status: FlightStatus::Rejected,
        approved: None,
        ..flight()
    };
    event(EventData::FlightRejected {
        rejected_by: flight.entry.pic_id,
        flight: Box::new(flight),
        rejected_at: at("2026-05-28T12:03:11Z"),
        reason: "Hobbs does not match the tach".to_owned(),
    })
}

/// What a replay of the sample event is answered with.
pub fn replay() -> ReplayDocument {
    ReplayDocument {
        event_id: approved().id,
        endpoints: 1,
        already_pending: 1,
    }
}
