//! What cannot stand, and what belongs to another school.

use contracts::v1::{DueItem, PostMetersRequest, WorkOrderContent, fault::Kind};

use super::super::school::{School, new_id};
use crate::world::{World, fields, refusal};

fn field(pointer: &str, code: &str) -> (String, String) {
    (pointer.into(), code.into())
}

#[tokio::test]
async fn an_item_that_cannot_stand_is_refused_with_every_field() {
    let world = World::start().await;
    let school = world.school().await;
    let item = DueItem {
        interval_hundredths: Some(0),
        warn_days: Some(-1),
        due_at_hundredths: None,
        ..school.hundred_hour(0)
    };
    let expected = [
        field("interval_hours", "out_of_range"),
        field("warn_days", "out_of_range"),
        field("due_date", "required"),
    ];
    assert_eq!(fields(world.save_item(&item).await), expected);
    let nameless = DueItem {
        title: " ".into(),
        ..school.hundred_hour(200)
    };
    assert_eq!(
        fields(world.save_item(&nameless).await),
        [field("title", "required")]
    );
    let strange = DueItem {
        kind: "washing".into(),
        ..school.hundred_hour(200)
    };
    assert_eq!(
        fields(world.save_item(&strange).await),
        [field("kind", "invalid")]
    );
}

#[tokio::test]
async fn an_order_that_cannot_stand_is_refused() {
    let world = World::start().await;
    let school = world.school().await;
    let with = |change: fn(&mut WorkOrderContent)| {
        let mut order = school.order("normal", false);
        change(order.content.as_mut().unwrap());
        world.ops.create_work_order(order)
    };
    let negative = with(|content| content.cost_minor = -1).await;
    assert_eq!(fields(negative), [field("cost_minor", "out_of_range")]);
    let dear = with(|content| content.cost_minor = i64::MAX).await;
    assert_eq!(fields(dear), [field("cost_minor", "out_of_range")]);
    let unknown = with(|content| content.squawk_ids = vec![new_id()]).await;
    assert_eq!(fields(unknown), [field("squawk_ids", "not_found")]);
    let unknown = with(|content| content.due_item_ids = vec![new_id()]).await;
    assert_eq!(fields(unknown), [field("due_item_ids", "not_found")]);
    let money = with(|content| content.currency = "XXQ".into()).await;
    assert_eq!(fields(money), [field("currency", "unknown")]);
    // None of them took a number.
    assert_eq!(
        world
            .number("SELECT count(*) AS n FROM work_order_numbers")
            .await,
        0
    );
}

#[tokio::test]
async fn an_empty_posting_and_a_meter_given_twice_are_refused() {
    let world = World::start().await;
    let school = world.school().await;
    let empty = PostMetersRequest {
        meters: Vec::new(),
        ..school.reading(0, false)
    };
    let refused = world.ops.post_meters(empty).await;
    assert_eq!(fields(refused), [field("meters", "required")]);
    let mut twice = school.reading(150, false);
    twice.meters.push(twice.meters[0].clone());
    let refused = world.ops.post_meters(twice).await;
    assert_eq!(fields(refused), [field("meters", "repeated")]);
}

#[tokio::test]
async fn another_schools_records_do_not_exist() {
    let world = World::start().await;
    let (school, other) = (world.school().await, world.school().await);
    let item = world.item(school.hundred_hour(20_000)).await;
    let squawk = world.report(school.squawk(false)).await;
    let order = world.order(school.order("low", true)).await;
    let missing = |what: &str| (Kind::NotFound, format!("{what}_not_found"));
    let found = [
        refusal(world.complete(&other, &item, "2026-05-28", None).await).0,
        refusal(world.step(&other, &order.id, "in_progress").await).0,
        refusal(world.release(&other, &order.id).await).0,
        refusal(
            world
                .act(
                    &other,
                    &squawk.id,
                    contracts::v1::transition_squawk_request::Action::Plain("review".into()),
                )
                .await,
        )
        .0,
    ];
    assert_eq!(found, [missing("").0; 4]);
    let strange = School {
        aircraft: other.aircraft.clone(),
        ..school.clone()
    };
    let refused = world.save_item(&strange.hundred_hour(200)).await;
    assert_eq!(fields(refused), [field("aircraft_id", "not_found")]);
    let refused = world.ops.post_meters(strange.reading(200, false)).await;
    assert_eq!(fields(refused), [field("aircraft_id", "not_found")]);
}
