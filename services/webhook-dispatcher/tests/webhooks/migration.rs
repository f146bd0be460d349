//! What was written before the log had partitions is in them afterwards.

use diesel::QueryableByName;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use test_support::TestDatabase;

const UP: &str = include_str!("../../../../migrations/webhook-dispatcher/0007_owed_and_log/up.sql");
const DOWN: &str =
    include_str!("../../../../migrations/webhook-dispatcher/0007_owed_and_log/down.sql");
const LATER_UP: &str =
    include_str!("../../../../migrations/webhook-dispatcher/0010_probes_of_deliveries/up.sql");
const LATER_DOWN: &str =
    include_str!("../../../../migrations/webhook-dispatcher/0010_probes_of_deliveries/down.sql");

const GUARD_DOWN: &str =
    include_str!("../../../../migrations/webhook-dispatcher/0011_endpoints_guard/down.sql");
const CONSIGNMENTS_DOWN: &str =
    include_str!("../../../../migrations/webhook-dispatcher/0014_consignments/down.sql");
const LAST_ATTEMPT_DOWN: &str =
    include_str!("../../../../migrations/webhook-dispatcher/0015_last_attempt/down.sql");

/// Three events of three days; deliveries of every status, a replay among them; their attempts.
const ROWS: &str = "
INSERT INTO events (id, organization_id, type, occurred_at, body, created_at)
SELECT first_event || repeat('0', 16), md5('o')::uuid, 'flight.approved', day, 'body', day
FROM old_days;
INSERT INTO deliveries (id, event_id, endpoint_id, organization_id, sequence, status, attempt_count, next_attempt_at,
                        last_status_code, last_error, created_at, completed_at, replay)
SELECT overlay(first_uuid::text PLACING '7' || lpad(number::text, 3, '0') FROM 15)::uuid, first_event || repeat('0', 16),
       md5('e')::uuid, md5('o')::uuid, 10 * ago + number, status, 1, CASE status WHEN 'pending' THEN day END, 500,
       'status', day, CASE WHEN status <> 'pending' THEN day END, number
FROM old_days, unnest(ARRAY['pending', 'succeeded', 'failed']) WITH ORDINALITY AS s (status, number);
INSERT INTO attempts (delivery_id, number, started_at, duration_ms, status_code, response_excerpt)
SELECT id, 1, created_at, 5, 500, 'no' FROM deliveries;
";

const OLD_DAYS: &str = "
CREATE TABLE old_days AS
SELECT ago, now() - ago * interval '1 day' AS day,
       first_event_of((now() AT TIME ZONE 'UTC')::date - ago) AS first_event,
       first_uuid_of((now() AT TIME ZONE 'UTC')::date - ago) AS first_uuid
FROM unnest(ARRAY[0, 1, 40]) ago";

const DELIVERIES: &str = "SELECT string_agg(d::text, ' ' ORDER BY id) AS text FROM (
    SELECT id, event_id, endpoint_id, organization_id, sequence, status, attempt_count, next_attempt_at, lease_owner,
           last_status_code, last_error, created_at, completed_at, replay FROM deliveries) d";
const ATTEMPTS: &str = "SELECT string_agg(a::text, ' ' ORDER BY delivery_id) AS text FROM (
    SELECT delivery_id, number, started_at, duration_ms, status_code, response_excerpt FROM attempts) a";
const EVENTS: &str = "SELECT string_agg(e::text, ' ' ORDER BY id) AS text FROM (
    SELECT id, organization_id, type, occurred_at, body, created_at FROM events) e";

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    text: String,
}

async fn text(conn: &mut AsyncPgConnection, query: &str) -> String {
    let row: Row = diesel::sql_query(query).get_result(conn).await.unwrap();
    row.text
}

async fn everything(conn: &mut AsyncPgConnection) -> [String; 3] {
    [
        text(conn, DELIVERIES).await,
        text(conn, ATTEMPTS).await,
        text(conn, EVENTS).await,
    ]
}

async fn run(conn: &mut AsyncPgConnection, script: &str) {
    let transaction = format!("BEGIN; {script}; COMMIT");
    conn.batch_execute(&transaction).await.unwrap();
}

#[tokio::test]
async fn it_moves_every_row_and_can_be_undone() {
    let database = TestDatabase::create("webhook-dispatcher").await;
    let mut conn = database.connect().await;
    run(&mut conn, OLD_DAYS).await;
    run(&mut conn, LAST_ATTEMPT_DOWN).await;
    run(&mut conn, CONSIGNMENTS_DOWN).await;
    run(&mut conn, GUARD_DOWN).await;
    run(&mut conn, LATER_DOWN).await;
    run(&mut conn, DOWN).await;
    run(&mut conn, ROWS).await;
    let before = everything(&mut conn).await;
    assert!(before.iter().all(|text| !text.is_empty()));

    run(&mut conn, UP).await;
    assert_eq!(everything(&mut conn).await, before);
    let counts = "SELECT concat_ws(' ', (SELECT count(*) FROM owed), (SELECT count(*) FROM ended),
        (SELECT count(*) FROM ended_default), (SELECT count(*) FROM attempts_default),
        (SELECT count(*) FROM events_default), (SELECT count(DISTINCT tableoid) FROM events)) AS text";
    assert_eq!(text(&mut conn, counts).await, "3 6 0 0 0 3");

    run(&mut conn, LATER_UP).await;
    run(&mut conn, LATER_DOWN).await;
    run(&mut conn, DOWN).await;
    assert_eq!(everything(&mut conn).await, before);
}

#[tokio::test]
async fn what_came_before_its_day_was_made_moves_there() {
    let database = TestDatabase::create("webhook-dispatcher").await;
    let mut conn = database.connect().await;
    // The days that there are were made when the database was: before midnight, perhaps.
    let older = "UPDATE old_days SET day = day - interval '3 days', first_event = first_event_of(day::date - 3)
                 WHERE ago > 0";
    run(&mut conn, OLD_DAYS).await;
    run(&mut conn, older).await;
    run(
        &mut conn,
        "INSERT INTO events (id, organization_id, type, occurred_at, body, created_at)
         SELECT first_event || repeat('0', 16), md5('o')::uuid, 'flight.approved', day, 'body', day FROM old_days",
    )
    .await;
    let stray = "SELECT count(*)::text AS text FROM events_default";
    assert_eq!(text(&mut conn, stray).await, "2");
    let make = "SELECT string_agg(make_partition('events', (day AT TIME ZONE 'UTC')::date)::text, ' ' ORDER BY ago) AS text
                FROM old_days";
    assert_eq!(text(&mut conn, make).await, "false true true");
    assert_eq!(text(&mut conn, make).await, "false false false");
    assert_eq!(text(&mut conn, stray).await, "0");
    let all = "SELECT count(*)::text AS text FROM events";
    assert_eq!(text(&mut conn, all).await, "3");
}

/// The tables of the log, with how many of their columns no statistics are kept of.
const PLAIN_COLUMNS: &str = "
SELECT string_agg(DISTINCT table_name || ' ' || columns, ', ' ORDER BY table_name || ' ' || columns) AS text FROM (
    SELECT split_part(attrelid::regclass::text, '_', 1) AS table_name, count(*) AS columns
    FROM pg_attribute
    WHERE attrelid::regclass::text ~ '^(events|ended|attempts)(_[0-9]+)?$' AND NOT attisdropped
      AND attstattarget = 0 AND attnum > 0
    GROUP BY attrelid) t";

#[tokio::test]
async fn of_what_is_only_shown_no_day_keeps_statistics() {
    let database = TestDatabase::create("webhook-dispatcher").await;
    let mut conn = database.connect().await;
    for table in ["events", "ended", "attempts"] {
        let make = format!("SELECT make_partition('{table}', current_date + 99)::text AS text");
        assert_eq!(text(&mut conn, &make).await, "true");
    }
    let days = "SELECT count(DISTINCT attrelid)::text AS text FROM pg_attribute
        WHERE attrelid::regclass::text ~ '^events_[0-9]+$' AND attname = 'body' AND attstattarget = 0";
    let all = "SELECT count(*)::text AS text FROM pg_class WHERE relkind = 'r' AND relname ~ '^events_[0-9]+$'";
    assert_eq!(text(&mut conn, days).await, text(&mut conn, all).await);
    assert_eq!(
        text(&mut conn, PLAIN_COLUMNS).await,
        "attempts 8, ended 7, events 3"
    );
}

/// Three deliveries in one consignment, of which the second is settled; one that arrived at its second
/// attempt, and one of a version that knew only `attempts`.
const TOGETHER: &str = "
INSERT INTO consignments (id, endpoint_id, organization_id, lease_owner, created_at, first_sequence, settled,
                          delivery_ids, event_ids)
SELECT ids[1], md5('e')::uuid, md5('o')::uuid, md5('r')::uuid, now(), 7, B'010', ids, ARRAY['a', 'b', 'c']
FROM (SELECT array_agg(gen_random_uuid()) AS ids FROM generate_series(1, 3)) s;
INSERT INTO ended (id, event_id, endpoint_id, organization_id, sequence, replay, status, attempt_count,
                   last_status_code, created_at, completed_at, started_at, duration_ms, response_excerpt)
VALUES (md5('1')::uuid, 'd', md5('e')::uuid, md5('o')::uuid, 1, 0, 'succeeded', 2, 200, now(), now(), now(), 5, 'ok'),
       (md5('2')::uuid, 'e', md5('e')::uuid, md5('o')::uuid, 2, 0, 'failed', 1, 500, now(), now(), NULL, NULL, NULL);
INSERT INTO attempts (delivery_id, number, started_at, duration_ms, status_code, error, response_excerpt)
VALUES (md5('1')::uuid, 1, now(), 5, 500, 'status', 'no'), (md5('2')::uuid, 1, now(), 5, 500, 'status', 'no');
";

#[tokio::test]
async fn consignments_and_last_attempts_stand_alone_again_when_undone() {
    let database = TestDatabase::create("webhook-dispatcher").await;
    let mut conn = database.connect().await;
    run(&mut conn, TOGETHER).await;
    let rows = |table: &str, order: &str| {
        format!("SELECT string_agg(d::text, ' ' ORDER BY {order}) AS text FROM {table} d")
    };
    let attempts = text(&mut conn, &rows("attempts_made", "delivery_id, number")).await;
    let deliveries = text(&mut conn, &rows("deliveries", "id")).await;
    let pending =
        "SELECT string_agg(event_id || sequence, ' ' ORDER BY event_id) AS text FROM pending";
    assert_eq!(text(&mut conn, pending).await, "a7 c9");

    run(&mut conn, LAST_ATTEMPT_DOWN).await;
    assert_eq!(
        text(&mut conn, &rows("attempts", "delivery_id, number")).await,
        attempts
    );
    run(&mut conn, CONSIGNMENTS_DOWN).await;
    assert_eq!(text(&mut conn, &rows("deliveries", "id")).await, deliveries);
    let owed = "SELECT count(*)::text AS text FROM owed WHERE lease_owner IS NULL";
    assert_eq!(text(&mut conn, owed).await, "2");
}
