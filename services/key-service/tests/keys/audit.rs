//! The audit trail: every act once, and for ever.

use diesel::prelude::*;
use diesel::sql_types::{Jsonb, Nullable, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};

use crate::support::{World, request};

#[derive(QueryableByName)]
struct Entry {
    #[diesel(sql_type = Text)]
    act: String,
    #[diesel(sql_type = Nullable<Text>)]
    by: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    at: chrono::DateTime<chrono::Utc>,
    #[diesel(sql_type = Jsonb)]
    detail: serde_json::Value,
}

async fn trail(conn: &mut AsyncPgConnection, key_id: &str) -> Vec<Entry> {
    diesel::sql_query(
        "SELECT act, by, at, detail FROM key_audit WHERE key_id = $1::uuid ORDER BY id",
    )
    .bind::<Text, _>(key_id)
    .load(conn)
    .await
    .unwrap()
}

#[tokio::test]
async fn every_act_is_written_down_once() {
    let world = World::start().await;
    let (key, _) = world.mint(request()).await;
    world.pass(chrono::TimeDelta::seconds(7));
    world.revoke(&key).await.unwrap();
    let revoked_at = world.now();
    world.revoke(&key).await.unwrap();

    let trail = trail(&mut world.connect().await, &key.id).await;
    let acts: Vec<_> = trail
        .iter()
        .map(|e| (e.act.as_str(), e.by.as_deref()))
        .collect();
    assert_eq!(acts, [("minted", Some("ops")), ("revoked", Some("ops"))]);
    assert_eq!(
        trail[0].detail["scopes"],
        serde_json::json!(["public.flights:read", "public.events:read"])
    );
    assert_eq!(trail[1].detail["reason"], "lost laptop");
    assert_eq!(trail[1].at, revoked_at);
    world.stop().await;
}

#[tokio::test]
async fn the_trail_can_be_neither_changed_nor_cut() {
    let world = World::start().await;
    let (key, _) = world.mint(request()).await;
    let mut conn = world.connect().await;
    for attempt in [
        "UPDATE key_audit SET by = 'nobody'",
        "DELETE FROM key_audit",
        "DELETE FROM key_audit WHERE false",
        "TRUNCATE key_audit",
        "TRUNCATE api_keys CASCADE",
        "DELETE FROM api_keys",
    ] {
        assert!(conn.batch_execute(attempt).await.is_err(), "{attempt}");
    }
    assert_eq!(trail(&mut conn, &key.id).await.len(), 1);
    world.stop().await;
}
