//! What falls due.

use contracts::v1::{
    DeleteDueItemRequest, DueItem, ListDueItemsRequest, fault::Kind, record_change::Record,
};

use crate::world::{World, refusal};

#[tokio::test]
async fn an_item_is_kept_as_it_is_given() {
    let world = World::start().await;
    let school = world.school().await;
    let given = DueItem {
        reference: Some("AD 2020-26-16".into()),
        interval_days: Some(365),
        interval_months: Some(12),
        interval_cycles: Some(100),
        tolerance_days: Some(10),
        due_date: Some("2026-12-31".into()),
        due_at_cycles: Some(700),
        warn_days: Some(45),
        warn_cycles: Some(5),
        assigned_to: Some("the shop".into()),
        external_reference: Some("camp 7".into()),
        ..school.hundred_hour(20_000)
    };
    let first = world.save_item(&given).await.unwrap();
    let stands = first.item.unwrap();
    assert!(first.applied);
    let expected = DueItem {
        version: 1,
        created_at: stands.created_at,
        updated_at: stands.updated_at,
        ..given.clone()
    };
    assert_eq!(stands, expected);
    let (_, change) = world
        .hearing
        .record(&format!("due_item:{}:1", given.id))
        .await;
    assert_eq!(change.record, Some(Record::DueItem(stands.clone())));

    assert!(!world.save_item(&given).await.unwrap().applied);
    let renamed = DueItem {
        title: "100-hour inspection".into(),
        ..stands.clone()
    };
    let changed = world.save_item(&renamed).await.unwrap();
    assert_eq!((changed.applied, changed.item.unwrap().version), (true, 2));
    let late = DueItem {
        title: "other".into(),
        ..stands
    };
    assert_eq!(
        refusal(world.save_item(&late).await).0,
        Kind::PreconditionFailed
    );
}

#[tokio::test]
async fn where_it_is_due_follows_from_when_it_was_done() {
    let world = World::start().await;
    let school = world.school().await;
    let item = DueItem {
        due_at_hundredths: None,
        last_done: Some(contracts::v1::Done {
            on: "2026-03-14".into(),
            at_hundredths: Some(50),
            at_cycles: None,
        }),
        ..school.hundred_hour(0)
    };
    assert_eq!(world.item(item).await.due_at_hundredths, Some(10_050));
}

#[tokio::test]
async fn an_item_is_done_with_what_the_aircraft_reads() {
    let world = World::start().await;
    let school = world.school().await;
    let item = world.item(school.hundred_hour(90)).await;
    assert_eq!(
        world.fleet_record(&school).await.airworthiness_status,
        "grounded"
    );
    let done = world
        .complete(&school, &item, "2026-05-28", None)
        .await
        .unwrap();
    let after = done.item.unwrap();
    assert_eq!(after.last_done.as_ref().unwrap().at_hundredths, Some(100));
    assert_eq!(
        (after.due_at_hundredths, after.alerted.as_ref()),
        (Some(10_090), None)
    );
    assert_eq!(
        world.fleet_record(&school).await.airworthiness_status,
        "airworthy"
    );
    let again = world
        .complete(&school, &item, "2026-05-28", None)
        .await
        .unwrap();
    assert_eq!((again.applied, again.item), (false, Some(after)));
    let before = world.complete(&school, &item, "2026-05-27", None).await;
    assert_eq!(refusal(before).1, "validation_failed");
}

#[tokio::test]
async fn a_deleted_item_stands_against_nothing_and_is_told_of() {
    let world = World::start().await;
    let school = world.school().await;
    let item = world.item(school.hundred_hour(90)).await;
    let target = school.aim_at(&item.id);
    let delete = || {
        world.ops.delete_due_item(DeleteDueItemRequest {
            target: target.clone(),
        })
    };
    assert!(delete().await.unwrap().applied);
    assert!(!delete().await.unwrap().applied);
    assert_eq!(
        world.fleet_record(&school).await.airworthiness_status,
        "airworthy"
    );
    let (_, change) = world
        .hearing
        .record(&format!("due_item:{}:2", item.id))
        .await;
    let Some(Record::Deleted(deleted)) = change.record else {
        panic!("{change:?}")
    };
    assert_eq!(
        (deleted.kind.as_str(), deleted.id),
        ("due_item", item.id.clone())
    );
    // Its id is not given again.
    let again = DueItem {
        id: item.id,
        ..school.hundred_hour(90)
    };
    assert_eq!(refusal(world.save_item(&again).await).1, "already_exists");
}

#[tokio::test]
async fn items_are_listed_by_aircraft_and_page() {
    let world = World::start().await;
    let school = world.school().await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(world.item(school.hundred_hour(20_000)).await.id);
    }
    ids.sort();
    let list = |aircraft: Option<String>, after: Option<String>, limit| {
        let request = ListDueItemsRequest {
            organization_id: school.id.clone(),
            aircraft_id: aircraft,
            after_id: after,
            limit,
        };
        async {
            let found = world.ops.list_due_items(request).await.unwrap().items;
            found.into_iter().map(|item| item.id).collect::<Vec<_>>()
        }
    };
    assert_eq!(list(None, None, 2).await, ids[..2]);
    assert_eq!(
        list(Some(school.aircraft.clone()), Some(ids[1].clone()), 2).await,
        ids[2..]
    );
    assert_eq!(list(Some(crate::school::new_id()), None, 2).await, [""; 0]);
}
