use super::*;
use crate::entropy::OsEntropy;
use crate::ledger::Postgres;
use diesel::QueryableByName;
use diesel::sql_types::BigInt;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use store::Db;
use test_support::{TestDatabase, eventually};

const LIMIT: Duration = Duration::from_secs(10);

async fn replica(database: &TestDatabase, duration_ms: u64) -> Arc<Leases> {
    let db = Db::connect(&store::Settings::new(database.url.clone()), "test").unwrap();
    let settings = LeaseSettings {
        duration_ms,
        renew_every_ms: duration_ms / 5,
        reap_every_ms: 50,
    };
    let entropy = Arc::new(OsEntropy);
    let ledger = Arc::new(Postgres {
        straight: db.clone(),
        db,
        entropy: entropy.clone(),
        health: crate::settings::HealthSettings::default(),
    });
    Leases::take(ledger, Clock::system(), entropy, settings)
        .await
        .unwrap()
}

/// `count` deliveries under `lease`.
async fn deliveries(database: &TestDatabase, lease: &Lease, count: u32) {
    let insert = format!(
        "INSERT INTO owed (id, event_id, endpoint_id, organization_id, sequence, attempt_count,
                                 next_attempt_at, lease_owner, created_at)
         SELECT gen_random_uuid(), 'evt_' || gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), n, 0,
                now(), '{}', now() FROM generate_series(1, {count}) n",
        lease.id()
    );
    database
        .connect()
        .await
        .batch_execute(&insert)
        .await
        .unwrap();
}

/// So many consignments, each of three deliveries of which one is settled.
async fn consigned(database: &TestDatabase, lease: &Lease, count: u32) {
    let insert = format!(
        "INSERT INTO consignments (id, endpoint_id, organization_id, lease_owner, created_at, first_sequence,
                                   settled, delivery_ids, event_ids)
         SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), '{}', now(), 1, B'010',
                ARRAY[gen_random_uuid(), gen_random_uuid(), gen_random_uuid()], ARRAY['a', 'b', 'c']
         FROM generate_series(1, {count})",
        lease.id()
    );
    let mut conn = database.connect().await;
    conn.batch_execute(&insert).await.unwrap();
}

async fn leased(database: &TestDatabase) -> i64 {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        leased: i64,
    }
    let row: Row = diesel::sql_query("SELECT count(lease_owner) AS leased FROM pending")
        .get_result(&mut database.connect().await)
        .await
        .unwrap();
    row.leased
}

#[tokio::test]
async fn a_lease_that_is_renewed_lasts_and_one_that_is_not_ends() {
    let database = TestDatabase::create("webhook-dispatcher").await;
    let leases = replica(&database, 2_000).await;
    let first = leases.current().unwrap();
    assert_eq!(leases.beat().await.unwrap(), Beat::Renewed);
    eventually("the lease ends by itself", LIMIT, async || {
        leases.current().is_none().then_some(())
    })
    .await;
    assert!(!first.is_alive());
    assert_eq!(leases.beat().await.unwrap(), Beat::Replaced);
    assert_ne!(leases.current().unwrap().id(), first.id());
}

#[tokio::test]
async fn a_lease_in_doubt_is_given_up_and_what_it_covers_is_freed() {
    let database = TestDatabase::create("webhook-dispatcher").await;
    let leases = replica(&database, 1_000).await;
    let lost = leases.current().unwrap();
    deliveries(&database, &lost, 3).await;
    leases.doubt(&lost);
    assert_eq!(leases.beat().await.unwrap(), Beat::Replaced);
    deliveries(&database, &leases.current().unwrap(), 2).await;

    let token = CancellationToken::new();
    tokio::join!(leases.keep(&token), leases.keep_reaping(&token), async {
        eventually("three are free and two are held", LIMIT, async || {
            (leased(&database).await == 2).then_some(())
        })
        .await;
        token.cancel();
    });
    assert!(!lost.is_alive());
}

#[tokio::test]
async fn a_lease_that_was_given_up_is_not_prolonged_by_a_late_renewal() {
    let database = TestDatabase::create("webhook-dispatcher").await;
    let leases = replica(&database, 5_000).await;
    let lease = leases.current().unwrap();
    // As the sender does when it drops what it may no longer send.
    lease.give_up();
    assert_eq!(leases.beat().await.unwrap(), Beat::Replaced);
    assert_ne!(leases.current().unwrap().id(), lease.id());
}

#[tokio::test]
async fn the_dead_are_reaped_in_batches_and_the_living_are_left_alone() {
    let database = TestDatabase::create("webhook-dispatcher").await;
    let (dead, living) = (
        replica(&database, 300).await,
        replica(&database, 60_000).await,
    );
    deliveries(&database, &dead.latest(), 300).await;
    consigned(&database, &dead.latest(), 1_000).await;
    deliveries(&database, &living.latest(), 3).await;
    consigned(&database, &living.latest(), 1).await;
    // A replica that is new waits before it declares others dead.
    assert_eq!(living.reap().await.unwrap(), 0);
    let mut freed = Vec::new();
    eventually("all is freed", LIMIT, async || {
        let now = living.reap().await.unwrap();
        if now > 0 {
            freed.push(now);
        }
        (freed.iter().sum::<i64>() == 2_300).then_some(())
    })
    .await;
    assert_eq!(freed, [1_000, 1_000, 300]);
    assert_eq!(leased(&database).await, 5);
}

#[tokio::test]
async fn who_retires_holds_nothing_any_more() {
    let database = TestDatabase::create("webhook-dispatcher").await;
    let leases = replica(&database, 60_000).await;
    deliveries(&database, &leases.latest(), 3).await;
    consigned(&database, &leases.latest(), 2).await;
    assert_eq!(leases.retire().await.unwrap(), 7);
    assert_eq!(leased(&database).await, 0);
    assert!(leases.current().is_none());
    // The heart beats on for a moment.
    assert_eq!(leases.beat().await.unwrap(), Beat::Renewed);
    assert!(leases.current().is_none());
}

#[tokio::test]
async fn a_write_that_is_broken_off_costs_the_lease_and_one_that_is_known_does_not() {
    let database = TestDatabase::create("webhook-dispatcher").await;
    let leases = replica(&database, 60_000).await;
    let lease = leases.latest();
    Doubt::of(&leases, Some(&lease)).dispel();
    drop(Doubt::of(&leases, None));
    assert!(!lease.is_given_up());
    drop(Doubt::of(&leases, Some(&lease)));
    assert!(lease.is_given_up());
    assert_eq!(leases.beat().await.unwrap(), Beat::Replaced);
}
