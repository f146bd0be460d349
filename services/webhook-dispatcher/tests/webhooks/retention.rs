//! How long the log is kept, over RPC, and a replica that keeps it so.

use contracts::v1::{GetRetentionRequest, Retention, SetRetentionRequest, fault::Kind};

use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use test_support::eventually;

use crate::world::{LIMIT, World, fault, kind, org};

#[derive(diesel::QueryableByName)]
struct Ended {
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = Text)]
    last_error: String,
}

async fn choose(world: &World, days: Option<u32>) -> Retention {
    let request = SetRetentionRequest {
        organization_id: org(1),
        days,
    };
    let answer = world.client.set_retention(request).await.unwrap();
    answer.retention.unwrap()
}

async fn kept(world: &World, organization: u128) -> Retention {
    let request = GetRetentionRequest {
        organization_id: org(organization),
    };
    let answer = world.client.get_retention(request).await.unwrap();
    answer.retention.unwrap()
}

#[tokio::test]
async fn an_organisation_chooses_changes_its_mind_and_takes_it_back() {
    let world = World::start().await;
    let standard = kept(&world, 1).await;
    assert_eq!((standard.days, standard.standard_days), (30, 30));
    assert_eq!(standard.chosen_at, None);
    for days in [7, 90] {
        let chosen = choose(&world, Some(days)).await;
        assert_eq!((chosen.days, chosen.standard_days), (days, 30));
        assert!(chosen.chosen_at.is_some());
        assert_eq!(kept(&world, 1).await, chosen);
    }
    assert_eq!(kept(&world, 2).await.days, 30);
    assert_eq!(choose(&world, None).await, standard);
    world.stop().await;
}

#[tokio::test]
async fn it_is_1_to_90_days() {
    let world = World::start().await;
    for days in [0, 91, 10_000] {
        let request = SetRetentionRequest {
            organization_id: org(1),
            days: Some(days),
        };
        let refused = fault(world.client.set_retention(request).await);
        assert_eq!(refused.kind(), Kind::Invalid, "{days}");
        assert_eq!(refused.code, "invalid_retention");
        assert_eq!(refused.fields[0].pointer, "days");
    }
    let request = GetRetentionRequest {
        organization_id: "school".to_owned(),
    };
    let refused = world.client.get_retention(request).await;
    assert_eq!(kind(refused), Kind::Invalid);
    world.stop().await;
}

/// Forty days ago, and nobody enabled the endpoint since.
const FORGOTTEN: &str = "
WITH old AS (
    SELECT (now() - interval '40 days')::date AS day
), event AS (
    INSERT INTO events (id, organization_id, type, occurred_at, body, created_at)
    SELECT first_event_of(day) || repeat('0', 16), '00000000-0000-0000-0000-000000000001', 'flight.created', day,
           '', day
    FROM old RETURNING id, organization_id, created_at
)
INSERT INTO owed (id, event_id, endpoint_id, organization_id, sequence, attempt_count, next_attempt_at, created_at)
SELECT first_uuid_of(day), e.id, gen_random_uuid(), e.organization_id, 1, 0, e.created_at, e.created_at
FROM event e, old";

#[tokio::test]
async fn a_replica_ends_what_is_owed_for_too_long() {
    let mut world = World::without_replica(|_| {}).await;
    world.sql(FORGOTTEN).await;
    world.add_replica().await;
    let mut conn = world.connect().await;
    let ended = "SELECT status, last_error FROM ended";
    let ended: Ended = eventually("it has ended", LIMIT, async || {
        diesel::sql_query(ended).get_result(&mut conn).await.ok()
    })
    .await;
    assert_eq!(
        (ended.status.as_str(), ended.last_error.as_str()),
        ("failed", "expired")
    );
    world.stop().await;
}
