//! Aircraft, and how their meters come to read what they read.

use contracts::rpc::RpcError;
use contracts::v1::{
    Aircraft, MeterReading, SaveAircraftRequest, SaveAircraftResponse, fault::Kind,
};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text};
use diesel_async::RunQueryDsl;

use crate::school::new_id;
use crate::world::{World, fields, refusal};

async fn save(world: &World, aircraft: &Aircraft) -> Result<SaveAircraftResponse, RpcError> {
    world
        .ops
        .save_aircraft(SaveAircraftRequest {
            aircraft: Some(aircraft.clone()),
        })
        .await
}

#[derive(Debug, PartialEq, QueryableByName)]
struct Reading {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    source: String,
    #[diesel(sql_type = BigInt)]
    value_hundredths: i64,
    #[diesel(sql_type = BigInt)]
    change_hundredths: i64,
}

/// How the aircraft's meters came to read what they read: kind, source, reading, change.
pub async fn ledger(world: &World, aircraft: &str) -> Vec<(String, String, i64, i64)> {
    let sql = format!(
        "SELECT kind, source, value_hundredths, change_hundredths FROM meter_readings
         WHERE aircraft_id = '{aircraft}' ORDER BY id"
    );
    let rows: Vec<Reading> = diesel::sql_query(sql)
        .load(&mut world.connect().await)
        .await
        .unwrap();
    rows.into_iter()
        .map(|r| (r.kind, r.source, r.value_hundredths, r.change_hundredths))
        .collect()
}

/// An entry of the ledger.
pub fn line(kind: &str, source: &str, value: i64, change: i64) -> (String, String, i64, i64) {
    (kind.to_owned(), source.to_owned(), value, change)
}

#[tokio::test]
async fn an_aircraft_opens_its_meters_and_is_told_of() {
    let world = World::start().await;
    let school = world.school().await;
    let given = school.aircraft(&new_id(), " f-gkrd ");
    let saved = save(&world, &given).await.unwrap();
    let stands = saved.aircraft.unwrap();
    assert_eq!(
        (saved.applied, stands.version, stands.registration.as_str()),
        (true, 1, "F-GKRD")
    );
    assert_eq!(stands.meters, given.meters);
    assert_eq!(
        ledger(&world, &given.id).await,
        [
            line("hobbs", "opening", 100, 0),
            line("tach", "opening", 50, 0)
        ]
    );
    let (delivery, change) = world
        .hearing
        .record(&format!("aircraft:{}:1", given.id))
        .await;
    assert_eq!(delivery.routing_key, "record.aircraft");
    assert_eq!(
        change.record,
        Some(contracts::v1::record_change::Record::Aircraft(stands))
    );
}

#[tokio::test]
async fn a_corrected_meter_gets_an_adjustment_and_one_left_out_stays() {
    let world = World::start().await;
    let school = world.school().await;
    let first = school.aircraft(&new_id(), "N100GF");
    let stands = save(&world, &first).await.unwrap().aircraft.unwrap();
    let hobbs = MeterReading {
        value_hundredths: 90,
        ..stands.meters[0].clone()
    };
    let engine = MeterReading {
        engine_position: Some(1),
        ..hobbs.clone()
    };
    let corrected = Aircraft {
        meters: vec![hobbs.clone(), engine.clone()],
        ..stands.clone()
    };
    let saved = save(&world, &corrected).await.unwrap().aircraft.unwrap();
    assert_eq!(saved.version, 2);
    assert_eq!(saved.meters, [hobbs, stands.meters[1].clone(), engine]);
    assert_eq!(
        ledger(&world, &first.id).await[2..],
        [
            line("hobbs", "adjustment", 90, -10),
            line("hobbs", "opening", 90, 0)
        ]
    );
    assert!(!save(&world, &corrected).await.unwrap().applied);

    let grounded = Aircraft {
        meters: Vec::new(),
        airworthiness_status: "grounded".into(),
        grounding_reasons: vec!["cracked exhaust".into()],
        ..saved.clone()
    };
    let after = save(&world, &grounded).await.unwrap().aircraft.unwrap();
    assert_eq!((after.version, &after.meters), (3, &saved.meters));
    assert_eq!(ledger(&world, &first.id).await.len(), 4);
}

#[tokio::test]
async fn saving_again_changes_nothing_and_saving_late_is_refused() {
    let world = World::start().await;
    let school = world.school().await;
    let first = school.aircraft(&new_id(), "N100GF");
    let stands = save(&world, &first).await.unwrap().aircraft.unwrap();
    assert!(!save(&world, &first).await.unwrap().applied);
    let sold = Aircraft {
        status: "sold".into(),
        ..stands.clone()
    };
    assert!(save(&world, &sold).await.unwrap().applied);
    let late = Aircraft {
        status: "inactive".into(),
        ..stands
    };
    assert_eq!(
        refusal(save(&world, &late).await).0,
        Kind::PreconditionFailed
    );
    let unknown = Aircraft {
        id: new_id(),
        version: 1,
        ..first
    };
    assert_eq!(refusal(save(&world, &unknown).await).0, Kind::NotFound);
}

#[tokio::test]
async fn an_aircraft_that_has_flown_since_may_be_added_again() {
    let world = World::start().await;
    let school = world.school().await;
    world.approved(&school).await;
    let first = school.aircraft(&school.aircraft, "N740SP");
    let again = save(&world, &first).await.unwrap();
    let meters = again.aircraft.unwrap().meters;
    assert_eq!((again.applied, meters[0].value_hundredths), (false, 123));
    assert_eq!(ledger(&world, &school.aircraft).await.len(), 3);
}

#[tokio::test]
async fn every_field_of_an_aircraft_is_kept() {
    let world = World::start().await;
    let school = world.school().await;
    let given = Aircraft {
        serial_number: Some("172S9001".into()),
        year: Some(2004),
        class: Some("ASEL".into()),
        gear_type: Some("fixed_tricycle".into()),
        engine_type: Some("piston".into()),
        engine_count: 2,
        seats: Some(4),
        complex: true,
        high_performance: true,
        taa: true,
        pressurized: true,
        airworthiness_status: "limited".into(),
        grounding_reasons: vec!["no night flying".into()],
        home_airport: Some("KPAO".into()),
        airframe_hundredths: Some(512_040),
        cycles: Some(7_000),
        landings_total: Some(9_000),
        external_reference: Some("fleet 7".into()),
        ..school.aircraft(&new_id(), "N100GF")
    };
    let stands = save(&world, &given).await.unwrap().aircraft.unwrap();
    let expected = Aircraft {
        version: 1,
        created_at: stands.created_at,
        updated_at: stands.updated_at,
        ..given.clone()
    };
    assert_eq!(stands, expected);
    // Read back from its row.
    assert_eq!(save(&world, &given).await.unwrap().aircraft, Some(expected));
}

#[tokio::test]
async fn a_registration_is_borne_once_in_a_school() {
    let world = World::start().await;
    let (school, other) = (world.school().await, world.school().await);
    let twin = school.aircraft(&new_id(), "n740sp");
    let answer = save(&world, &twin).await;
    assert_eq!(
        refusal(answer.clone()),
        (Kind::Conflict, "registration_taken".into())
    );
    assert_eq!(fields(answer), [("registration".into(), "taken".into())]);
    // Both schools have an N740SP; a third aircraft may be renamed, but not to it.
    let third = save(&world, &other.aircraft(&new_id(), "N1"))
        .await
        .unwrap()
        .aircraft
        .unwrap();
    let renamed = Aircraft {
        registration: "N2".into(),
        ..third
    };
    let renamed = save(&world, &renamed).await.unwrap().aircraft.unwrap();
    let taken = Aircraft {
        registration: "N740SP".into(),
        ..renamed
    };
    assert_eq!(refusal(save(&world, &taken).await).1, "registration_taken");
}

#[tokio::test]
async fn what_cannot_be_an_aircraft_is_refused() {
    let world = World::start().await;
    let school = world.school().await;
    let good = school.aircraft(&new_id(), "N100GF");
    let wrong = Aircraft {
        registration: "N 1".into(),
        make: String::new(),
        engine_count: -1,
        year: Some(1492),
        seats: Some(-1),
        meters: vec![good.meters[0].clone(), good.meters[0].clone()],
        ..good.clone()
    };
    let expected = [
        ("year", "out_of_range"),
        ("engine_count", "out_of_range"),
        ("seats", "out_of_range"),
        ("meters", "repeated"),
        ("registration", "malformed"),
        ("make", "required"),
    ];
    let expected = expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned()));
    assert_eq!(fields(save(&world, &wrong).await), expected);
    let wooden = Aircraft {
        category: "broom".into(),
        ..good.clone()
    };
    assert_eq!(
        fields(save(&world, &wooden).await),
        [("category".into(), "invalid".into())]
    );
    let elsewhere = Aircraft {
        location_id: Some(new_id()),
        ..good
    };
    assert_eq!(
        fields(save(&world, &elsewhere).await),
        [("location_id".into(), "not_found".into())]
    );
}
