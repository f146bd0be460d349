//! Taking in logbooks.

use bytes::Bytes;
use contracts::v1::{
    Aircraft, FlightEntry, FlightMinutes, ImportLogbookRequest, ImportLogbookResponse,
    ImportRefusal, ImportedAircraft, ImportedFlight, ImportedGroundTraining, ListFlightsRequest,
    fault::Kind,
};

use crate::school::{School, new_id};
use crate::world::{World, fields, refusal};

/// A part of the pilot's logbook: nothing in it yet.
fn part(school: &School, status: &str) -> ImportLogbookRequest {
    ImportLogbookRequest {
        organization_id: school.id.clone(),
        location_id: Some(school.location.clone()),
        pilot_id: school.pilot.clone(),
        status: status.to_owned(),
        ..ImportLogbookRequest::default()
    }
}

/// A row as the command line makes it of a logbook: without ids.
pub fn row(school: &School, line: u64, registration: &str) -> ImportedFlight {
    let entry = FlightEntry {
        aircraft_id: String::new(),
        pilot_id: String::new(),
        pic_id: String::new(),
        instructor_id: None,
        registration: registration.to_owned(),
        ..school.entry(100, 123)
    };
    ImportedFlight {
        line,
        fingerprint: fingerprint(line),
        occurrence: 0,
        entry: Some(entry),
    }
}

fn fingerprint(line: u64) -> Bytes {
    Bytes::copy_from_slice(&line.to_be_bytes().repeat(4))
}

fn listed(line: u64, registration: &str) -> ImportedAircraft {
    let aircraft = Aircraft {
        registration: registration.to_owned(),
        make: "Bellanca".into(),
        model: "7ECA".into(),
        icao_type: Some("CH7A".into()),
        ..Aircraft::default()
    };
    ImportedAircraft {
        line,
        aircraft: Some(aircraft),
    }
}

fn ground(line: u64) -> ImportedGroundTraining {
    ImportedGroundTraining {
        line,
        fingerprint: fingerprint(line),
        occurrence: 0,
        date: "2025-08-23".into(),
        minutes_received: 120,
        minutes_given: 0,
    }
}

fn answer(aircraft: i32, flights: i32, ground: i32, unchanged: i32) -> ImportLogbookResponse {
    ImportLogbookResponse {
        aircraft_created: aircraft,
        flights_created: flights,
        ground_training_created: ground,
        unchanged,
        refused: Vec::new(),
    }
}

#[tokio::test]
async fn a_part_of_a_logbook_goes_in_and_again_changes_nothing() {
    let world = World::start().await;
    let school = world.school().await;
    let request = ImportLogbookRequest {
        aircraft: vec![listed(4, "n100gf"), listed(5, "N740SP")],
        flights: vec![
            row(&school, 10, "N100GF"),
            row(&school, 11, "N740SP"),
            row(&school, 12, "N999GF"),
        ],
        ground_training: vec![ground(13)],
        ..part(&school, "submitted")
    };
    let first = world.ops.import_logbook(request.clone()).await.unwrap();
    // N740SP is known already; N999GF is in no aircraft table.
    assert_eq!(first, answer(2, 3, 1, 1));
    let flights =
        "SELECT count(*) AS n FROM flights WHERE status = 'submitted' AND submitted_by = pilot_id";
    assert_eq!(world.number(flights).await, 3);
    assert_eq!(
        world
            .number("SELECT sum(minutes_received)::bigint AS n FROM ground_training")
            .await,
        120
    );
    let before = world
        .number("SELECT sum(version)::bigint AS n FROM flights")
        .await;

    let again = world.ops.import_logbook(request).await.unwrap();
    assert_eq!(again, answer(0, 0, 0, 6));
    assert_eq!(world.number("SELECT count(*) AS n FROM flights").await, 3);
    assert_eq!(
        world
            .number("SELECT sum(version)::bigint AS n FROM flights")
            .await,
        before
    );
    assert_eq!(world.number("SELECT count(*) AS n FROM aircraft").await, 3);
    assert_eq!(
        world
            .number("SELECT count(*) AS n FROM ground_training")
            .await,
        1
    );

    // What is heard after this was said after it: the rows were told once.
    let last = world.submitted(&school).await;
    world.hearing.event("flight.submitted", &last.id).await;
    assert_eq!(world.hearing.event_deliveries().len(), 4);
}

#[tokio::test]
async fn what_was_imported_reads_as_the_logbook_does() {
    let world = World::start().await;
    let school = world.school().await;
    let flights = vec![row(&school, 10, "N999GF")];
    let request = ImportLogbookRequest {
        flights: flights.clone(),
        ..part(&school, "draft")
    };
    world.ops.import_logbook(request).await.unwrap();
    let list = ListFlightsRequest {
        organization_id: school.id.clone(),
        ..ListFlightsRequest::default()
    };
    let stored = world
        .ops
        .list_flights(list)
        .await
        .unwrap()
        .flights
        .remove(0);
    assert_eq!(
        (stored.status.as_str(), stored.version, stored.submitted),
        ("draft", 1, None)
    );
    assert_eq!(stored.location_id, Some(school.location.clone()));
    let (entry, given) = (stored.entry.unwrap(), flights[0].entry.clone().unwrap());
    assert_eq!(
        (&entry.pilot_id, &entry.pic_id),
        (&school.pilot, &school.pilot)
    );
    assert_eq!(
        (&entry.minutes, &entry.landings, &entry.meters),
        (&given.minutes, &given.landings, &given.meters)
    );
    let aircraft = format!(
        "SELECT count(*) AS n FROM aircraft WHERE id = '{}' AND registration = 'N999GF' AND make = 'Unknown' AND model = 'C172'",
        entry.aircraft_id
    );
    assert_eq!(world.number(&aircraft).await, 1);
    world
        .hearing
        .record(&format!("aircraft:{}:1", entry.aircraft_id))
        .await;
    world
        .hearing
        .record(&format!("flight:{}:1", stored.id))
        .await;
    assert!(
        world.hearing.event_deliveries().is_empty(),
        "a draft is no event"
    );
}

/// Two good flights, two good aircraft and one good hour on the ground among others.
fn bad_rows(school: &School) -> ImportLogbookRequest {
    let change = |line: u64, change: &dyn Fn(&mut FlightEntry)| {
        let mut row = row(school, line, "N740SP");
        change(row.entry.as_mut().unwrap());
        row
    };
    let night = |e: &mut FlightEntry| {
        e.minutes = Some(FlightMinutes {
            block: 60,
            night: 90,
            pic: 61,
            ..FlightMinutes::default()
        });
    };
    ImportLogbookRequest {
        aircraft: vec![listed(3, "N 1"), listed(4, "N1")],
        flights: vec![
            row(school, 10, "N740SP"),
            change(11, &night),
            change(12, &|e| e.registration = "FRASCA 141".into()),
            change(13, &|e| e.flight_type = "joyride".into()),
            change(14, &|e| e.instructor_id = Some(new_id())),
            change(15, &|e| e.registration = "N404ZZ".into()),
            ImportedFlight {
                entry: None,
                ..row(school, 16, "N2")
            },
            ImportedFlight {
                fingerprint: Bytes::new(),
                ..row(school, 17, "N2")
            },
        ],
        ground_training: vec![
            ImportedGroundTraining {
                date: "23.08.2025".into(),
                ..ground(18)
            },
            ImportedGroundTraining {
                minutes_given: 1_441,
                ..ground(19)
            },
            ground(20),
        ],
        ..part(school, "draft")
    }
}

#[tokio::test]
async fn a_bad_row_is_refused_by_itself() {
    let world = World::start().await;
    let school = world.school().await;
    let request = bad_rows(&school);
    let imported = world.ops.import_logbook(request.clone()).await.unwrap();
    let refused: Vec<_> = imported
        .refused
        .iter()
        .map(|r| (r.line, r.pointer.as_str(), r.code.as_str()))
        .collect();
    assert_eq!(
        refused,
        [
            (3, "registration", "malformed"),
            (11, "pic_minutes", "exceeds_block"),
            (12, "registration", "malformed"),
            (13, "flight_type", "invalid"),
            (14, "instructor_id", "not_found"),
            (16, "entry", "required"),
            (17, "fingerprint", "malformed"),
            (18, "date", "malformed"),
            (19, "minutes_given", "out_of_range"),
        ]
    );
    let ImportRefusal { detail, .. } = &imported.refused[1];
    assert_eq!(detail, "61 min of 60 min block; 90 min of 60 min block");
    assert_eq!(
        (
            imported.aircraft_created,
            imported.flights_created,
            imported.ground_training_created
        ),
        (2, 2, 1)
    );
    assert_eq!(
        world
            .number("SELECT count(*) AS n FROM aircraft WHERE registration = 'N2'")
            .await,
        0
    );
    let again = world.ops.import_logbook(request).await.unwrap();
    assert_eq!(
        (again.flights_created, again.unchanged, again.refused),
        (0, 4, imported.refused)
    );
}

#[tokio::test]
async fn equal_rows_are_told_apart_by_their_number() {
    let world = World::start().await;
    let school = world.school().await;
    let twice = |occurrence| ImportedFlight {
        occurrence,
        ..row(&school, 10, "N740SP")
    };
    let request = ImportLogbookRequest {
        flights: vec![twice(0), twice(1), twice(0)],
        ground_training: vec![
            ground(11),
            ground(11),
            ImportedGroundTraining {
                occurrence: 1,
                ..ground(11)
            },
        ],
        ..part(&school, "draft")
    };
    let imported = world.ops.import_logbook(request.clone()).await.unwrap();
    assert_eq!(imported, answer(0, 2, 2, 2));
    // The same rows of another pilot are other flights.
    let other = ImportLogbookRequest {
        pilot_id: school.instructor.clone(),
        ..request
    };
    assert_eq!(
        world.ops.import_logbook(other).await.unwrap(),
        answer(0, 2, 2, 2)
    );
}

#[tokio::test]
async fn a_request_that_is_wrong_as_a_whole_is_refused_as_a_whole() {
    let world = World::start().await;
    let school = world.school().await;
    let answer = world.ops.import_logbook(part(&school, "approved")).await;
    assert_eq!(fields(answer), [("status".into(), "unknown".into())]);
    let many = ImportLogbookRequest {
        flights: (0..1_001)
            .map(|line| row(&school, line, "N740SP"))
            .collect(),
        ..part(&school, "draft")
    };
    assert_eq!(
        fields(world.ops.import_logbook(many).await),
        [("flights".into(), "too_many".into())]
    );
    let nowhere = ImportLogbookRequest {
        organization_id: new_id(),
        ..part(&school, "draft")
    };
    assert_eq!(
        refusal(world.ops.import_logbook(nowhere).await).0,
        Kind::NotFound
    );
}

#[tokio::test]
async fn the_largest_part_goes_in_at_once_and_whole() {
    let world = World::start().await;
    let school = world.school().await;
    let request = ImportLogbookRequest {
        flights: (0..1_000)
            .map(|line| row(&school, line, &format!("N{}GF", line % 50)))
            .collect(),
        ..part(&school, "submitted")
    };
    // Two of the same at once: each row goes in once.
    let calls = [
        world.ops.import_logbook(request.clone()),
        world.ops.import_logbook(request.clone()),
    ];
    let answers: Vec<_> = futures::future::join_all(calls)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert_eq!(
        answers.iter().map(|a| a.flights_created).sum::<i32>(),
        1_000
    );
    assert_eq!(answers.iter().map(|a| a.aircraft_created).sum::<i32>(), 50);
    assert_eq!(answers.iter().map(|a| a.unchanged).sum::<i32>(), 1_000);
    assert_eq!(
        world.number("SELECT count(*) AS n FROM flights").await,
        1_000
    );
    world.nothing_owed().await;
}
