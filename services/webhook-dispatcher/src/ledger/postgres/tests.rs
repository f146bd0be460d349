use chrono::{SubsecRound, TimeDelta};
use diesel::QueryableByName;
use diesel::sql_types::{Integer, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use domain::EndpointId;
use service_kit::Clock;
use test_support::TestDatabase;

use super::*;
use crate::db::retention;
use crate::endpoint::health::Seen;
use crate::entropy::OsEntropy;

const ENDPOINT: EndpointId = EndpointId(Uuid::from_u128(0x0e));
const OWNER: Uuid = Uuid::from_u128(0x01);
/// Of long ago.
const EVENT: &str = "evt_00000000000000000000000001";
const DELIVERY: Uuid = Uuid::from_u128(0x0d);

/// An endpoint that is owed one event, due at `due`, in SQL.
async fn owing(due: &str, endpoint: &str) -> (TestDatabase, AsyncPgConnection, Postgres) {
    let database = TestDatabase::create("webhook-dispatcher").await;
    let db = Db::connect(&store::Settings::new(database.url.clone()), "test").unwrap();
    let ledger = Postgres {
        straight: db.clone(),
        db,
        entropy: Arc::new(OsEntropy),
        health: HealthSettings::default(),
    };
    let mut conn = database.connect().await;
    let rows = format!(
        "INSERT INTO events (id, organization_id, type, occurred_at, body, created_at)
         VALUES ('{EVENT}', '{OWNER}', 'flight.approved', now(), '{{}}', now());
         INSERT INTO endpoints (id, organization_id, url, event_types, scheme, secret_ciphertext, secret_key_id,
                                created_at, updated_at)
         VALUES ('{ENDPOINT}', '{OWNER}', 'https://x', '{{*}}', 'ga', '', 'a', now(), now());
         UPDATE endpoints SET {endpoint};
         INSERT INTO owed (id, event_id, endpoint_id, organization_id, sequence, attempt_count, next_attempt_at,
                           created_at)
         VALUES ('{DELIVERY}', '{EVENT}', '{ENDPOINT}', '{OWNER}', 1, 0, {due}, now())"
    );
    conn.batch_execute(&rows).await.unwrap();
    (database, conn, ledger)
}

const OPENINGS: fn() -> Openings = || Openings {
    total: 10,
    each: 10,
    listed: Default::default(),
};

/// Has it leased to [`OWNER`], and tells when.
async fn claim_it(ledger: &Postgres) -> DateTime<Utc> {
    let now = Clock::system().now().trunc_subsecs(6) + TimeDelta::seconds(1);
    let claimed = ledger.claim(OWNER, Uuid::nil(), &OPENINGS(), now).await;
    assert_eq!(claimed.unwrap().len(), 1);
    now
}

#[derive(QueryableByName, Debug, PartialEq)]
struct EndpointRow {
    #[diesel(sql_type = Integer)]
    consecutive_failures: i32,
    #[diesel(sql_type = Text)]
    locked_by: String,
}

async fn endpoint(conn: &mut AsyncPgConnection) -> EndpointRow {
    diesel::sql_query("SELECT consecutive_failures, xmax::text AS locked_by FROM endpoints")
        .get_result(conn)
        .await
        .unwrap()
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = Integer)]
    attempts: i32,
}

/// The first attempt, by each of these.
fn failed_under(owners: &[Uuid], now: DateTime<Utc>) -> Outcomes<'static> {
    let count = owners.len();
    Outcomes {
        deliveries: vec![DELIVERY; count],
        owners: owners.to_vec(),
        numbers: vec![1; count],
        started_at: vec![now; count],
        durations_ms: vec![1; count],
        status_codes: vec![Some(500); count],
        errors: vec![Some("status"); count],
        details: vec![None; count],
        excerpts: vec![b""; count],
        request_headers: vec![None; count],
        response_headers: vec![None; count],
        statuses: vec!["pending"; count],
        next_attempts_at: vec![Some(now + TimeDelta::seconds(1)); count],
        completed_at: vec![None; count],
        probes: vec![false; count],
        consignments: vec![None; count],
        event_ids: vec![""; count],
        sequences: vec![1; count],
    }
}

#[tokio::test]
async fn an_outcome_that_is_written_again_tells_nothing_more_of_its_endpoint() {
    let (_database, mut conn, ledger) = owing("now()", "in_order = false").await;
    let now = claim_it(&ledger).await;
    let outcomes = failed_under(&[OWNER], now);
    let witness = Witness {
        outcome: 0,
        endpoint: ENDPOINT,
        seen: Seen {
            began: now,
            ended: now,
            arrived: false,
        },
        gone: false,
    };
    // As after an answer that was lost.
    for written in [1, 0] {
        let told = ledger.record(&outcomes, &[witness], now).await.unwrap();
        assert_eq!(told.outcomes.len(), written);
        assert_eq!(endpoint(&mut conn).await.consecutive_failures, 1);
    }
}

/// Who loses the lease and claims again may get both answers at one time.
#[tokio::test]
async fn a_delivery_that_is_told_of_under_two_leases_is_written_under_the_one_that_holds() {
    let (_database, mut conn, ledger) = owing("now()", "in_order = false").await;
    let now = claim_it(&ledger).await;
    let lost = Uuid::from_u128(0x02);
    for (owners, written) in [([lost, OWNER], vec![1]), ([OWNER, lost], vec![])] {
        let outcomes = failed_under(&owners, now);
        let told = ledger.record(&outcomes, &[], now).await.unwrap();
        assert_eq!(told.outcomes, written);
    }
    let count = "SELECT count(*)::integer AS attempts FROM attempts";
    let count: Count = diesel::sql_query(count)
        .get_result(&mut conn)
        .await
        .unwrap();
    assert_eq!(count.attempts, 1);
}

#[tokio::test]
async fn an_endpoint_at_a_rate_of_which_nothing_is_due_is_not_locked() {
    let limited = "rate_requests = 1, rate_seconds = 1";
    let (_database, mut conn, ledger) = owing("now() + interval '1 hour'", limited).await;
    let before = endpoint(&mut conn).await;
    let now = Clock::system().now();
    for (now, count) in [(now, 0), (now + TimeDelta::hours(2), 1)] {
        let claimed = ledger.claim(OWNER, Uuid::nil(), &OPENINGS(), now).await;
        assert_eq!(claimed.unwrap().len(), count);
        assert_eq!(endpoint(&mut conn).await == before, count == 0);
    }
}

/// By the clock it is dead until that is committed.
#[tokio::test]
async fn what_a_replica_holds_that_is_just_being_prolonged_is_left_to_it() {
    let (database, mut conn, ledger) = owing("now()", "in_order = false").await;
    claim_it(&ledger).await;
    let dies = format!("INSERT INTO replicas (id, alive_until) VALUES ('{OWNER}', now())");
    conn.batch_execute(&dies).await.unwrap();
    let mut renewing = database.connect().await;
    renewing
        .batch_execute("BEGIN; UPDATE replicas SET alive_until = now() + interval '1 minute'")
        .await
        .unwrap();
    assert_eq!(ledger.reap().await.unwrap(), 0);
    renewing.batch_execute("ROLLBACK").await.unwrap();
    assert_eq!(ledger.reap().await.unwrap(), 1);
    assert!(!ledger.renew(OWNER, Duration::from_secs(5)).await.unwrap());
}

#[tokio::test]
async fn what_has_lost_its_event_is_nobodys() {
    let (_database, mut conn, ledger) = owing("now()", "in_order = false").await;
    conn.batch_execute("DELETE FROM events").await.unwrap();
    let now = Clock::system().now() + TimeDelta::seconds(1);
    let claimed = ledger.claim(OWNER, Uuid::nil(), &OPENINGS(), now).await;
    assert!(claimed.unwrap().is_empty());
    // And so it can be ended.
    let expired = retention::expire_without_event(&mut conn, now.date_naive(), now).await;
    assert_eq!(expired.unwrap(), 1);
}
