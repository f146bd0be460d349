//! Papers: what the clock changes of them by itself, and what is told of it.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use contracts::v1::{GetDocumentRequest, ListDocumentsRequest, ReadModel};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use read_model::record::Record;
use read_model::turning;
use serde_json::Value;
use test_support::eventually;

use crate::changes::{bodies, facet, ids, list, medical, organization, since};
use crate::school::{School, deletion, id};
use crate::stack::SOON;
use crate::world::{World, expected_at, state};

#[tokio::test]
async fn a_paper_expires_where_the_school_is_at_the_moment_of_asking() {
    let world = World::at("2026-06-30T12:00:00Z").await;
    let school = School::new();
    let paper = medical(school, 1, 1, Some("2026-06-30"));
    world.take(&[paper.clone().into()]).await;
    let shown = async |status: &str| {
        let request = ListDocumentsRequest {
            facets: facet("status", status),
            ..ListDocumentsRequest {
                updated_since: None,
                ..since(school, "compliance", world.clock.now())
            }
        };
        let answer = list(&world, request).await;
        bodies(&answer)
            .pop()
            .map(|body| body["days_remaining"].clone())
    };
    assert_eq!(shown("expiring").await, Some(0.into()));
    world.clock.advance(Duration::from_secs(12 * 3600));
    assert_eq!(shown("expiring").await, None);
    assert_eq!(shown("expired").await, Some(0.into()));

    // Now the school turns out to be in California, where it is still the 30th.
    world
        .take(&[organization(school, 1, "America/Los_Angeles")])
        .await;
    assert_eq!(shown("expired").await, None);
    assert_eq!(shown("expiring").await, Some(0.into()));
    world.clock.advance(Duration::from_secs(7 * 3600 - 1));
    let documents = world.answers();
    let get = GetDocumentRequest {
        organization_id: school.org.to_string(),
        view: "compliance".to_owned(),
        id: paper.id.to_string(),
    };
    let status = async || {
        let answer = documents
            .get(Default::default(), get.clone())
            .await
            .unwrap();
        let body: Value = serde_json::from_slice(&answer.document.unwrap().body).unwrap();
        body["status"].as_str().unwrap().to_owned()
    };
    assert_eq!(status().await, "expiring");
    world.clock.advance(Duration::from_secs(1));
    assert_eq!(status().await, "expired");
}

#[tokio::test]
async fn a_new_day_is_no_change_and_a_new_status_is() {
    let world = World::at("2026-05-29T12:00:00Z").await;
    let school = School::new();
    let papers = [
        medical(school, 1, 1, Some("2026-06-30")).into(),
        medical(school, 2, 1, Some("2027-06-30")).into(),
        medical(school, 3, 1, None).into(),
    ];
    world.take(&papers).await;
    world.clock.advance(Duration::from_secs(24 * 3600));
    let day = world.clock.now();
    assert_eq!(
        ids(&list(&world, since(school, "compliance", day)).await).len(),
        0
    );
    // From the 31st of May on the first one is expiring, and only that is told.
    world.clock.advance(Duration::from_secs(24 * 3600));
    let told = list(&world, since(school, "compliance", day)).await;
    assert_eq!(ids(&told), [id::<domain::ComplianceId>(1).to_string()]);
    assert_eq!(bodies(&told)[0]["days_remaining"], 30);
    let conn = &mut world.db.conn().await.unwrap();
    let found = state(conn, school.org).await;
    assert_eq!(found, expected_at(&papers, world.clock.now()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workers_share_what_is_due_and_leave_nothing() {
    let world = World::at("2026-05-29T12:00:00Z").await;
    let schools: Vec<School> = (0..4).map(|_| School::new()).collect();
    let mut expected = Vec::new();
    for school in &schools {
        let papers: Vec<Record> = (0..300)
            .map(|n| {
                let until = format!("2026-{:02}-{:02}", 6 + n % 6, 1 + n % 28);
                medical(*school, n, 1, Some(&until)).into()
            })
            .collect();
        world.take(&papers).await;
        expected.push(papers);
    }
    world.clock.advance(Duration::from_secs(40 * 24 * 3600));
    let work = async || {
        let mut turned = 0;
        let mut idle = 0;
        while idle < 3 {
            match turning::step(&world.db, &world.clock).await.unwrap() {
                0 => idle += 1,
                some => (turned, idle) = (turned + some, 0),
            }
        }
        turned
    };
    let (first, second, third) = tokio::join!(work(), work(), work());
    let conn = &mut world.db.conn().await.unwrap();
    for (school, papers) in schools.iter().zip(&expected) {
        let found = state(conn, school.org).await;
        assert!(
            found == expected_at(papers, world.clock.now()),
            "it differs"
        );
    }
    assert_eq!(first + second + third, 1_200, "each is turned once");
}

#[tokio::test]
async fn papers_are_listed_by_their_end_and_what_does_not_end_comes_last() {
    let world = World::at("2026-05-29T12:00:00Z").await;
    let school = School::new();
    let ends = [
        None,
        Some("2027-01-01"),
        Some("2026-05-01"),
        Some("2026-12-31"),
    ];
    let papers: Vec<Record> = (0..)
        .zip(ends)
        .map(|(n, end)| medical(school, n, 1, end).into())
        .collect();
    world.take(&papers).await;
    let plain = ListDocumentsRequest {
        updated_since: None,
        ..since(school, "compliance", world.clock.now())
    };
    let last = |id: &String| id.chars().last().unwrap();
    let order = ids(&list(&world, plain.clone()).await);
    assert_eq!(order.iter().map(last).collect::<String>(), "2310");
    let bounded = ListDocumentsRequest {
        sort_to: Some("2027-01-01".to_owned()),
        facets: facet("subject_id", id::<domain::PersonId>(7)),
        ..plain
    };
    let order = ids(&list(&world, bounded).await);
    assert_eq!(order.iter().map(last).collect::<String>(), "23");
}

#[tokio::test]
async fn a_paper_that_is_deleted_leaves_a_tombstone_that_never_turns() {
    let world = World::at("2026-05-29T12:00:00Z").await;
    let school = School::new();
    let paper = medical(school, 1, 1, Some("2026-06-30"));
    world.take(&[paper.clone().into()]).await;
    let begin = world.clock.now() + TimeDelta::seconds(1);
    world.clock.advance(Duration::from_secs(2));
    let gone = deletion(&paper.clone().into(), 2);
    world.take_messages([gone]).await;
    world.clock.advance(Duration::from_secs(90 * 24 * 3600));
    let told = list(&world, since(school, "compliance", begin)).await;
    assert_eq!(told.documents.len(), 1);
    assert!(told.documents[0].deleted);
    assert_eq!(turning::step(&world.db, &world.clock).await.unwrap(), 0);
}

/// How many connections wait for a lock.
async fn waiting(world: &World) -> i64 {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    let row: Row = diesel::sql_query(
        "SELECT count(*) AS n FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock'",
    )
    .get_result(&mut world.db.conn().await.unwrap())
    .await
    .unwrap();
    row.n
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_waits_for_a_school_to_turn_keeps_no_other_school_waiting() {
    let world = World::at("2026-06-30T12:00:00Z").await;
    let (school, other) = (School::new(), School::new());
    for school in [school, other] {
        let paper = medical(school, 1, 1, Some("2026-07-30"));
        world.take(&[paper.into()]).await;
    }
    world.clock.advance(Duration::from_secs(86_400));
    let papers = |school| ListDocumentsRequest {
        updated_since: None,
        ..since(school, "compliance", world.clock.now())
    };
    // A batch of the school's records is under way.
    let mut holder = world.db.conn().await.unwrap();
    let hold = format!(
        "BEGIN; SELECT FROM view_clocks WHERE organization_id = '{}' FOR UPDATE",
        school.org
    );
    holder.batch_execute(&hold).await.unwrap();
    let documents = Arc::new(world.answers());
    let asked: Vec<_> = (0..50)
        .map(|_| {
            let (documents, request) = (documents.clone(), papers(school));
            tokio::spawn(async move { documents.list(Default::default(), request).await.unwrap() })
        })
        .collect();
    eventually("one of them turns", SOON, async || {
        (waiting(&world).await > 0).then_some(())
    })
    .await;

    let answer = documents.list(Default::default(), papers(other)).await;
    assert_eq!(bodies(&answer.unwrap())[0]["days_remaining"], 29);
    assert_eq!(waiting(&world).await, 1);
    holder.batch_execute("COMMIT").await.unwrap();
    for asked in asked {
        assert_eq!(bodies(&asked.await.unwrap())[0]["days_remaining"], 29);
    }
}
