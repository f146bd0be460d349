//! `maintenance.alert`: by whatever makes it true, once, and never by what is rolled back.

use chrono::TimeDelta;
use domain::maintenance::{AlertSubject, Severity};
use domain::meter::Meter;

use super::upkeep::told;
use crate::world::World;

#[tokio::test]
async fn an_approval_that_moves_an_item_across_is_told_with_what_remains() {
    let world = World::start().await;
    let school = world.school().await;
    // Hobbs reads 1.00; it is upcoming from 1.40 and overdue from 1.50.
    let item = world.item(school.hundred_hour(150)).await;
    world.flown(&school, school.hop(100, 139, 1)).await;
    world.flown(&school, school.hop(139, 145, 1)).await;
    world.flown(&school, school.hop(145, 149, 1)).await;
    let [alert] = &world.alerts_in_full().await[..] else {
        panic!("one alert")
    };
    assert_eq!(
        (alert.severity, alert.registration.as_str()),
        (Severity::Upcoming, "N740SP")
    );
    assert_eq!(alert.aircraft_id.to_string(), school.aircraft);
    let AlertSubject::DueItem {
        id,
        title,
        due,
        remaining,
        ..
    } = &alert.about
    else {
        panic!("about an item")
    };
    assert_eq!(
        (id.to_string(), title.as_str()),
        (item.id.clone(), "100-hour")
    );
    assert_eq!(
        (due.meter, remaining.hours),
        (Some(Meter(150)), Some(Meter(5)))
    );

    world.flown(&school, school.hop(149, 152, 1)).await;
    world.flown(&school, school.hop(152, 155, 1)).await;
    let both = [
        told("due_item", "upcoming", "airworthy"),
        told("due_item", "grounded", "grounded"),
    ];
    assert_eq!(world.alerts().await, both);
    let aircraft = world.fleet_record(&school).await;
    assert_eq!(aircraft.airworthiness_status, "grounded");
    assert_eq!(aircraft.grounding_reasons, ["overdue: 100-hour"]);
}

#[tokio::test]
async fn the_event_is_about_the_item_at_the_time_of_the_approval() {
    let world = World::start().await;
    let school = world.school().await;
    let item = world.item(school.hundred_hour(120)).await;
    world.pass(TimeDelta::seconds(90));
    world.flown(&school, school.hop(100, 115, 1)).await;
    let (delivery, event) = world.hearing.event("maintenance.alert", &item.id).await;
    assert_eq!(delivery.message_id, event.id.to_string());
    assert_eq!(event.organization_id.to_string(), school.id);
    assert_eq!(
        event.location_id.map(|id| id.to_string()),
        Some(school.location.clone())
    );
    assert_eq!(
        (event.occurred_at, event.data.subject().kind),
        (world.now(), "due_item")
    );
}

#[tokio::test]
async fn a_posting_alerts_and_a_correction_lets_it_cross_again() {
    let world = World::start().await;
    let school = world.school().await;
    world.item(school.hundred_hour(150)).await;
    world.post(school.reading(150, false)).await;
    world.post(school.reading(130, true)).await;
    assert_eq!(
        world.fleet_record(&school).await.airworthiness_status,
        "airworthy"
    );
    world.post(school.reading(145, false)).await;
    let expected = [
        told("due_item", "grounded", "grounded"),
        told("due_item", "upcoming", "airworthy"),
    ];
    assert_eq!(world.alerts().await, expected);
}

#[tokio::test]
async fn an_amendment_takes_the_item_back_and_the_replacement_crosses_again() {
    let world = World::start().await;
    let school = world.school().await;
    world.item(school.hundred_hour(150)).await;
    let wrong = world.flown(&school, school.hop(100, 151, 1)).await;
    let amended = world
        .ops
        .amend_flight(school.amendment(&wrong, school.hop(100, 141, 1)));
    let replacement = amended.await.unwrap().replacement.unwrap();
    assert_eq!(
        world.fleet_record(&school).await.airworthiness_status,
        "airworthy"
    );
    world.approve(&school, &replacement).await;
    let expected = [
        told("due_item", "grounded", "grounded"),
        told("due_item", "upcoming", "airworthy"),
    ];
    assert_eq!(world.alerts().await, expected);
}

#[tokio::test]
async fn what_is_completed_is_alerted_on_anew_when_it_comes_round() {
    let world = World::start().await;
    let school = world.school().await;
    let item = world.item(school.hundred_hour(150)).await;
    world.post(school.reading(155, false)).await;
    world
        .complete(&school, &item, "2026-05-28", None)
        .await
        .unwrap();
    assert_eq!(
        world.fleet_record(&school).await.airworthiness_status,
        "airworthy"
    );
    // The original point is kept: 1.50 + 100.
    world.post(school.reading(10_150, false)).await;
    let expected = vec![told("due_item", "grounded", "grounded"); 2];
    assert_eq!(world.alerts().await, expected);
}

#[tokio::test]
async fn an_order_is_told_of_when_it_is_opened_aog() {
    let world = World::start().await;
    let school = world.school().await;
    let draft = world.order(school.order("aog", false)).await;
    assert_eq!(world.alerts().await, []);
    world.step(&school, &draft.id, "open").await.unwrap();
    let (_, event) = world.hearing.event("maintenance.alert", &draft.id).await;
    assert_eq!(event.data.subject().kind, "work_order");
    world.step(&school, &draft.id, "in_progress").await.unwrap();
    world.order(school.order("high", true)).await;
    assert_eq!(
        world.alerts().await,
        [told("work_order", "grounded", "grounded")]
    );
}

#[tokio::test]
async fn a_transaction_that_is_rolled_back_tells_nothing() {
    let world = World::start().await;
    let school = world.school().await;
    let item = world.item(school.hundred_hour(150)).await;
    // Whoever approves it finds that an alert cannot be written down.
    world
        .sql(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN RAISE EXCEPTION 'no'; END $$;
             CREATE TRIGGER refuse BEFORE INSERT ON outbox FOR EACH ROW
             WHEN (NEW.routing_key = 'maintenance.alert') EXECUTE FUNCTION refuse()",
        )
        .await
        .unwrap();
    let posting = school.reading(150, false);
    assert!(world.ops.post_meters(posting.clone()).await.is_err());
    let untouched = "SELECT count(*) AS n FROM due_items WHERE version = 1";
    assert_eq!(world.number(untouched).await, 1);
    assert_eq!(world.hobbs(&school).await, 100);
    assert_eq!(world.alerts().await, []);

    // Nothing of it was lost either.
    world.sql("DROP TRIGGER refuse ON outbox").await.unwrap();
    assert!(world.post(posting).await.applied);
    world.hearing.event("maintenance.alert", &item.id).await;
    assert_eq!(
        world.alerts().await,
        [told("due_item", "grounded", "grounded")]
    );
}
