//! What is not minted, and what callers hear of it.

use chrono::TimeDelta;
use contracts::convert::timestamp;
use contracts::v1::{
    ListKeysRequest, LookUpKeyRequest, MintKeyRequest, RevokeKeyRequest, fault::Kind,
};
use diesel_async::SimpleAsyncConnection;
use prost_types::Timestamp;

use crate::support::{World, fault, kind, organization, request, start_of_time};

/// So many seconds before the present of the test.
fn before(seconds: i64) -> Option<Timestamp> {
    Some(timestamp(start_of_time() - TimeDelta::seconds(seconds)))
}

#[tokio::test]
async fn a_wrong_request_names_its_field_and_leaves_nothing_behind() {
    let world = World::start().await;
    type Spoil = fn(&mut MintKeyRequest);
    let wrong: [(&str, Spoil); 13] = [
        ("organization_id", |r| r.organization_id = "school".into()),
        ("surface", |r| r.surface = "gb".into()),
        ("name", |r| r.name = " ".into()),
        ("name", |r| r.name = "n".repeat(101)),
        ("scopes", |r| r.scopes.clear()),
        ("scopes", |r| r.scopes = vec!["public.flights:write".into()]),
        ("scopes", |r| r.scopes = vec!["read".into()]),
        ("scopes", |r| r.surface = "tf".into()),
        ("expires_at", |r| r.expires_at = before(1)),
        ("expires_at", |r| r.expires_at = before(0)),
        ("note", |r| r.note = Some("n".repeat(1_001))),
        ("note", |r| r.note = Some("a\0b".into())),
        ("created_by", |r| r.created_by = Some("a\0b".into())),
    ];
    for (pointer, spoil) in wrong {
        let mut request = request();
        spoil(&mut request);
        let fault = fault(world.client.mint(request).await);
        assert_eq!(fault.kind(), Kind::Invalid, "{fault:?}");
        assert_eq!(
            fault.fields.first().map(|f| f.pointer.as_str()),
            Some(pointer),
            "{fault:?}"
        );
    }
    assert_eq!(world.list(&organization(1)).await, []);
    world.stop().await;
}

#[tokio::test]
async fn ids_and_digests_must_be_what_they_are_called() {
    let world = World::start().await;
    let short = LookUpKeyRequest {
        token_sha256: vec![0; 31].into(),
    };
    assert_eq!(kind(world.client.look_up(short).await), Kind::Invalid);
    let list = ListKeysRequest {
        organization_id: String::new(),
    };
    assert_eq!(kind(world.client.list(list).await), Kind::Invalid);
    let revoke = RevokeKeyRequest {
        organization_id: organization(1),
        key_id: "k".into(),
        ..Default::default()
    };
    assert_eq!(kind(world.client.revoke(revoke).await), Kind::Invalid);
    let (key, _) = world.mint(request()).await;
    let unstorable = RevokeKeyRequest {
        organization_id: key.organization_id,
        key_id: key.id,
        reason: Some("a\0b".into()),
        ..Default::default()
    };
    assert_eq!(kind(world.client.revoke(unstorable).await), Kind::Invalid);
    world.stop().await;
}

/// Rows straight into the table: a thousand requests would only take longer.
const ALMOST_FULL: &str = "
    INSERT INTO api_keys (id, organization_id, surface, name, display_prefix, last_four, token_sha256,
        scopes, created_at, expires_at, revoked_at)
    SELECT gen_random_uuid(), '00000000-0000-0000-0000-000000000001', 'ga', 'key ' || n, 'gaf_pk_abcd',
        'wxyz', sha256(n::text::bytea), '{public.events:read}', '2026-05-01Z',
        CASE WHEN n > 1500 THEN '2026-05-02Z'::timestamptz END,
        CASE WHEN n BETWEEN 1000 AND 1500 THEN '2026-05-02Z'::timestamptz END
    FROM generate_series(1, 2000) AS n";

#[tokio::test]
async fn an_organization_has_a_thousand_live_keys_at_most_and_sees_them_all() {
    let world = World::start().await;
    world
        .connect()
        .await
        .batch_execute(ALMOST_FULL)
        .await
        .unwrap();

    // 999 live among 2,000: one more fits, of two that come at the same time.
    let (one, other) = tokio::join!(world.client.mint(request()), world.client.mint(request()));
    let (minted, refused) = if one.is_ok() {
        (one, other)
    } else {
        (other, one)
    };
    let refused = fault(refused);
    assert_eq!(
        (refused.kind(), refused.code.as_str()),
        (Kind::Conflict, "too_many_keys")
    );
    let elsewhere = MintKeyRequest {
        organization_id: organization(2),
        ..request()
    };
    world.mint(elsewhere).await;

    let listed = world.list(&organization(1)).await;
    assert_eq!(listed.len(), 1_000);
    assert!(
        listed
            .iter()
            .all(|key| key.revoked_at.is_none() && key.expires_at.is_none())
    );

    // A revocation makes room.
    world.revoke(&minted.unwrap().key.unwrap()).await.unwrap();
    world.mint(request()).await;
    world.stop().await;
}
