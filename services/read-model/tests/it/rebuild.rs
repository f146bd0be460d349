//! Documents built anew are the same, whatever goes on meanwhile.

mod book;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use contracts::convert::timestamp;
use contracts::v1::{
    CancelRebuildRequest, GetRebuildRequest, ListDocumentsRequest, ReadModel, RebuildStatus,
    StartRebuildRequest,
};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use domain::flight::FlightStatus;
use read_model::rebuilding::{Stepped, Worker};
use read_model::record::Record;
use read_model::turning;

use book::Book;

use crate::changes::{medical, organization};
use crate::school::{self, School, deletion, message};
use crate::world::{World, expected_at, state};

impl World {
    async fn start_rebuild(&self) -> RebuildStatus {
        let answers = self.answers();
        let started = answers.start_rebuild(Default::default(), StartRebuildRequest {});
        started.await.unwrap()
    }

    async fn rebuild(&self) -> RebuildStatus {
        let answers = self.answers();
        let found = answers.get_rebuild(Default::default(), GetRebuildRequest {});
        found.await.unwrap()
    }

    fn worker<'b>(&self, book: &'b Book) -> Worker<&'b Book> {
        Worker::new(self.db.clone(), self.clock.clone(), book)
    }

    /// Everything that is in the tables, times included.
    async fn dump(&self) -> Vec<String> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Text)]
            line: String,
        }
        let mut conn = self.db.conn().await.unwrap();
        let mut lines = Vec::new();
        for table in [
            "records",
            "record_links",
            "pilot_totals",
            "documents",
            "document_facets",
        ] {
            // A record's `previous` tells of a change that is over.
            let left_out = if table == "records" {
                " - 'previous'"
            } else {
                ""
            };
            let sql = format!(
                "SELECT '{table} ' || (to_jsonb(t){left_out})::text AS line FROM {table} t ORDER BY 1"
            );
            let rows: Vec<Row> = sql_query(sql).load(&mut conn).await.unwrap();
            lines.extend(rows.into_iter().map(|row| row.line));
        }
        lines.retain(|line| {
            !line.starts_with("pilot_totals") || !line.contains("\"total_minutes\": 0")
        });
        lines
    }
}

async fn work(worker: &Worker<&Book>) {
    for _ in 0..10_000 {
        if worker.step().await.unwrap() == Stepped::Over {
            return;
        }
    }
    panic!("it never ends");
}

/// A school with a bit of everything: some of it deleted, some of it turned.
async fn filled(world: &World, book: &Book) -> School {
    let school = School::new();
    let mut records = vec![organization(school, 1, "America/Los_Angeles")];
    records.extend((0..20).map(|n| school::person(school.person(n, 1))));
    records.extend((0..5).map(|n| school::aircraft(school.aircraft(n, 1))));
    records.extend((0..150).map(|n| school::flight(school.flight(n, 1))));
    records.extend((0..40).map(|n| {
        let until = format!("2026-06-{:02}", 1 + n % 30);
        medical(school, n, 1, Some(&until)).into()
    }));
    for record in &records {
        book.keep(record);
    }
    world.take(&records).await;
    let gone: Vec<&Record> = records.iter().skip(30).step_by(17).collect();
    for record in &gone {
        book.strike(record);
    }
    world
        .take_messages(gone.iter().map(|record| deletion(record, 2)))
        .await;
    let events: Vec<_> = (0..30).map(|n| school.submitted(n)).collect();
    world.take_events(&events).await;
    school
}

#[tokio::test]
async fn what_is_built_is_what_was_served_byte_for_byte_and_time_for_time() {
    let world = World::at("2026-05-29T12:00:00Z").await;
    let book = Book::default();
    filled(&world, &book).await;
    filled(&world, &book).await;
    world.clock.advance(Duration::from_secs(5 * 24 * 3600));
    while turning::step(&world.db, &world.clock).await.unwrap() > 0 {}
    let before = world.dump().await;
    assert!(before.len() > 1_000);

    world.clock.advance(Duration::from_secs(600));
    assert_eq!(world.rebuild().await.phase, "none");
    assert!(world.start_rebuild().await.applied);
    assert!(!world.start_rebuild().await.applied, "one at a time");
    let worker = world.worker(&book);
    work(&worker).await;
    let status = world.rebuild().await;
    assert_eq!((status.phase.as_str(), status.organizations), ("done", 2));
    assert!(status.records > 300 && status.carried > 60, "{status:?}");
    assert!(status.finished_at.is_some());
    let after = world.dump().await;
    let differ: Vec<_> = before
        .iter()
        .zip(&after)
        .filter(|(b, a)| b != a)
        .take(3)
        .collect();
    assert!(before == after, "{differ:#?}");

    // The new tables are as good as the old ones: with their indexes, and for another rebuild.
    assert!(world.start_rebuild().await.applied);
    work(&worker).await;
    assert!(before == world.dump().await);
}

#[tokio::test]
async fn what_had_gone_wrong_is_put_right_and_told_as_a_change() {
    let world = World::at("2026-05-29T12:00:00Z").await;
    let book = Book::default();
    let school = filled(&world, &book).await;
    let right = state(&mut world.db.conn().await.unwrap(), school.org).await;
    let (odd, lost) = (school.flight(3, 1).id, school.flight(6, 1).id);
    // A wrong body, a flight that is missing, one that never was, and one that was missed.
    let mut conn = world.db.conn().await.unwrap();
    conn.batch_execute(&format!(
        "UPDATE documents SET body = '{{}}' WHERE view = 'flights' AND id = '{odd}';
         DELETE FROM documents WHERE view = 'flights' AND id = '{lost}';
         DELETE FROM document_facets WHERE view = 'flights' AND id = '{lost}';
         INSERT INTO documents SELECT organization_id, view, 'ghost', version, sort_key, location_id,
             facets, body, deleted, updated_at FROM documents WHERE view = 'flights' AND id = '{odd}'"
    ))
    .await
    .unwrap();
    drop(conn);
    world.clock.advance(Duration::from_secs(3600));
    let told_up_to = world.clock.now();
    world.start_rebuild().await;
    work(&world.worker(&book)).await;
    let mut found = state(&mut world.db.conn().await.unwrap(), school.org).await;
    found.tombstones.retain(|[_, id, _]| id != "ghost");
    assert_eq!(found, right);

    let request = ListDocumentsRequest {
        organization_id: school.org.to_string(),
        view: "flights".to_owned(),
        limit: 200,
        updated_since: Some(timestamp(told_up_to)),
        ..Default::default()
    };
    let told = world
        .answers()
        .list(Default::default(), request)
        .await
        .unwrap();
    let mut ids: Vec<_> = told
        .documents
        .iter()
        .map(|d| (d.id.clone(), d.deleted))
        .collect();
    ids.sort();
    let ghost = told.documents.iter().find(|d| d.deleted).unwrap();
    let body: serde_json::Value = serde_json::from_slice(&ghost.body).unwrap();
    assert_eq!(
        body,
        serde_json::json!({"id": "ghost", "deleted": true, "deleted_at": "2026-05-29T13:00:00Z"})
    );
    let expected = [
        (odd.to_string(), false),
        (lost.to_string(), false),
        ("ghost".to_owned(), true),
    ];
    assert_eq!(ids, expected);
}

#[tokio::test]
async fn whoever_comes_after_a_worker_that_was_killed_goes_on_where_it_was() {
    let world = World::at("2026-05-29T12:00:00Z").await;
    let book = Book::default();
    filled(&world, &book).await;
    let before = world.dump().await;
    world.start_rebuild().await;
    let first = world.worker(&book);
    for _ in 0..4 {
        assert_eq!(first.step().await.unwrap(), Stepped::On);
    }
    let records = world.rebuild().await.records;
    assert!(records > 0);
    drop(first);
    // Nobody else touches it before the lease is over.
    let second = world.worker(&book);
    assert_eq!(second.step().await.unwrap(), Stepped::Idle);
    let mut conn = world.db.conn().await.unwrap();
    conn.batch_execute("UPDATE rebuilds SET leased_until = now()")
        .await
        .unwrap();
    assert_eq!(second.step().await.unwrap(), Stepped::On);
    assert!(world.rebuild().await.records > records);
    work(&second).await;
    assert!(before == world.dump().await);
}

#[tokio::test]
async fn one_that_is_given_up_or_knows_too_little_leaves_what_is_served() {
    let world = World::at("2026-05-29T12:00:00Z").await;
    let (book, empty) = (Book::default(), Book::default());
    filled(&world, &book).await;
    let before = world.dump().await;
    world.start_rebuild().await;
    let worker = world.worker(&book);
    worker.step().await.unwrap();
    let answers = world.answers();
    let cancelled = answers.cancel_rebuild(Default::default(), CancelRebuildRequest {});
    let cancelled = cancelled.await.unwrap();
    assert_eq!(
        (cancelled.phase.as_str(), cancelled.applied),
        ("cancelled", true)
    );
    assert_eq!(worker.step().await.unwrap(), Stepped::Idle);

    world.start_rebuild().await;
    work(&world.worker(&empty)).await;
    assert_eq!(world.rebuild().await.phase, "refused");
    assert!(before == world.dump().await);
}

/// Flights and a paper, of which the book knows before they are published: the old version late,
/// and some of it deleted again.
async fn write_once(world: &World, book: &Book, school: School, n: u32) {
    let mut messages = Vec::new();
    for i in 0..6 {
        let mut flight = school.flight(1_000 + n * 6 + i, 1);
        flight.entry.pilot_id = school::id(n % 20);
        let old = school::flight(flight.clone());
        (flight.version, flight.status) = (2, FlightStatus::Approved);
        let new = school::flight(flight);
        book.keep(&new);
        messages.extend([message(&new), message(&old)]);
    }
    let paper: Record = medical(school, 500 + n, 1, Some("2026-06-15")).into();
    book.keep(&paper);
    messages.push(message(&paper));
    if n.is_multiple_of(3) {
        book.strike(&paper);
        messages.push(deletion(&paper, 2));
    }
    world.take_messages(messages).await;
    world.take_events(&[school.submitted(10_000 + n)]).await;
}

/// Writers in any order, readers, and the turning of the days, all the while.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_load_nothing_is_lost_and_nobody_notices() {
    let world = World::at("2026-05-29T12:00:00Z").await;
    let book = Book::default();
    let schools = [filled(&world, &book).await, filled(&world, &book).await];
    let (over, reads) = (AtomicBool::new(false), AtomicU64::new(0));
    let running = || !AtomicBool::load(&over, Ordering::SeqCst);
    let write = async |first: u32| {
        let mut n = first;
        while running() || n < first + 5 {
            for school in schools {
                write_once(&world, &book, school, n).await;
            }
            n += 1;
        }
    };
    let read = async || {
        while running() {
            for school in &schools {
                let request = ListDocumentsRequest {
                    organization_id: school.org.to_string(),
                    view: "compliance".to_owned(),
                    limit: 30,
                    ..Default::default()
                };
                let answer = world
                    .answers()
                    .list(Default::default(), request)
                    .await
                    .unwrap();
                assert_eq!(answer.documents.len(), 30, "the list is always there");
                reads.fetch_add(1, Ordering::SeqCst);
            }
        }
    };
    let turn = async || {
        while running() {
            world.clock.advance(Duration::from_secs(3600));
            turning::step(&world.db, &world.clock).await.unwrap();
        }
    };
    let rebuild = async || {
        world.start_rebuild().await;
        let worker = world.worker(&book);
        let finished = tokio::time::timeout(Duration::from_secs(60), work(&worker)).await;
        over.store(true, Ordering::SeqCst);
        finished.expect("it ends although others write");
    };
    tokio::join!(rebuild(), write(0), write(100_000), read(), turn());
    assert!(AtomicU64::load(&reads, Ordering::SeqCst) > 0);
    assert_eq!(world.rebuild().await.phase, "done");
    while turning::step(&world.db, &world.clock).await.unwrap() > 0 {}
    for school in schools {
        let mut found = state(&mut world.db.conn().await.unwrap(), school.org).await;
        let logged = found.documents.keys().filter(|(view, _)| view == "events");
        assert!(logged.count() > 30);
        found.documents.retain(|(view, _), _| view != "events");
        found.facets.retain(|[view, ..]| view != "events");
        found.tombstones.clear();
        let expected = expected_at(&book.of(school), world.clock.now());
        assert!(found == expected, "the documents differ");
    }
}
