//! The outbox, on a real PostgreSQL.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::time::Duration;

use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use store::outbox::{self, NewMessage};
use store::{Db, Settings, StoreError};
use test_support::TestDatabase;

const LEASE: Duration = Duration::from_secs(60);

async fn database() -> (TestDatabase, AsyncPgConnection) {
    let database = TestDatabase::empty("outbox").await;
    let mut conn = database.connect().await;
    for sql in [
        include_str!("../sql/outbox.sql"),
        include_str!("../sql/outbox_notice.sql"),
    ] {
        conn.batch_execute(sql).await.unwrap();
    }
    (database, conn)
}

fn message(number: usize) -> NewMessage {
    NewMessage {
        exchange: "events".into(),
        routing_key: "flight.approved".into(),
        message_id: format!("evt_{number}"),
        content_type: "application/protobuf".into(),
        headers: Some(serde_json::json!({"type": "flight.approved"})),
        traceparent: None,
        payload: vec![1, 2, 3],
    }
}

fn messages(count: usize) -> Vec<NewMessage> {
    (0..count).map(message).collect()
}

#[tokio::test]
async fn a_row_is_claimed_once_and_removed() {
    let (_database, mut conn) = database().await;
    outbox::insert(&mut conn, &messages(5)).await.unwrap();

    let first = outbox::claim(&mut conn, 3, LEASE).await.unwrap();
    let ids: Vec<i64> = first.iter().map(|row| row.id).collect();
    assert_eq!(ids, [1, 2, 3]);
    assert_eq!(first[0].message_id, "evt_0");
    assert_eq!(first[0].headers, message(0).headers);
    assert_eq!(first[0].payload, [1, 2, 3]);
    assert_eq!(first[0].attempts, 1);
    let second = outbox::claim(&mut conn, 9, LEASE).await.unwrap();
    assert_eq!(second.len(), 2);

    assert_eq!(outbox::remove(&mut conn, &ids).await.unwrap(), 3);
    assert_eq!(outbox::owed(&mut conn).await.unwrap().rows, 2);
}

#[tokio::test]
async fn what_is_released_or_whose_lease_ended_is_claimed_again() {
    let (_database, mut conn) = database().await;
    outbox::insert(&mut conn, &messages(2)).await.unwrap();
    let claimed = outbox::claim(&mut conn, 1, LEASE).await.unwrap();
    outbox::claim(&mut conn, 1, Duration::ZERO).await.unwrap();
    let again = outbox::claim(&mut conn, 9, LEASE).await.unwrap();
    assert_eq!((again[0].id, again[0].attempts), (2, 2));

    assert_eq!(
        outbox::release(&mut conn, &[claimed[0].id]).await.unwrap(),
        1
    );
    let again = outbox::claim(&mut conn, 9, LEASE).await.unwrap();
    assert_eq!((again.len(), again[0].id), (1, 1));
}

#[tokio::test]
async fn competing_relays_share_the_rows() {
    let (database, mut conn) = database().await;
    outbox::insert(&mut conn, &messages(1_000)).await.unwrap();
    let db = Db::connect(&Settings::new(database.url.clone()), "relay").unwrap();
    let relays = (0..8).map(|_| {
        let db = db.clone();
        async move {
            let mut mine = Vec::new();
            loop {
                let mut conn = db.conn().await.unwrap();
                let rows = outbox::claim(&mut conn, 30, LEASE).await.unwrap();
                if rows.is_empty() {
                    return mine;
                }
                mine.extend(rows.into_iter().map(|row| row.id));
            }
        }
    });
    let mut claimed = futures::future::join_all(relays).await.concat();
    claimed.sort_unstable();
    assert_eq!(claimed, (1..=1_000).collect::<Vec<i64>>());
}

#[tokio::test]
async fn a_lower_id_that_commits_later_is_not_passed_over() {
    let (database, mut early) = database().await;
    early.batch_execute("BEGIN").await.unwrap();
    outbox::insert(&mut early, &messages(1)).await.unwrap();
    let mut late = database.connect().await;
    outbox::insert(&mut late, &messages(1)).await.unwrap();

    let rows = outbox::claim(&mut late, 9, LEASE).await.unwrap();
    assert_eq!((rows.len(), rows[0].id), (1, 2));
    early.batch_execute("COMMIT").await.unwrap();
    let rows = outbox::claim(&mut late, 9, LEASE).await.unwrap();
    assert_eq!((rows.len(), rows[0].id), (1, 1));
}

#[tokio::test]
async fn inserts_more_rows_than_one_statement_holds() {
    let (_database, mut conn) = database().await;
    outbox::insert(&mut conn, &messages(20_000)).await.unwrap();
    outbox::insert(&mut conn, &[]).await.unwrap();
    let owed = outbox::owed(&mut conn).await.unwrap();
    assert_eq!(owed.rows, 20_000);
    assert!(owed.oldest.unwrap() < Duration::from_secs(60));
}

#[tokio::test]
async fn nothing_owed_has_no_age() {
    let (_database, mut conn) = database().await;
    let owed = outbox::owed(&mut conn).await.unwrap();
    assert_eq!((owed.rows, owed.oldest), (0, None));
}

#[tokio::test]
async fn a_commit_wakes_and_a_rollback_does_not() {
    let (database, _conn) = database().await;
    let db = Db::connect(&Settings::new(database.url.clone()), "writer").unwrap();
    let wakeups = outbox::listen(&database.url.as_str().into());
    // The first wake-up says that the subscription stands.
    let wakeup = wakeups.notify();
    assert!(within(LEASE, &wakeup).await);

    let rolled_back = db
        .transaction(async |conn| {
            outbox::insert(conn, &messages(1)).await?;
            Err::<(), _>(StoreError::Busy)
        })
        .await;
    assert!(rolled_back.is_err());
    assert!(!within(Duration::from_millis(200), &wakeup).await);

    db.transaction(async |conn| Ok::<_, StoreError>(outbox::insert(conn, &messages(2)).await?))
        .await
        .unwrap();
    assert!(within(LEASE, &wakeup).await);
}

#[tokio::test]
async fn a_lost_subscription_is_restored() {
    let (database, mut conn) = database().await;
    let wakeups = outbox::listen(&database.url.as_str().into());
    let wakeup = wakeups.notify();
    assert!(within(LEASE, &wakeup).await);
    conn.batch_execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'outbox listener'",
    )
    .await
    .unwrap();
    assert!(within(LEASE, &wakeup).await, "wakes after reconnecting");
    outbox::insert(&mut conn, &messages(1)).await.unwrap();
    assert!(within(LEASE, &wakeup).await);
}

/// Writes in a transaction, and takes it back where that is asked for.
async fn write(db: &Db, count: usize, commit: bool) {
    let outcome = db
        .transaction(async |conn| {
            outbox::insert(conn, &messages(count)).await?;
            commit.then_some(()).ok_or(StoreError::Busy)
        })
        .await;
    assert_eq!(outcome.is_ok(), commit);
}

#[tokio::test]
async fn what_is_committed_is_handed_over_in_order_and_is_nobody_elses() {
    let (database, mut conn) = database().await;
    let db = Db::connect(&Settings::new(database.url.clone()), "writer").unwrap();
    let mut relay = db.outbox();
    write(&db, 7, false).await;
    write(&db, 20, true).await;
    let rows = relay.next(100).await;
    let ids: Vec<_> = rows.iter().map(|row| row.message_id.clone()).collect();
    let sent: Vec<_> = messages(20).into_iter().map(|m| m.message_id).collect();
    assert_eq!(ids, sent, "and nothing of what was rolled back");
    assert!(rows.is_sorted_by_key(|row| row.id));
    assert_eq!(rows[3].payload, [1, 2, 3]);
    let claimed = outbox::claim(&mut conn, 100, LEASE).await.unwrap();
    assert!(claimed.is_empty(), "{claimed:?}");
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    assert_eq!(outbox::remove(&mut conn, &ids).await.unwrap(), 20);
}

#[tokio::test]
async fn what_is_not_handed_over_is_anybodys() {
    let (database, mut conn) = database().await;
    let db = Db::connect(&Settings::new(database.url.clone()), "writer").unwrap();
    let mut relay = db.outbox();
    // A savepoint may be rolled back, and the rest committed.
    db.transaction(async |conn| {
        outbox::insert(conn, &messages(1)).await?;
        let savepoint = conn.transaction(async |conn| {
            outbox::insert(conn, &messages(2)).await?;
            Err::<(), _>(StoreError::Busy)
        });
        assert!(savepoint.await.is_err());
        let savepoint = conn.transaction(async |conn| {
            Ok::<_, StoreError>(outbox::insert(conn, &messages(3)).await?)
        });
        savepoint.await
    })
    .await
    .unwrap();
    assert_eq!(relay.next(100).await.len(), 1);
    assert_eq!(outbox::claim(&mut conn, 100, LEASE).await.unwrap().len(), 3);
    relay.close();
    write(&db, 4, true).await;
    relay.open();
    write(&db, 5, true).await;
    assert_eq!(relay.next(100).await.len(), 5);
    drop(relay);
    write(&db, 6, true).await;
    assert_eq!(
        outbox::claim(&mut conn, 100, LEASE).await.unwrap().len(),
        10
    );
}

#[tokio::test]
async fn more_than_fits_in_memory_is_left_in_the_table() {
    let (database, mut conn) = database().await;
    let db = Db::connect(&Settings::new(database.url.clone()), "writer").unwrap();
    let mut relay = db.outbox();
    write(&db, 5_000, true).await;
    write(&db, 3, true).await;
    assert_eq!(outbox::claim(&mut conn, 100, LEASE).await.unwrap().len(), 3);
    assert_eq!(relay.next(1).await.len(), 5_000);
    write(&db, 2, true).await;
    assert_eq!(relay.next(1).await.len(), 2);
}

async fn within(limit: Duration, wakeup: &tokio::sync::Notify) -> bool {
    tokio::time::timeout(limit, wakeup.notified()).await.is_ok()
}
