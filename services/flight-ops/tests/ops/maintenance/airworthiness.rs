//! The school's own word beside what follows from records.

use contracts::v1::{Aircraft, SaveAircraftRequest};

use crate::school::School;
use crate::world::World;

async fn save(world: &World, aircraft: Aircraft) -> Aircraft {
    let aircraft = Some(aircraft);
    let saved = world
        .ops
        .save_aircraft(SaveAircraftRequest { aircraft })
        .await;
    saved.unwrap().aircraft.unwrap()
}

async fn grounded(world: &World, school: &School) -> Aircraft {
    world.item(school.hundred_hour(90)).await;
    world.fleet_record(school).await
}

#[tokio::test]
async fn a_school_does_not_declare_airworthy_what_its_records_ground() {
    let world = World::start().await;
    let school = world.school().await;
    let present = grounded(&world, &school).await;
    let declared = Aircraft {
        airworthiness_status: "airworthy".into(),
        grounding_reasons: Vec::new(),
        ..present.clone()
    };
    let saved = save(&world, declared).await;
    assert_eq!(saved.airworthiness_status, "grounded");
    assert_eq!(saved.grounding_reasons, ["overdue: 100-hour"]);
}

#[tokio::test]
async fn a_form_that_is_sent_back_does_not_make_the_records_words_the_schools() {
    let world = World::start().await;
    let school = world.school().await;
    let present = grounded(&world, &school).await;
    let form = Aircraft {
        seats: Some(3),
        ..present
    };
    let saved = save(&world, form).await;
    assert_eq!(
        (saved.seats, saved.airworthiness_status.as_str()),
        (Some(3), "grounded")
    );
    world.post(school.reading(10, true)).await;
    assert_eq!(
        world.fleet_record(&school).await.airworthiness_status,
        "airworthy"
    );
}

#[tokio::test]
async fn the_schools_word_outlives_what_its_records_said() {
    let world = World::start().await;
    let school = world.school().await;
    let present = grounded(&world, &school).await;
    let exhaust = Aircraft {
        grounding_reasons: vec!["overdue: 100-hour".into(), "cracked exhaust".into()],
        ..present
    };
    let saved = save(&world, exhaust.clone()).await;
    assert_eq!(
        saved.grounding_reasons,
        ["cracked exhaust", "overdue: 100-hour"]
    );
    world.post(school.reading(10, true)).await;
    let after = world.fleet_record(&school).await;
    assert_eq!(after.airworthiness_status, "grounded");
    assert_eq!(after.grounding_reasons, ["cracked exhaust"]);
}

#[tokio::test]
async fn a_meter_set_by_hand_moves_what_falls_due() {
    let world = World::start().await;
    let school = world.school().await;
    let item = world.item(school.hundred_hour(150)).await;
    let mut aircraft = world.fleet_record(&school).await;
    aircraft.meters[0].value_hundredths = 160;
    let saved = save(&world, aircraft).await;
    assert_eq!(saved.airworthiness_status, "grounded");
    world.hearing.event("maintenance.alert", &item.id).await;
}
