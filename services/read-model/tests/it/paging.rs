//! Lists.

use std::collections::BTreeSet;

use contracts::v1::{Facet, ListDocumentsRequest, ListDocumentsResponse, Position, ReadModel};
use domain::flight::FlightStatus;
use public_api::sort_key;
use read_model::record::Record;

use crate::school::{self, School, instant};
use crate::world::World;

pub fn request(school: School, view: &str, limit: i32) -> ListDocumentsRequest {
    ListDocumentsRequest {
        organization_id: school.org.to_string(),
        view: view.to_owned(),
        limit,
        ..Default::default()
    }
}

pub fn facet(name: &str, value: impl ToString) -> Facet {
    Facet {
        name: name.to_owned(),
        value: value.to_string(),
    }
}

pub async fn list(world: &World, request: ListDocumentsRequest) -> ListDocumentsResponse {
    world
        .answers()
        .list(Default::default(), request)
        .await
        .unwrap()
}

pub fn ids(answer: &ListDocumentsResponse) -> Vec<String> {
    answer
        .documents
        .iter()
        .map(|document| document.id.clone())
        .collect()
}

/// All pages, one after the other; `between` runs after each.
pub async fn walk(
    world: &World,
    first: ListDocumentsRequest,
    mut between: impl AsyncFnMut(usize),
) -> Vec<String> {
    let mut found = Vec::new();
    let mut after: Option<Position> = None;
    for page in 0..1_000 {
        let answer = list(
            world,
            ListDocumentsRequest {
                after: after.clone(),
                ..first.clone()
            },
        )
        .await;
        found.extend(ids(&answer));
        between(page).await;
        after = answer.next;
        if after.is_none() {
            return found;
        }
    }
    panic!("the pages have no end");
}

async fn flights(world: &World, school: School, numbers: impl Iterator<Item = u32>) {
    let records: Vec<Record> = numbers
        .map(|n| school::flight(school.flight(n, 1)))
        .collect();
    world.take(&records).await;
}

#[tokio::test]
async fn each_document_comes_once_while_others_are_inserted_on_both_sides() {
    let world = World::new().await;
    let school = School::new();
    // Odd numbers are there from the start, and so are three that share a point in time.
    flights(&world, school, (0..120).map(|n| n * 2 + 1)).await;
    let mut twins = Vec::new();
    for n in [5_001, 5_002, 5_003] {
        let mut flight = school.flight(n, 1);
        flight.entry.times.off_block_at = school.flight(101, 1).entry.times.off_block_at;
        twins.push(school::flight(flight));
    }
    world.take(&twins).await;
    let first = request(school, "flights", 10);
    let known: BTreeSet<String> = walk(&world, request(school, "flights", 200), async |_| ())
        .await
        .into_iter()
        .collect();
    assert_eq!(known.len(), 123);

    let found = walk(&world, first, async |page| {
        // Even numbers come in while the walk goes on, before and behind it.
        let page = u32::try_from(page).unwrap();
        flights(&world, school, (0..8).map(|n| (page * 8 + n) * 2)).await;
    })
    .await;

    let seen: BTreeSet<String> = found.iter().cloned().collect();
    assert_eq!(seen.len(), found.len(), "a document came twice");
    assert!(
        known.is_subset(&seen),
        "{:?} never came",
        known.difference(&seen)
    );
}

#[tokio::test]
async fn flights_come_latest_first_and_names_from_a_to_z() {
    let world = World::new().await;
    let school = School::new();
    flights(&world, school, 0..7).await;
    let persons: Vec<Record> = (0..60)
        .map(|n| school::person(school.person(n, 1)))
        .collect();
    world.take(&persons).await;

    let found = walk(&world, request(school, "flights", 3), async |_| ()).await;
    let expected: Vec<String> = (0..7)
        .rev()
        .map(|n| school.flight(n, 1).id.to_string())
        .collect();
    assert_eq!(found, expected);

    let mut by_name: Vec<_> = (0..60)
        .map(|n| school.person(n, 1))
        .map(|p| {
            (
                p.last_name.to_lowercase(),
                p.first_name.to_lowercase(),
                p.id.to_string(),
            )
        })
        .collect();
    by_name.sort();
    let expected: Vec<String> = by_name.into_iter().map(|(_, _, id)| id).collect();
    assert_eq!(
        walk(&world, request(school, "pilots", 7), async |_| ()).await,
        expected
    );
}

#[tokio::test]
async fn filters_and_bounds_narrow_together() {
    let world = World::new().await;
    let school = School::new();
    let mut records = Vec::new();
    for n in 0..70 {
        let mut flight = school.flight(n, 1);
        flight.status = if n % 2 == 0 {
            FlightStatus::Approved
        } else {
            FlightStatus::Draft
        };
        records.push(school::flight(flight));
    }
    world.take(&records).await;
    let first = ListDocumentsRequest {
        facets: vec![
            facet("status", "approved"),
            facet("pilot_id", school.flight(3, 1).entry.pilot_id),
        ],
        sort_from: Some(sort_key::instant(
            school.flight(10, 1).entry.times.off_block_at,
        )),
        sort_to: Some(sort_key::instant(
            school.flight(38, 1).entry.times.off_block_at,
        )),
        ..request(school, "flights", 1)
    };
    // Numbers of pilot 3 (n % 7 == 3) that are even, from 10 to before 38.
    let expected: Vec<String> = [24, 10].map(|n| school.flight(n, 1).id.to_string()).into();
    assert_eq!(walk(&world, first.clone(), async |_| ()).await, expected);

    let here = ListDocumentsRequest {
        location_id: Some(school::location(0).to_string()),
        ..first
    };
    assert_eq!(
        walk(&world, here, async |_| ()).await,
        [school.flight(24, 1).id.to_string()]
    );
}

#[tokio::test]
async fn a_changed_flight_is_found_where_it_is_and_no_longer_where_it_was() {
    let world = World::new().await;
    let school = School::new();
    flights(&world, school, 0..3).await;
    let mut moved = school.flight(1, 2);
    moved.status = FlightStatus::Rejected;
    moved.entry.times.off_block_at = instant("2030-01-01T00:00:00Z");
    world.take(&[school::flight(moved.clone())]).await;

    let of = async |status: &str| {
        let request = ListDocumentsRequest {
            facets: vec![facet("status", status)],
            ..request(school, "flights", 9)
        };
        ids(&list(&world, request).await)
    };
    assert_eq!(of("rejected").await, [moved.id.to_string()]);
    assert_eq!(
        of("submitted").await,
        [2, 0].map(|n| school.flight(n, 1).id.to_string())
    );
    let all = ids(&list(&world, request(school, "flights", 9)).await);
    assert_eq!(all.first(), Some(&moved.id.to_string()));
    assert_eq!(all.len(), 3);
}

#[tokio::test]
async fn people_are_found_by_the_beginnings_of_their_names() {
    let world = World::new().await;
    let school = School::new();
    let mut named = Vec::new();
    for (n, (first, last, call_sign)) in [
        ("Jane", "Smith-Jones", None),
        ("Joan", "van der Smitt", Some("JSM 7")),
        ("Zoë", "Ågren", None),
    ]
    .iter()
    .enumerate()
    {
        let mut person = school.person(u32::try_from(n).unwrap(), 1);
        person.first_name = (*first).to_owned();
        person.last_name = (*last).to_owned();
        person.call_sign = call_sign.map(str::to_owned);
        named.push(school::person(person));
    }
    world.take(&named).await;
    let found = async |q: &str| {
        let request = ListDocumentsRequest {
            facets: vec![facet("q", q)],
            ..request(school, "pilots", 9)
        };
        let answer = list(&world, request).await;
        ids(&answer)
            .iter()
            .map(|id| id.chars().last().unwrap())
            .collect::<String>()
    };
    assert_eq!(found("smit").await, "01");
    assert_eq!(found("SMITH").await, "0");
    assert_eq!(found("jo smi").await, "1");
    assert_eq!(found("jsm").await, "1");
    assert_eq!(found("å").await, "2");
    assert_eq!(found("jones").await, "");
    assert_eq!(found("%").await, "");
}

#[tokio::test]
async fn a_page_holds_two_hundred_at_most_and_says_whether_more_follow() {
    let world = World::new().await;
    let school = School::new();
    flights(&world, school, 0..201).await;
    let whole = list(&world, request(school, "flights", 1_000)).await;
    assert_eq!((whole.documents.len(), whole.next.is_some()), (200, true));
    let rest = list(
        &world,
        ListDocumentsRequest {
            after: whole.next,
            ..request(school, "flights", 1)
        },
    )
    .await;
    assert_eq!((rest.documents.len(), rest.next), (1, None));
    assert_eq!(
        list(&world, request(school, "flights", 0))
            .await
            .documents
            .len(),
        50
    );
}

#[tokio::test]
async fn an_organisation_sees_nothing_of_another() {
    let world = World::new().await;
    let (ours, theirs) = (School::new(), School::new());
    // The same ids in both: only the organisation tells them apart.
    flights(&world, ours, 0..5).await;
    flights(&world, theirs, 3..20).await;
    world
        .take(&[
            school::person(ours.person(3, 1)),
            school::person(theirs.person(3, 1)),
        ])
        .await;
    world.take_events(&[theirs.submitted(3)]).await;

    let found: BTreeSet<_> = walk(&world, request(ours, "flights", 2), async |_| ())
        .await
        .into_iter()
        .collect();
    assert_eq!(
        found,
        (0..5).map(|n| ours.flight(n, 1).id.to_string()).collect()
    );
    let pilot = ours.flight(3, 1).entry.pilot_id;
    let by_pilot = ListDocumentsRequest {
        facets: vec![facet("pilot_id", pilot)],
        ..request(ours, "flights", 50)
    };
    assert_eq!(list(&world, by_pilot).await.documents.len(), 1);
    assert!(
        list(&world, request(ours, "events", 50))
            .await
            .documents
            .is_empty()
    );

    // Pilot 3 flew once here, and three times there (3, 10, 17).
    let totals = async |school| {
        let pilots = list(&world, request(school, "pilots", 50)).await;
        let body: serde_json::Value = serde_json::from_slice(&pilots.documents[0].body).unwrap();
        body["totals"]["total_minutes"].clone()
    };
    assert_eq!(totals(ours).await, 60);
    assert_eq!(totals(theirs).await, 180);
}
