//! Readings that are posted, and landings that are counted.

use contracts::v1::{Aircraft, PostMetersRequest, SaveAircraftRequest, fault::Kind};

use crate::school::{School, new_id};
use crate::world::{World, fields, refusal};

/// Makes the aircraft count cycles from 10 on and landings from 20 on.
async fn counting(world: &World, school: &School) {
    let posting = PostMetersRequest {
        cycles: Some(10),
        landings_total: Some(20),
        meters: Vec::new(),
        ..school.reading(0, false)
    };
    assert!(world.post(posting).await.applied);
}

async fn counts(world: &World, school: &School) -> (Option<i64>, Option<i64>) {
    let aircraft = world.fleet_record(school).await;
    (aircraft.cycles, aircraft.landings_total)
}

#[tokio::test]
async fn a_posting_is_taken_once_and_known_again() {
    let world = World::start().await;
    let school = world.school().await;
    let posting = school.reading(150, false);
    let first = world.post(posting.clone()).await;
    assert_eq!((first.applied, first.aircraft.unwrap().version), (true, 2));
    assert!(!world.post(posting.clone()).await.applied);
    // A repeated posting does not turn back what was posted since.
    world.post(school.reading(170, false)).await;
    assert!(!world.post(posting.clone()).await.applied);
    assert_eq!(world.hobbs(&school).await, 170);
    let other = PostMetersRequest {
        id: posting.id,
        ..school.reading(180, false)
    };
    assert_eq!(
        refusal(world.ops.post_meters(other).await).0,
        Kind::Conflict
    );
}

#[tokio::test]
async fn only_a_correction_reads_less_than_before() {
    let world = World::start().await;
    let school = world.school().await;
    let backwards = world.ops.post_meters(school.reading(90, false)).await;
    assert_eq!(fields(backwards), [("meters".into(), "backwards".into())]);
    assert_eq!(world.hobbs(&school).await, 100);
    world.post(school.reading(90, true)).await;
    assert_eq!(world.hobbs(&school).await, 90);
    let ledger = "SELECT count(*) AS n FROM meter_readings
                  WHERE source = 'adjustment' AND change_hundredths = -10";
    assert_eq!(world.number(ledger).await, 1);
}

#[tokio::test]
async fn landings_are_cycles_once_and_an_amendment_takes_them_back() {
    let world = World::start().await;
    let school = world.school().await;
    counting(&world, &school).await;
    let flight = world.flown(&school, school.hop(100, 110, 3)).await;
    assert_eq!(counts(&world, &school).await, (Some(13), Some(23)));
    assert!(!world.approve(&school, &flight).await.applied);
    assert_eq!(counts(&world, &school).await, (Some(13), Some(23)));
    let amendment = school.amendment(&flight, school.hop(100, 110, 4));
    let amended = world.ops.amend_flight(amendment).await.unwrap();
    assert_eq!(counts(&world, &school).await, (Some(10), Some(20)));
    world.approve(&school, &amended.replacement.unwrap()).await;
    assert_eq!(counts(&world, &school).await, (Some(14), Some(24)));
}

#[tokio::test]
async fn what_an_aircraft_does_not_count_stays_uncounted() {
    let world = World::start().await;
    let school = world.school().await;
    world.flown(&school, school.hop(100, 110, 3)).await;
    assert_eq!(counts(&world, &school).await, (None, None));
    assert_eq!(
        world
            .number("SELECT count(*) AS n FROM count_readings")
            .await,
        0
    );
}

#[tokio::test]
async fn cycles_make_an_item_fall_due() {
    let world = World::start().await;
    let school = world.school().await;
    counting(&world, &school).await;
    let item = contracts::v1::DueItem {
        interval_cycles: Some(10),
        due_at_cycles: Some(13),
        warn_cycles: Some(1),
        interval_hundredths: None,
        due_at_hundredths: None,
        ..school.hundred_hour(0)
    };
    let item = world.item(item).await;
    world.flown(&school, school.hop(100, 110, 3)).await;
    world.hearing.event("maintenance.alert", &item.id).await;
    assert_eq!(
        world.fleet_record(&school).await.airworthiness_status,
        "grounded"
    );
}

#[tokio::test]
async fn counts_change_by_hand_with_an_entry_each() {
    let world = World::start().await;
    let school = world.school().await;
    let given = Aircraft {
        cycles: Some(5),
        ..school.aircraft(&new_id(), "N100GF")
    };
    let save = |aircraft: Aircraft| {
        let aircraft = Some(aircraft);
        world.ops.save_aircraft(SaveAircraftRequest { aircraft })
    };
    let stands = save(given).await.unwrap().aircraft.unwrap();
    let changed = Aircraft {
        cycles: Some(4),
        ..stands
    };
    save(changed).await.unwrap();
    let sum = "SELECT sum(change) + count(*) * 100 AS n FROM count_readings";
    assert_eq!(
        world
            .number(&sum.replace("sum(change)", "sum(change)::bigint"))
            .await,
        199
    );
}

#[tokio::test]
async fn a_count_at_its_end_stands_in_no_approvals_way() {
    let world = World::start().await;
    let school = world.school().await;
    let posting = PostMetersRequest {
        cycles: Some(99_999_998),
        meters: Vec::new(),
        ..school.reading(0, false)
    };
    world.post(posting).await;
    let flight = world.flown(&school, school.hop(100, 110, 3)).await;
    assert_eq!(counts(&world, &school).await.0, Some(99_999_999));
    let amendment = school.amendment(&flight, school.hop(100, 110, 1));
    world.ops.amend_flight(amendment).await.unwrap();
    assert_eq!(counts(&world, &school).await.0, Some(99_999_998));
}
