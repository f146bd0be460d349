//! `gaf org`

use crate::fakes::FakeFlightOps;
use crate::world::{World, id};

#[tokio::test]
async fn creating_says_what_was_made() {
    let world = World::start().await;
    let fake = world.flight_ops(FakeFlightOps::default()).await;
    let arguments = [
        "org",
        "create",
        "--name",
        "Palo Alto Flight School",
        "--timezone",
        "America/Los_Angeles",
    ];
    let answer = world.json(&arguments).await;
    let asked = fake.0.lock().unwrap().organizations[0].clone();
    assert_eq!(answer["id"], asked.id);
    assert_eq!(
        (&answer["location_id"], &answer["owner_id"]),
        (&id(2).into(), &id(3).into())
    );
    assert_eq!(
        (asked.currency.as_str(), asked.country.as_str()),
        ("USD", "US")
    );
    assert_eq!(asked.location_code, "MAIN");

    let all = [
        "--currency",
        "EUR",
        "--country",
        "DE",
        "--location-name",
        "Egelsbach",
        "--location-code",
        "EDFE",
    ];
    let owner = ["--owner", "Anna Maria Vogel"];
    let ran = world.gaf(&[&arguments[..], &all, &owner].concat()).await;
    assert!(
        ran.out.starts_with("Palo Alto Flight School is created."),
        "{}",
        ran.out
    );
    let asked = fake.0.lock().unwrap().organizations[1].clone();
    assert_eq!(
        (asked.currency.as_str(), asked.country.as_str()),
        ("EUR", "DE")
    );
    assert_eq!(
        (asked.location_name.as_str(), asked.location_code.as_str()),
        ("Egelsbach", "EDFE")
    );
    assert_eq!(
        (
            asked.owner_first_name.as_str(),
            asked.owner_last_name.as_str()
        ),
        ("Anna Maria", "Vogel")
    );
}

#[tokio::test]
async fn a_request_that_fails_for_a_moment_is_repeated_with_the_same_id() {
    let world = World::start().await;
    let fake = world.flight_ops(FakeFlightOps::default()).await;
    fake.0.lock().unwrap().failures = 2;
    world
        .json(&[
            "org",
            "create",
            "--name",
            "S",
            "--timezone",
            "Europe/Berlin",
        ])
        .await;
    assert_eq!(fake.0.lock().unwrap().organizations.len(), 1);
}

#[tokio::test]
async fn a_wrong_value_is_named() {
    let world = World::start().await;
    world.flight_ops(FakeFlightOps::default()).await;
    let ran = world
        .gaf(&["org", "create", "--name", "S", "--timezone", "Mars/Olympus"])
        .await;
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(
        ran.err.contains("timezone is a zone of the IANA database"),
        "{}",
        ran.err
    );
}

#[tokio::test]
async fn the_list_has_every_page() {
    let world = World::start().await;
    world.flight_ops(FakeFlightOps::default()).await;
    let listed = world.json(&["org", "list"]).await;
    assert_eq!(listed.as_array().unwrap().len(), 250);
    let ran = world.gaf(&["org", "list"]).await;
    assert!(ran.out.starts_with("ID "), "{}", ran.out);
    assert!(ran.out.contains("School 249"));
}
