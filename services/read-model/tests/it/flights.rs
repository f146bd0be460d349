//! Flights, and what sessions and invoices say of them.

use chrono::TimeDelta;
use contracts::v1::{GetDocumentRequest, GetDocumentResponse, ReadModel};
use diesel::prelude::*;
use diesel::sql_types::{Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use domain::finance::{Invoice, InvoiceKind, InvoiceStatus};
use domain::planning::{Session, SessionStatus};
use domain::{FlightId, InvoiceId, SessionId};
use read_model::record::Record;
use serde_json::{Value, json};

use crate::changes::{bodies, ids, list, since};
use crate::school::finance::day;
use crate::school::{School, deletion, instant};
use crate::sessions;
use crate::world::{World, expected_at, state};

/// A session, completed with the flight where one is given.
pub fn session(school: School, number: u32, version: i64, flight: Option<FlightId>) -> Session {
    let mut session = sessions::session(school, number);
    session.version = version;
    session.flight_id = flight;
    session.status = match flight {
        Some(_) => SessionStatus::Completed,
        None => SessionStatus::Scheduled,
    };
    session.updated_at += TimeDelta::seconds(version);
    session
}

/// The invoice, with its lines about the flight.
pub fn about(mut invoice: Invoice, flight: Option<FlightId>) -> Invoice {
    for line in &mut invoice.lines {
        line.entry.flight_id = flight;
    }
    invoice
}

async fn answer(world: &World, school: School, flight: FlightId) -> GetDocumentResponse {
    let request = GetDocumentRequest {
        organization_id: school.org.to_string(),
        view: "flights".to_owned(),
        id: flight.to_string(),
    };
    let answer = world.answers().get(Default::default(), request).await;
    answer.unwrap()
}

async fn document(world: &World, school: School, flight: FlightId) -> Option<Value> {
    let document = answer(world, school, flight).await.document?;
    Some(serde_json::from_slice(&document.body).unwrap())
}

/// What the flight's document says of its session and its invoice.
async fn named(world: &World, school: School, flight: FlightId) -> [Value; 2] {
    let document = document(world, school, flight).await.unwrap();
    ["planning_session_id", "invoice_id"].map(|name| document[name].clone())
}

fn both(session: Option<SessionId>, invoice: Option<InvoiceId>) -> [Value; 2] {
    [json!(session), json!(invoice)]
}

#[tokio::test]
async fn a_document_is_told_with_the_base_that_it_belongs_to() {
    let world = World::at("2026-05-15T12:00:00Z").await;
    let school = School::new();
    let flight = school.flight(1, 1);
    let (id, base) = (flight.id, flight.location_id.unwrap().to_string());
    assert_eq!(answer(&world, school, id).await.location_id, None);
    world.take(&[flight.into()]).await;
    assert_eq!(answer(&world, school, id).await.location_id, Some(base));
}

#[tokio::test]
async fn a_flight_names_its_session_however_the_two_come() {
    let world = World::at("2026-05-15T12:00:00Z").await;
    let school = School::new();
    let flights = [1, 2].map(|n| school.flight(n, 1));
    let [first, second] = [flights[0].id, flights[1].id];
    let completed = session(school, 7, 2, Some(first));
    world.take(&[completed.clone().into()]).await;
    assert_eq!(document(&world, school, first).await, None);
    world.take(&flights.clone().map(Record::from)).await;
    let of = async |flight| named(&world, school, flight).await;
    assert_eq!(of(first).await, both(Some(completed.id), None));
    assert_eq!(of(second).await, both(None, None));

    let planned = session(school, 7, 1, None);
    world.take(&[planned.into()]).await;
    assert_eq!(of(first).await, both(Some(completed.id), None), "it is old");

    let moved = session(school, 7, 3, Some(second));
    world.take(&[moved.clone().into()]).await;
    assert_eq!(of(first).await, both(None, None));
    assert_eq!(of(second).await, both(Some(moved.id), None));

    let moved = Record::from(moved);
    world.take_messages([deletion(&moved, 4)]).await;
    assert_eq!(of(second).await, both(None, None));
}

#[tokio::test]
async fn the_latest_invoice_that_stands_is_the_one() {
    let world = World::at("2026-05-15T12:00:00Z").await;
    let school = School::new();
    let flight = school.flight(1, 1);
    let id = flight.id;
    world.take(&[flight.into()]).await;
    let of = async || named(&world, school, id).await;
    let take = async |invoice: Invoice| world.take(&[about(invoice, Some(id)).into()]).await;

    take(school.draft(1, "USD")).await;
    assert_eq!(of().await, both(None, None), "a draft charges for nothing");
    let first = school.issued(1, "USD", day("2026-05-12"));
    take(first.clone()).await;
    assert_eq!(of().await, both(None, Some(first.id)));
    let paid = school.pay(50, &first, 32_100, day("2026-05-12"));
    take(paid.invoices[0].clone()).await;
    assert_eq!(of().await, both(None, Some(first.id)));

    // The one that was issued later counts, whatever its number and id.
    let earlier = school.issued(9, "USD", day("2026-05-11"));
    take(earlier).await;
    assert_eq!(of().await, both(None, Some(first.id)));
    let second = school.issued(2, "USD", day("2026-05-12"));
    take(second.clone()).await;
    assert_eq!(of().await, both(None, Some(second.id)));
    let before = document(&world, school, id).await.unwrap();
    take(school.void(&second, day("2026-05-13"))).await;
    assert_eq!(of().await, both(None, Some(first.id)));
    let after = document(&world, school, id).await.unwrap();
    let at = |document: &Value| instant(document["updated_at"].as_str().unwrap());
    assert!(at(&after) >= at(&before), "the time does not go back");

    let credited = school.credit(3, &paid.invoices[0], day("2026-05-15"));
    take(credited.note).await;
    take(credited.invoice).await;
    assert_eq!(of().await, both(None, Some(first.id)), "no credit note");
}

#[tokio::test]
async fn numbers_of_one_day_count_as_numbers() {
    let world = World::at("2026-05-15T12:00:00Z").await;
    let school = School::new();
    let flight = school.flight(1, 1);
    let id = flight.id;
    let [low, high] = [99_999, 100_000].map(|n| school.issued(n, "USD", day("2026-05-12")));
    let invoices = [high.clone(), low].map(|invoice| Record::from(about(invoice, Some(id))));
    world.take(&[flight.into()]).await;
    world.take(&invoices).await;
    assert_eq!(
        named(&world, school, id).await,
        both(None, Some(high.id)),
        "100000 is after 99999"
    );
}

#[tokio::test]
async fn a_deleted_flight_stays_deleted_whoever_names_it() {
    let world = World::at("2026-05-15T12:00:00Z").await;
    let school = School::new();
    let flight = Record::from(school.flight(1, 1));
    let id = school.flight(1, 1).id;
    let invoice = about(school.issued(1, "USD", day("2026-05-12")), Some(id));
    world.take(&[flight.clone(), invoice.into()]).await;
    world.take_messages([deletion(&flight, 2)]).await;
    world.take(&[session(school, 1, 1, Some(id)).into()]).await;
    assert_eq!(document(&world, school, id).await, None);
    let found = state(&mut world.db.conn().await.unwrap(), school.org).await;
    let gone: Vec<_> = found.tombstones.iter().map(|[view, ..]| view).collect();
    assert_eq!(gone, ["flights"]);
}

#[tokio::test]
async fn only_what_a_change_concerns_moves_with_it() {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Timestamptz)]
        changed_at: chrono::DateTime<chrono::Utc>,
    }
    let world = World::at("2026-05-15T12:00:00Z").await;
    let school = School::new();
    let flights = [1, 2, 3].map(|n| school.flight(n, 1));
    let id = flights[1].id;
    world.take(&flights.map(Record::from)).await;
    let clock = async || {
        let rows: Vec<Row> = diesel::sql_query(
            "SELECT changed_at FROM view_clocks WHERE organization_id = $1 AND view = 'flights'",
        )
        .bind::<SqlUuid, _>(school.org.0)
        .load(&mut world.db.conn().await.unwrap())
        .await
        .unwrap();
        rows[0].changed_at
    };
    let before = clock().await;
    world.clock.advance(std::time::Duration::from_secs(60));
    let unrelated = school.issued(1, "USD", day("2026-05-12"));
    world
        .take(&[session(school, 1, 1, None).into(), unrelated.into()])
        .await;
    assert_eq!(clock().await, before, "nobody waits for the flights");

    let completed = session(school, 1, 2, Some(id));
    world.take(&[completed.clone().into()]).await;
    assert!(clock().await > before);
    let answer = list(&world, since(school, "flights", world.clock.now())).await;
    assert_eq!(ids(&answer), [id.to_string()]);
    let body = &bodies(&answer)[0];
    assert_eq!(body["updated_at"], json!("2026-03-01T00:00:02Z"));
    assert_eq!(body["planning_session_id"], json!(completed.id));
}

/// What sessions and invoices of one school say, all at once: as the projection of all records.
#[tokio::test]
async fn all_at_once_gives_what_one_by_one_gives() {
    let world = World::at("2026-05-15T12:00:00Z").await;
    let school = School::new();
    let flights = [0, 1, 2].map(|n| school.flight(n, 1));
    let named = |n: usize| Some(flights[n % 3].id);
    let mut records: Vec<Record> = flights.clone().map(Record::from).into();
    for (n, number) in (0..7).zip(0..) {
        records.push(session(school, number, 1, named(n)).into());
        let mut invoice = about(
            school.issued(number, "USD", day("2026-05-12")),
            named(n / 2),
        );
        match n {
            4 => invoice.status = InvoiceStatus::Void,
            5 => invoice.kind = InvoiceKind::CreditNote,
            _ => {}
        }
        records.push(invoice.into());
    }
    for record in records.iter().rev() {
        world.take(std::slice::from_ref(record)).await;
    }
    let found = state(&mut world.db.conn().await.unwrap(), school.org).await;
    assert_eq!(found, expected_at(&records, world.clock.now()));
}
