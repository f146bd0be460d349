//! Migrations at start-up, on a real PostgreSQL.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

use std::time::{Duration, Instant};

use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use secrecy::SecretString;
use store::{StoreError, migrate, migrate_within};
use test_support::TestDatabase;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("tests/migrations");

#[tokio::test(flavor = "multi_thread")]
async fn replicas_that_start_together_take_turns() {
    let database = TestDatabase::empty("store").await;
    let url = SecretString::from(database.url.clone());
    let replicas = (0..4).map(|_| migrate(&url, MIGRATIONS));
    let applied = futures::future::try_join_all(replicas).await.unwrap();
    let mut applied: Vec<String> = applied.into_iter().flatten().collect();
    applied.sort();
    assert_eq!(applied, ["0001_first", "0002_second"]);
}

#[tokio::test]
async fn works_on_a_single_threaded_runtime() {
    let database = TestDatabase::empty("store").await;
    let applied = migrate(&database.url.as_str().into(), MIGRATIONS).await;
    assert_eq!(applied.unwrap().len(), 2);
}

#[tokio::test]
async fn waits_for_the_database_only_so_long() {
    let url = SecretString::from("postgres://postgres@127.0.0.1:1/none");
    let start = Instant::now();
    let error = migrate_within(&url, MIGRATIONS, Duration::from_millis(500)).await;
    assert!(matches!(error, Err(StoreError::Unreachable(_))));
    assert!(start.elapsed() < Duration::from_secs(2));
}
