use chrono::TimeDelta;
use diesel_async::SimpleAsyncConnection;
use domain::EventId;
use serde_json::json;
use service_kit::Clock;
use test_support::TestDatabase;
use uuid::Uuid;

use super::*;
use crate::db::replays::{self, EventRow};

const ORGANIZATION: Uuid = Uuid::from_u128(0x0a);

#[tokio::test]
async fn an_event_that_is_about_to_be_sent_once_more_stays() {
    let database = TestDatabase::create("webhook-dispatcher").await;
    let now = Clock::system().now();
    let unix_ms = u64::try_from(now.timestamp_millis()).unwrap();
    let id = EventId::from_parts(unix_ms, 1).to_string();
    let event = EventRow {
        id: &id,
        organization_id: ORGANIZATION,
        event_type: "flight.approved",
        occurred_at: now,
        traceparent: None,
        body: b"{}",
        location_id: None,
        subject_id: Uuid::nil(),
        created_at: now,
        passed_over: json!({}),
    };
    let (mut asking, mut keeper) = (database.connect().await, database.connect().await);
    let (day, whose) = (now.date_naive(), Whose::Only(vec![ORGANIZATION]));
    assert_eq!(replays::hold(&mut asking, &event).await, Ok(ORGANIZATION));
    asking.batch_execute("BEGIN").await.unwrap();
    assert_eq!(replays::hold(&mut asking, &event).await, Ok(ORGANIZATION));
    assert_eq!(events(&mut keeper, day, &whose).await, Ok(0));
    asking.batch_execute("COMMIT").await.unwrap();
    assert_eq!(events(&mut keeper, day, &whose).await, Ok(1));
}

#[tokio::test]
async fn a_deleted_endpoint_goes_when_nothing_tells_of_it_any_more() {
    let database = TestDatabase::create("webhook-dispatcher").await;
    let mut conn = database.connect().await;
    // The first went lately, the third is told of, the fourth is not closed, and the fifth is there.
    conn.batch_execute(
        "INSERT INTO endpoints (id, organization_id, url, event_types, scheme, secret_ciphertext, secret_key_id,
                                created_at, updated_at, status, closed)
         SELECT md5(n::text)::uuid, md5('o')::uuid, 'https://x', '{*}', 'ga', '', 'a', now(),
                now() - (n > 1)::integer * interval '91 days', CASE WHEN n < 5 THEN 'deleted' ELSE 'enabled' END, n < 4
         FROM generate_series(1, 6) n;
         UPDATE endpoints SET status = 'deleted', closed = true WHERE id = md5('6')::uuid;
         INSERT INTO ended (id, event_id, endpoint_id, organization_id, sequence, replay, status, attempt_count,
                            created_at, completed_at)
         VALUES (gen_random_uuid(), 'evt_1', md5('3')::uuid, md5('o')::uuid, 1, 0, 'failed', 1, now(), now())",
    )
    .await
    .unwrap();
    let now = Clock::system().now();
    let long_ago = now - TimeDelta::days(90);
    assert_eq!(requests(&mut conn, long_ago, long_ago).await, Ok(2));
    assert_eq!(requests(&mut conn, long_ago, long_ago).await, Ok(0));
}
