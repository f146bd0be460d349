//! What is due on aircraft, and the work on them.

use std::time::Duration;

use chrono::TimeDelta;
use contracts::v1::{GetDocumentRequest, ListDocumentsRequest, ReadModel};
use domain::aircraft::{Aircraft, AircraftStatus};
use domain::maintenance::work_order::WorkOrderStatus;
use public_api::sort_key;
use serde_json::{Value, json};

use crate::paging::{facet, ids, list, request, walk};
use crate::school::{School, deletion, id};
use crate::world::World;

const VIEW: &str = "maintenance-due";

/// What is due on an aircraft, as its detail says it.
async fn due(world: &World, school: School, number: u32) -> Option<Value> {
    let request = GetDocumentRequest {
        organization_id: school.org.to_string(),
        view: VIEW.to_owned(),
        id: id::<domain::AircraftId>(number).to_string(),
    };
    let answer = world.answers().get(Default::default(), request).await;
    let document = answer.unwrap().document?;
    Some(serde_json::from_slice(&document.body).unwrap())
}

fn counts(document: &Value) -> [u64; 3] {
    ["overdue", "upcoming", "ok"].map(|name| document[name].as_u64().unwrap())
}

/// An aircraft that says otherwise nothing.
fn named(school: School, number: u32, registration: &str) -> Aircraft {
    let mut aircraft = school.aircraft_at(number, 1, 150_000);
    aircraft.registration = registration.to_owned();
    aircraft
}

#[tokio::test]
async fn a_meter_post_moves_the_hours_that_remain() {
    let world = World::at("2026-05-28T12:00:00Z").await;
    let school = School::new();
    world
        .take(&[
            school.due_at(1, 1, 198_850).into(),
            school.aircraft_at(1, 1, 180_000).into(),
        ])
        .await;
    let first = due(&world, school, 1).await.unwrap();
    assert_eq!(counts(&first), [0, 0, 1]);
    assert_eq!(first["next_due"]["remaining_hours"], 188.5);

    world
        .take(&[school.aircraft_at(1, 2, 198_203).into()])
        .await;
    let second = due(&world, school, 1).await.unwrap();
    assert_eq!(counts(&second), [0, 1, 0]);
    assert_eq!(second["worst_status"], "upcoming");
    assert_eq!(second["next_due"]["remaining_hours"], 6.47);
    assert_eq!(second["items"][0]["status"], "upcoming");

    world
        .take(&[school.aircraft_at(1, 3, 198_850).into()])
        .await;
    let third = due(&world, school, 1).await.unwrap();
    assert_eq!(counts(&third), [1, 0, 0]);
    assert_eq!(third["next_due"]["remaining_hours"], 0);
}

#[tokio::test]
async fn an_item_crosses_over_when_the_day_at_the_school_does() {
    // One second to midnight in California.
    let world = World::at("2026-06-01T06:59:59Z").await;
    let school = School::new();
    world
        .take(&[
            school.organization("America/Los_Angeles", 1).into(),
            school.aircraft_at(1, 1, 100).into(),
            school.due_on(1, 1, "2026-07-01").into(),
        ])
        .await;
    let before = due(&world, school, 1).await.unwrap();
    assert_eq!(before["worst_status"], "ok");
    assert_eq!(before["next_due"]["remaining_days"], 31);
    assert_eq!(before["as_of"], "2026-05-31T07:00:00Z");

    world.clock.advance(Duration::from_secs(1));
    let after = due(&world, school, 1).await.unwrap();
    assert_eq!(after["worst_status"], "upcoming");
    assert_eq!(after["next_due"]["remaining_days"], 30);
    assert_eq!(after["as_of"], "2026-06-01T07:00:00Z");
    assert_eq!(after["updated_at"], "2026-06-01T07:00:00Z");

    // It is good until the end of its last day.
    world.clock.advance(Duration::from_secs(31 * 86_400 - 1));
    assert_eq!(
        due(&world, school, 1).await.unwrap()["worst_status"],
        "upcoming"
    );
    world.clock.advance(Duration::from_secs(1));
    let over = due(&world, school, 1).await.unwrap();
    assert_eq!(over["worst_status"], "overdue");
    assert_eq!(over["items"][0]["remaining_days"], -1);
}

#[tokio::test]
async fn whoever_asks_what_changed_hears_of_crossings_and_not_of_day_counts() {
    let world = World::at("2026-05-01T12:00:00Z").await;
    let school = School::new();
    world
        .take(&[
            school.aircraft_at(1, 1, 200_000).into(),
            school.due_at(1, 1, 100_000).into(),
            school.due_on(2, 1, "2026-06-10").into(),
        ])
        .await;
    let since = async |at| {
        let request = ListDocumentsRequest {
            updated_since: Some(contracts::convert::timestamp(at)),
            ..request(school, VIEW, 10)
        };
        list(&world, request).await.documents.len()
    };
    world.clock.advance(Duration::from_secs(5 * 86_400));
    let asked = world.clock.now();
    let today = due(&world, school, 1).await.unwrap();
    assert_eq!(today["items"][1]["remaining_days"], 35);
    assert_eq!(since(asked - TimeDelta::days(4)).await, 0);

    // The second item is upcoming from 11 May; the first is worse, and stays so.
    world.clock.advance(Duration::from_secs(5 * 86_400));
    assert_eq!(since(asked - TimeDelta::days(4)).await, 1);
    assert_eq!(counts(&due(&world, school, 1).await.unwrap()), [1, 1, 0]);
}

#[tokio::test]
async fn the_worst_come_first_and_pages_do_not_mind_ties() {
    let world = World::at("2026-05-28T12:00:00Z").await;
    let school = School::new();
    let mut records = Vec::new();
    // Registrations run against the ids; every third is overdue, upcoming, ok.
    for number in 0..9 {
        let registration = format!("N{}", 9 - number / 2);
        records.push(named(school, number, &registration).into());
        let due = [140_000, 150_500, 400_000][usize::try_from(number % 3).unwrap()];
        records.push(school.due_at(number, number, due).into());
    }
    world.take(&records).await;
    let found = walk(&world, request(school, VIEW, 2), async |_| ()).await;
    let expected: Vec<String> = [6, 3, 0, 7, 4, 1, 8, 5, 2]
        .map(|number| id::<domain::AircraftId>(number).to_string())
        .into();
    assert_eq!(found, expected);

    let upcoming = ListDocumentsRequest {
        facets: vec![facet("status", "upcoming")],
        ..request(school, VIEW, 2)
    };
    let found = walk(&world, upcoming, async |_| ()).await;
    assert_eq!(found, expected[3..6]);
    let one = ListDocumentsRequest {
        facets: vec![facet("aircraft_id", &expected[4])],
        ..request(school, VIEW, 2)
    };
    assert_eq!(ids(&list(&world, one).await), expected[4..5]);
}

#[tokio::test]
async fn the_most_urgent_item_stands_first_and_is_what_is_next() {
    let world = World::at("2026-05-28T12:00:00Z").await;
    let school = School::new();
    world
        .take(&[
            school.aircraft_at(1, 1, 150_000).into(),
            school.due_on(1, 1, "2026-12-31").into(),
            school.due_at(2, 1, 150_200).into(),
            school.due_on(3, 1, "2026-05-27").into(),
            school.due_item(4, 1, 1).into(),
        ])
        .await;
    let document = due(&world, school, 1).await.unwrap();
    assert_eq!(counts(&document), [1, 1, 2]);
    assert_eq!(document["next_due"]["title"], "Inspection 3");
    let titles: Vec<&Value> = document["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["title"])
        .collect();
    assert_eq!(
        titles,
        [
            "Inspection 3",
            "Inspection 2",
            "Inspection 1",
            "Inspection 4"
        ]
    );
    // The list is without them.
    let listed = list(&world, request(school, VIEW, 1)).await;
    let listed: Value = serde_json::from_slice(&listed.documents[0].body).unwrap();
    assert_eq!(listed.get("items"), None);
    assert_eq!(listed["next_due"], document["next_due"]);
}

#[tokio::test]
async fn items_that_go_and_aircraft_that_are_sold_are_no_longer_due() {
    let world = World::at("2026-05-28T12:00:00Z").await;
    let school = School::new();
    let item = school.due_on(1, 1, "2026-05-01");
    world
        .take(&[
            school.aircraft_at(1, 1, 0).into(),
            school.aircraft_at(2, 1, 0).into(),
            item.clone().into(),
        ])
        .await;
    assert_eq!(counts(&due(&world, school, 1).await.unwrap()), [1, 0, 0]);

    // It was of the other aircraft.
    let mut moved = item.clone();
    (moved.version, moved.aircraft_id) = (2, id(2));
    world.take(&[moved.clone().into()]).await;
    assert_eq!(counts(&due(&world, school, 1).await.unwrap()), [0, 0, 0]);
    assert_eq!(counts(&due(&world, school, 2).await.unwrap()), [1, 0, 0]);

    world.take_messages([deletion(&moved.into(), 3)]).await;
    assert_eq!(counts(&due(&world, school, 2).await.unwrap()), [0, 0, 0]);
    // What was deleted does not come back with an old message.
    world.take(&[item.into()]).await;
    assert_eq!(counts(&due(&world, school, 1).await.unwrap()), [0, 0, 0]);

    let mut sold = school.aircraft_at(2, 2, 0);
    sold.status = AircraftStatus::Sold;
    world.take(&[sold.into()]).await;
    assert_eq!(due(&world, school, 2).await, None);
    let changes = ListDocumentsRequest {
        updated_since: Some(contracts::convert::timestamp(
            world.clock.now() - TimeDelta::days(1),
        )),
        ..request(school, VIEW, 10)
    };
    let last = list(&world, changes).await.documents.pop().unwrap();
    assert!(last.deleted);
    let tombstone: Value = serde_json::from_slice(&last.body).unwrap();
    assert_eq!(
        (&tombstone["id"], &tombstone["deleted"]),
        (&json!(last.id), &json!(true))
    );
}

#[tokio::test]
async fn work_orders_are_found_by_status_aircraft_and_opening() {
    let world = World::new().await;
    let school = School::new();
    let orders: Vec<_> = (0..24)
        .map(|number| {
            let mut order = school.work_order(number, 1);
            order.status = WorkOrderStatus::ALL[usize::try_from(number / 3).unwrap() % 8];
            order
        })
        .collect();
    world
        .take(&orders.iter().cloned().map(Into::into).collect::<Vec<_>>())
        .await;
    let numbers = async |facets, from: u32, to: u32| {
        let opened = |number: u32| sort_key::instant(school.work_order(number, 1).opened_at);
        let request = ListDocumentsRequest {
            facets,
            sort_from: Some(opened(from)),
            sort_to: Some(opened(to)),
            ..request(school, "work-orders", 5)
        };
        let found = walk(&world, request, async |_| ()).await;
        let number = |id: &String| orders.iter().position(|o| o.id.to_string() == *id).unwrap();
        found.iter().map(number).collect::<Vec<_>>()
    };
    assert_eq!(numbers(vec![], 2, 10).await, [9, 8, 7, 6, 5, 4, 3, 2]);
    assert_eq!(
        numbers(vec![facet("status", "in_progress")], 0, 24).await,
        [8, 7, 6]
    );
    let of_one = vec![
        facet("aircraft_id", id::<domain::AircraftId>(1)),
        facet("status", "in_progress"),
    ];
    assert_eq!(numbers(of_one, 0, 24).await, [7]);
}
