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

/// Eight events for the endpoint, of which all but the third are leased to [`OWNER`].
async fn consigned() -> (
    (TestDatabase, AsyncPgConnection, Postgres),
    DateTime<Utc>,
    Vec<Numbered>,
) {
    let world = owing("now()", "updated_at = to_timestamp(0), next_sequence = 2").await;
    let now = Clock::system().now().trunc_subsecs(6);
    let ids: Vec<String> = (0..8).map(|n| format!("evt_1{n:025}")).collect();
    let (mut events, mut deliveries) = (NewEvents::default(), NewDeliveries::default());
    for (n, id) in ids.iter().enumerate() {
        events.ids.push(id);
        events.organizations.push(OWNER);
        events.types.push("flight.approved");
        events.occurred_at.push(now);
        events.traceparents.push(None);
        events.bodies.push(b"{}");
        events.locations.push(None);
        events.subjects.push(OWNER);
        events.passed_over.push("{}".into());
        deliveries
            .ids
            .push(Uuid::from_u128(0x100 + u128::try_from(n).unwrap()));
        deliveries.event_ids.push(id);
        deliveries.endpoint_ids.push(ENDPOINT.0);
        deliveries.lease_owners.push((n != 2).then_some(OWNER));
        deliveries.read_as.push(DateTime::UNIX_EPOCH);
    }
    let written = world.2.fan_out(&events, &deliveries, now).await;
    let mut written = written.unwrap();
    written.sort_by_key(|row| row.sequence);
    (world, now, written)
}

/// The first attempts at `some`, which arrived.
fn arrived<'a>(some: &[&Numbered], event: &'a str, now: DateTime<Utc>) -> Outcomes<'a> {
    let count = some.len();
    Outcomes {
        deliveries: some.iter().map(|row| row.id).collect(),
        status_codes: vec![Some(200); count],
        errors: vec![None; count],
        statuses: vec!["succeeded"; count],
        next_attempts_at: vec![None; count],
        completed_at: vec![Some(now); count],
        consignments: some.iter().map(|row| row.consignment).collect(),
        event_ids: vec![event; count],
        sequences: some.iter().map(|row| row.sequence).collect(),
        ..failed_under(&vec![OWNER; count], now)
    }
}

async fn number(conn: &mut AsyncPgConnection, table: &str) -> i32 {
    let count = format!("SELECT count(*)::integer AS attempts FROM {table}");
    let count: Count = diesel::sql_query(count).get_result(conn).await.unwrap();
    count.attempts
}

#[tokio::test]
async fn what_came_together_ends_apart_and_is_freed_apart() {
    let ((_database, mut conn, ledger), now, written) = consigned().await;
    let [a, b, free, c, d, e, f, g] = written.as_slice() else {
        panic!("eight were written");
    };
    assert_eq!((a.sequence, g.sequence, free.consignment), (2, 9, None));
    assert_eq!(
        (
            number(&mut conn, "owed").await,
            number(&mut conn, "pending").await
        ),
        (2, 9)
    );

    // Two halves at the same time: neither forgets what the other has marked.
    let (one, other) = ([a, c], [b, d]);
    let (one, other) = (arrived(&one, "evt_1", now), arrived(&other, "evt_2", now));
    let (one, other) = tokio::join!(
        ledger.record(&one, &[], now),
        ledger.record(&other, &[], now)
    );
    assert_eq!(
        (one.unwrap().outcomes.len(), other.unwrap().outcomes.len()),
        (2, 2)
    );
    assert_eq!(
        (
            number(&mut conn, "ended").await,
            number(&mut conn, "pending").await
        ),
        (4, 5)
    );

    // One is handed back, which opens the rest; that ends all the same, and once.
    let consignment = e.consignment.unwrap();
    let released = ledger.release(&[e.id], &[OWNER], &[consignment]).await;
    assert_eq!(released.unwrap(), 1);
    assert_eq!(number(&mut conn, "consignments").await, 0);
    let again = arrived(&[a, f, e, g], "evt_3", now);
    let mut told = ledger.record(&again, &[], now).await.unwrap().outcomes;
    told.sort_unstable();
    assert_eq!(told, [1, 3]);
    assert_eq!(
        (
            number(&mut conn, "ended").await,
            number(&mut conn, "owed").await
        ),
        (6, 3)
    );
    assert_eq!(
        number(&mut conn, "owed WHERE lease_owner IS NOT NULL").await,
        0
    );
}

#[tokio::test]
async fn what_needs_another_attempt_leaves_the_others_where_they_are() {
    let ((_database, mut conn, ledger), now, written) = consigned().await;
    let all: Vec<&Numbered> = written
        .iter()
        .filter(|row| row.consignment.is_some())
        .collect();
    let (first, rest) = all.split_first().unwrap();
    let failed = Outcomes {
        consignments: vec![first.consignment],
        deliveries: vec![first.id],
        sequences: vec![first.sequence],
        ..failed_under(&[OWNER], now)
    };
    let told = ledger.record(&failed, &[], now).await.unwrap();
    assert_eq!(told.outcomes, [0]);
    assert_eq!(number(&mut conn, "consigned").await, 6);
    let told = ledger.record(&arrived(rest, "evt_1", now), &[], now).await;
    assert_eq!(told.unwrap().outcomes.len(), rest.len());
    let put_off =
        "owed WHERE attempt_count = 1 AND lease_owner IS NULL AND next_attempt_at > created_at";
    assert_eq!(number(&mut conn, put_off).await, 1);
    assert_eq!(number(&mut conn, "ended").await, 6);
    assert_eq!(number(&mut conn, "attempts_made").await, 7);
    assert_eq!(number(&mut conn, "consignments").await, 0);
}
