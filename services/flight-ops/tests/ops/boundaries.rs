//! What belongs to another school does not exist.

use contracts::v1::{
    Aircraft, AmendFlightRequest, FlightCommand, FlightEntry, GetFlightRequest,
    ImportLogbookRequest, ListFlightsRequest, Location, Person, RejectFlightRequest,
    SaveAircraftRequest, SaveLocationRequest, SavePersonRequest, fault::Kind,
};

use crate::school::{School, new_id};
use crate::world::{World, fields, refusal};

#[tokio::test]
async fn no_command_reaches_another_schools_flight() {
    let world = World::start().await;
    let (school, stranger) = (world.school().await, world.school().await);
    let submitted = world.submitted(&school).await;
    let command = FlightCommand {
        organization_id: stranger.id.clone(),
        flight_id: submitted.id.clone(),
        expected_version: None,
        actor_id: None,
    };
    let ops = &world.ops;
    let revision = contracts::v1::ReviseFlightRequest {
        organization_id: stranger.id.clone(),
        ..school.revision(&submitted, stranger.entry(100, 124))
    };
    let amendment = AmendFlightRequest {
        command: Some(command.clone()),
        replacement_id: new_id(),
        entry: Some(stranger.entry(100, 124)),
    };
    let rejection = RejectFlightRequest {
        command: Some(command.clone()),
        reason: "no".into(),
    };
    let get = GetFlightRequest {
        organization_id: stranger.id.clone(),
        flight_id: submitted.id.clone(),
    };
    let refusals = [
        refusal(ops.submit_flight(command.clone()).await),
        refusal(ops.withdraw_flight(command.clone()).await),
        refusal(ops.approve_flight(command).await),
        refusal(ops.reject_flight(rejection).await),
        refusal(ops.revise_flight(revision).await),
        refusal(ops.amend_flight(amendment).await),
        refusal(ops.get_flight(get).await),
    ];
    for refused in refusals {
        assert_eq!(refused, (Kind::NotFound, "not_found".into()));
    }
    let list = ListFlightsRequest {
        organization_id: stranger.id.clone(),
        ..ListFlightsRequest::default()
    };
    assert_eq!(ops.list_flights(list).await.unwrap().flights, []);
    let get = GetFlightRequest {
        organization_id: school.id.clone(),
        flight_id: submitted.id.clone(),
    };
    assert_eq!(ops.get_flight(get).await.unwrap().flight, Some(submitted));
}

#[tokio::test]
async fn records_of_another_school_are_not_changed() {
    let world = World::start().await;
    let (school, stranger) = (world.school().await, world.school().await);
    let person = Some(Person {
        version: 1,
        ..stranger.person(&school.pilot, "student")
    });
    let aircraft = Some(Aircraft {
        version: 1,
        ..stranger.aircraft(&school.aircraft, "N1")
    });
    let location = Some(Location {
        id: school.location.clone(),
        organization_id: stranger.id.clone(),
        version: 1,
        name: "Mine now".into(),
        code: "KPAO".into(),
        timezone: "UTC".into(),
        ..Location::default()
    });
    let refusals = [
        refusal(world.ops.save_person(SavePersonRequest { person }).await),
        refusal(
            world
                .ops
                .save_aircraft(SaveAircraftRequest { aircraft })
                .await,
        ),
        refusal(
            world
                .ops
                .save_location(SaveLocationRequest { location })
                .await,
        ),
    ];
    for refused in refusals {
        assert_eq!(refused.0, Kind::NotFound);
    }
}

#[tokio::test]
async fn an_entry_refers_to_its_own_school_only() {
    let world = World::start().await;
    let (school, stranger) = (world.school().await, world.school().await);
    let cases: [(&str, FlightEntry); 4] = [
        (
            "pilot_id",
            FlightEntry {
                pilot_id: stranger.pilot.clone(),
                ..school.entry(100, 123)
            },
        ),
        (
            "instructor_id",
            FlightEntry {
                instructor_id: Some(stranger.instructor.clone()),
                ..school.entry(100, 123)
            },
        ),
        (
            "pic_id",
            FlightEntry {
                pic_id: new_id(),
                ..school.entry(100, 123)
            },
        ),
        (
            "aircraft_id",
            FlightEntry {
                aircraft_id: stranger.aircraft.clone(),
                ..school.entry(100, 123)
            },
        ),
    ];
    let (draft, approved) = (world.drafted(&school).await, world.approved(&school).await);
    for (field, entry) in cases {
        let not_found = [(field.to_owned(), "not_found".to_owned())];
        let answer = world.ops.draft_flight(school.draft(entry.clone())).await;
        assert_eq!(refusal(answer.clone()).0, Kind::NotFound);
        assert_eq!(fields(answer), not_found);
        assert_eq!(
            fields(
                world
                    .ops
                    .revise_flight(school.revision(&draft, entry.clone()))
                    .await
            ),
            not_found
        );
        assert_eq!(
            fields(
                world
                    .ops
                    .amend_flight(school.amendment(&approved, entry))
                    .await
            ),
            not_found
        );
    }
    let elsewhere = contracts::v1::DraftFlightRequest {
        location_id: Some(stranger.location.clone()),
        ..school.draft(school.entry(100, 123))
    };
    assert_eq!(
        fields(world.ops.draft_flight(elsewhere).await),
        [("location_id".into(), "not_found".into())]
    );
}

#[tokio::test]
async fn only_people_of_the_school_act() {
    let world = World::start().await;
    let (school, stranger) = (world.school().await, world.school().await);
    let submitted = world.submitted(&school).await;
    for actor in [&stranger.owner, &new_id()] {
        let answer = world.ops.approve_flight(school.by(actor, &submitted)).await;
        assert_eq!(refusal(answer.clone()).0, Kind::NotFound);
        assert_eq!(fields(answer), [("actor_id".into(), "not_found".into())]);
    }
}

#[tokio::test]
async fn an_import_stays_within_its_school() {
    let world = World::start().await;
    let (school, stranger) = (world.school().await, world.school().await);
    let request = |school: &School, pilot: &str, location: &str| ImportLogbookRequest {
        organization_id: school.id.clone(),
        pilot_id: pilot.to_owned(),
        location_id: Some(location.to_owned()),
        status: "draft".into(),
        ..ImportLogbookRequest::default()
    };
    let cases = [
        (
            "pilot_id",
            request(&school, &stranger.pilot, &school.location),
        ),
        (
            "location_id",
            request(&school, &school.pilot, &stranger.location),
        ),
    ];
    for (field, request) in cases {
        let answer = world.ops.import_logbook(request).await;
        assert_eq!(fields(answer), [(field.to_owned(), "not_found".to_owned())]);
    }
}

#[tokio::test]
async fn the_same_id_in_two_schools_names_two_things() {
    let world = World::start().await;
    let (school, stranger) = (world.school().await, world.school().await);
    let person = stranger.person(&school.pilot, "renter");
    let saved = world
        .ops
        .save_person(SavePersonRequest {
            person: Some(person),
        })
        .await
        .unwrap();
    assert!(saved.applied);
    assert_eq!(
        world
            .number(&format!(
                "SELECT count(*) AS n FROM people WHERE id = '{}'",
                school.pilot
            ))
            .await,
        2
    );
}
