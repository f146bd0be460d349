//! Everything there is of a school, page by page.

use std::collections::BTreeSet;

use contracts::v1::record_change::Record;
use contracts::v1::{ExportPosition, ExportRecordsRequest, RecordChange, fault::Kind};

use crate::school::School;
use crate::world::{World, refusal};

impl World {
    /// All pages of so many.
    async fn exported(&self, school: &School, limit: i32) -> Vec<RecordChange> {
        let (mut changes, mut after) = (Vec::new(), None);
        for _ in 0..1_000 {
            let request = ExportRecordsRequest {
                organization_id: school.id.clone(),
                after: after.clone(),
                limit,
            };
            let page = self.ops.export_records(request).await.unwrap();
            assert!(page.changes.len() <= usize::try_from(limit).unwrap());
            changes.extend(page.changes);
            after = page.next;
            if after.is_none() {
                return changes;
            }
        }
        panic!("it has no end")
    }
}

/// What was published last of each record, and not deleted since.
fn told(world: &World, school: &School) -> BTreeSet<String> {
    let records = world.hearing.record_ids().into_iter();
    let of_here = records.filter(|(_, id)| !id.contains(&school.id));
    let mut latest = std::collections::BTreeMap::new();
    for (_, id) in of_here {
        let (record, version) = id.rsplit_once(':').unwrap();
        let version: i64 = version.parse().unwrap();
        let known = latest.entry(record.to_owned()).or_insert(version);
        *known = version.max(*known);
    }
    latest
        .iter()
        .map(|(record, version)| format!("{record}:{version}"))
        .collect()
}

fn name(change: &RecordChange) -> Option<String> {
    Some(match change.record.as_ref().unwrap() {
        Record::Organization(_) => return None,
        Record::Location(r) => format!("location:{}:{}", r.id, r.version),
        Record::Person(r) => format!("person:{}:{}", r.id, r.version),
        Record::Aircraft(r) => format!("aircraft:{}:{}", r.id, r.version),
        Record::Flight(r) => format!("flight:{}:{}", r.id, r.version),
        Record::Room(r) => format!("room:{}:{}", r.id, r.version),
        other => panic!("{other:?}"),
    })
}

#[tokio::test]
async fn it_is_what_was_published_last_of_each_whatever_the_pages() {
    let world = World::start().await;
    let school = world.school().await;
    for _ in 0..3 {
        world.submitted(&school).await;
    }
    world.nothing_owed().await;
    let whole = world.exported(&school, 500).await;
    assert!(matches!(whole[0].record, Some(Record::Organization(_))));
    let names: BTreeSet<String> = whole.iter().filter_map(name).collect();
    assert_eq!(names.len(), whole.len() - 1, "each comes once");
    test_support::eventually("all of it is heard", crate::world::LIMIT, async || {
        (told(&world, &school) == names).then_some(())
    })
    .await;
    for limit in [1, 2, 3, 7] {
        assert_eq!(
            world.exported(&school, limit).await,
            whole,
            "{limit} a page"
        );
    }
}

#[tokio::test]
async fn nothing_of_another_school_comes_and_no_position_is_made_up() {
    let world = World::start().await;
    let (school, other) = (world.school().await, world.school().await);
    let here = world.exported(&school, 500).await;
    assert!(
        here.iter()
            .all(|change| change.organization_id == school.id)
    );
    let there: BTreeSet<_> = world
        .exported(&other, 500)
        .await
        .iter()
        .filter_map(name)
        .collect();
    assert!(
        here.iter()
            .filter_map(name)
            .all(|name| !there.contains(&name))
    );
    let request = ExportRecordsRequest {
        organization_id: school.id.clone(),
        after: Some(ExportPosition {
            kind: "hangar".into(),
            id: school.id.clone(),
        }),
        limit: 1,
    };
    let answer = world.ops.export_records(request).await;
    assert_eq!(refusal(answer).0, Kind::NotFound);
}
