//! The calendar alone.

use chrono::{DateTime, TimeDelta, Utc};
use flight_ops::{Looked, Watch};
use futures::future::join_all;
use service_kit::Clock;

use super::upkeep::told;
use crate::school::School;
use crate::world::World;

/// A watch whose clock is ahead of the service's, which stands still and sees nothing turn.
async fn watch(world: &World, at: &str) -> (Watch, Clock) {
    let at: DateTime<Utc> = at.parse().unwrap();
    let clock = Clock::fixed(at);
    (Watch::new(world.db(), clock.clone()), clock)
}

async fn all(watch: &Watch) -> usize {
    let mut looked = 0;
    while let Looked::At(count) = watch.step().await.unwrap() {
        looked += count;
    }
    looked
}

#[tokio::test]
async fn a_date_is_told_of_when_its_day_begins_at_the_school() {
    let world = World::start().await;
    let school = world.school().await;
    // Los Angeles is seven hours behind. Upcoming from 2026-06-01 on, overdue from 2026-07-01 on.
    world.item(school.annual("2026-06-30")).await;
    world.item(school.annual("2027-12-31")).await;
    let (watch, clock) = watch(&world, "2026-05-31T06:59:59Z").await;
    assert_eq!(all(&watch).await, 0);
    clock.advance(TimeDelta::seconds(1).to_std().unwrap());
    assert_eq!(all(&watch).await, 1);
    assert_eq!(all(&watch).await, 0);
    assert_eq!(
        world.alerts().await,
        [told("due_item", "upcoming", "airworthy")]
    );

    clock.advance(TimeDelta::days(31).to_std().unwrap());
    assert_eq!(all(&watch).await, 1);
    let both = [
        told("due_item", "upcoming", "airworthy"),
        told("due_item", "grounded", "grounded"),
    ];
    assert_eq!(world.alerts().await, both);
    assert_eq!(
        world.fleet_record(&school).await.airworthiness_status,
        "grounded"
    );
}

#[tokio::test]
async fn the_service_watches_by_itself() {
    let world = World::start().await;
    let school = world.school().await;
    let item = world.item(school.annual("2026-06-30")).await;
    world.pass(TimeDelta::days(10));
    world.hearing.event("maintenance.alert", &item.id).await;
}

#[tokio::test]
async fn an_order_is_told_of_when_its_day_has_gone_by() {
    let world = World::start().await;
    let school = world.school().await;
    let mut request = school.order("normal", true);
    request.content.as_mut().unwrap().due_on = Some("2026-05-29".into());
    world.order(request).await;
    let (watch, clock) = watch(&world, "2026-05-30T06:59:59Z").await;
    assert_eq!(all(&watch).await, 0);
    clock.advance(TimeDelta::seconds(1).to_std().unwrap());
    assert_eq!(all(&watch).await, 1);
    assert_eq!(
        world.alerts().await,
        [told("work_order", "overdue", "airworthy")]
    );
}

#[tokio::test]
async fn replicas_share_the_looking() {
    let world = World::start().await;
    let school = world.school().await;
    let mut items = Vec::new();
    for number in 0..120 {
        let id = crate::school::new_id();
        let aircraft = Some(school.aircraft(&id, &format!("N{number}ZZ")));
        let saved = world
            .ops
            .save_aircraft(contracts::v1::SaveAircraftRequest { aircraft });
        saved.await.unwrap();
        let school = School {
            aircraft: id,
            ..school.clone()
        };
        items.push(world.item(school.annual("2026-06-30")).await.id);
    }
    let (watch, _) = watch(&world, "2026-06-10T12:00:00Z").await;
    let looked: usize = join_all((0..4).map(|_| all(&watch)))
        .await
        .into_iter()
        .sum();
    assert_eq!(looked, 120);
    let alerts = world.alerts_in_full().await;
    let mut told: Vec<String> = alerts.iter().map(|a| a.about.id().to_string()).collect();
    told.sort();
    items.sort();
    assert_eq!(told, items);
}

#[tokio::test]
async fn one_aircraft_that_cannot_be_looked_at_keeps_none_waiting() {
    let world = World::start().await;
    let (broken, school) = (world.school().await, world.school().await);
    world.item(broken.annual("2026-06-30")).await;
    let item = world.item(school.annual("2026-06-30")).await;
    // Written by hand, or by a later version.
    let sql = format!(
        r#"UPDATE due_items SET record = record || '{{"kind": "unheard_of"}}'
           WHERE organization_id = '{}'"#,
        broken.id
    );
    world.sql(&sql).await.unwrap();
    let (watch, clock) = watch(&world, "2026-06-10T12:00:00Z").await;
    assert_eq!(all(&watch).await, 2);
    world.hearing.event("maintenance.alert", &item.id).await;
    assert_eq!(all(&watch).await, 0);
    // It is tried again later, once somebody has put it right.
    let sql = r#"UPDATE due_items SET record = record || '{"kind": "annual"}'"#;
    world.sql(sql).await.unwrap();
    clock.advance(TimeDelta::hours(1).to_std().unwrap());
    assert_eq!(all(&watch).await, 1);
    assert_eq!(world.alerts().await.len(), 2);
}

#[tokio::test]
async fn a_deferral_runs_out() {
    let world = World::start().await;
    let school = world.school().await;
    let squawk = world.report(school.squawk(true)).await;
    world.plain(&school, &squawk.id, "review").await;
    world.plain(&school, &squawk.id, "accept").await;
    let deferral = contracts::v1::SquawkDeferral {
        until_date: Some("2026-06-01".into()),
        approved_by: "Robin Wright".into(),
        ..Default::default()
    };
    let defer = contracts::v1::transition_squawk_request::Action::Defer(deferral);
    world.act(&school, &squawk.id, defer).await.unwrap();
    assert_eq!(
        world.fleet_record(&school).await.airworthiness_status,
        "airworthy"
    );
    let (watch, _) = watch(&world, "2026-06-02T07:00:00Z").await;
    assert_eq!(all(&watch).await, 1);
    let expected = vec![told("squawk", "grounded", "grounded"); 2];
    assert_eq!(world.alerts().await, expected);
}
