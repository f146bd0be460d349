//! The database stands behind the rules of an endpoint, for whoever reaches it past the service.

use diesel::result::QueryResult;
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use test_support::TestDatabase;

const ENDPOINT: &str = "
INSERT INTO endpoints (id, organization_id, url, event_types, scheme, secret_ciphertext, secret_key_id,
                       created_at, updated_at)
VALUES (gen_random_uuid(), gen_random_uuid(), 'https://partner.example', '{*}', 'ga', '', 'k', now(), now())";

/// Changes, and the rule that each breaks.
const BROKEN: [(&str, &str); 24] = [
    ("url = ''", "url_length"),
    ("url = repeat('u', 2049)", "url_length"),
    ("description = repeat('d', 501)", "description_length"),
    ("event_types = '{}'", "has_event_types"),
    ("scheme = 'morse'", "scheme"),
    ("status = 'lost'", "status"),
    ("status = 'disabled'", "disabled_for_a_reason"),
    ("disabled_reason = 'gone'", "disabled_for_a_reason"),
    ("previous_secret_until = now()", "previous_secret_is_whole"),
    ("header_names = '{x-a}'", "headers_are_whole"),
    ("headers_key_id = 'k'", "headers_are_whole"),
    ("metadata = '[]'", "metadata_is_an_object"),
    ("retries = 'never'", "retries"),
    ("rate_requests = 1", "rate_is_whole"),
    ("rate_requests = 0, rate_seconds = 1", "rate"),
    ("rate_requests = 1, rate_seconds = 0", "rate"),
    ("health = 'odd'", "health"),
    ("health = 'failing'", "failing_since"),
    ("failing_since = now()", "failing_since"),
    ("health = 'failing', failing_since = now()", "probe"),
    ("probe_at = now()", "probe"),
    ("catching_up_since = now()", "catching_up"),
    ("catch_up_pace = 1", "pace"),
    (
        "health = 'catching_up', failing_since = now(), catching_up_since = now(), pace_changed_at = now(),
         catch_up_pace = 0",
        "pace",
    ),
];

/// What a service may do, by columns that rules name.
const KEPT: [&str; 4] = [
    "url = repeat('u', 2048), description = repeat('d', 500)",
    "rate_requests = 1, rate_seconds = 1",
    "status = 'disabled', disabled_reason = 'gone'",
    "health = 'catching_up', failing_since = now(), catching_up_since = now(), pace_changed_at = now(),
     catch_up_pace = 1",
];

async fn set(conn: &mut AsyncPgConnection, change: &str) -> QueryResult<()> {
    let update = format!("UPDATE endpoints SET {change}");
    conn.batch_execute(&update).await
}

#[tokio::test]
async fn no_rule_of_an_endpoint_can_be_broken() {
    let database = TestDatabase::create("webhook-dispatcher").await;
    let mut conn = database.connect().await;
    conn.batch_execute(ENDPOINT).await.unwrap();
    for (change, rule) in BROKEN {
        let error = set(&mut conn, change).await.expect_err(change);
        let constraint = store::violated_constraint(&error).unwrap_or_else(|| panic!("{error}"));
        assert_eq!(constraint, format!("endpoints_{rule}"), "{change}");
    }
    for change in KEPT {
        set(&mut conn, change).await.expect(change);
    }
    let lost = ENDPOINT.replace("'https://partner.example'", "''");
    conn.batch_execute(&lost).await.expect_err("inserted");
}
