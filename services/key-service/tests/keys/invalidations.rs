//! What other replicas hear of a change.

use std::time::{Duration, Instant};

use bus::Heard;
use contracts::v1::{Invalidation, KeyChanged, RotateKeyRequest, invalidation::Subject};
use diesel_async::SimpleAsyncConnection;
use domain::api_key::ApiToken;
use test_support::eventually;
use tokio::sync::mpsc::Receiver;
use tokio_util::sync::CancellationToken;

use crate::support::{LIMIT, World, rate, request};

async fn next(heard: &mut Receiver<Heard<Invalidation>>) -> Heard<Invalidation> {
    tokio::time::timeout(LIMIT, heard.recv())
        .await
        .expect("hears something in time")
        .unwrap()
}

fn changed(key: &contracts::v1::ApiKey, token: &ApiToken) -> Heard<Invalidation> {
    let changed = KeyChanged {
        key_id: key.id.clone(),
        organization_id: key.organization_id.clone(),
        token_sha256: token.digest().to_vec().into(),
    };
    Heard::Message(Invalidation {
        subject: Some(Subject::KeyChanged(changed)),
    })
}

#[tokio::test]
async fn every_change_is_announced_and_nothing_else_is() {
    let world = World::start().await;
    let mut heard = bus::invalidations(&world.bus, CancellationToken::new());
    assert_eq!(next(&mut heard).await, Heard::Connected);

    let (key, token) = world.mint(request()).await;
    assert_eq!(next(&mut heard).await, changed(&key, &token));
    let rotate = RotateKeyRequest {
        organization_id: key.organization_id.clone(),
        key_id: key.id.clone(),
        ..Default::default()
    };
    let rotation = world.client.rotate(rotate).await.unwrap();
    let successor = ApiToken::parse(&rotation.token).unwrap();
    let both = [next(&mut heard).await, next(&mut heard).await];
    assert!(both.contains(&changed(&key, &token)));
    assert!(both.contains(&changed(&rotation.key.unwrap(), &successor)));
    world.limit(&key, rate(1, 1)).await.unwrap();
    assert_eq!(next(&mut heard).await, changed(&key, &token));
    // The limit it has already.
    world.limit(&key, rate(1, 1)).await.unwrap();
    world.revoke(&key).await.unwrap();
    assert_eq!(next(&mut heard).await, changed(&key, &token));

    // Neither a second revocation nor a read says anything: what comes next is the next change.
    world.revoke(&key).await.unwrap();
    world.look_up(&token).await;
    let (key, token) = world.mint(request()).await;
    assert_eq!(next(&mut heard).await, changed(&key, &token));
    world.stop().await;
}

#[tokio::test]
async fn a_change_that_cannot_be_announced_does_not_happen() {
    let world = World::start().await;
    let (key, token) = world.mint(request()).await;
    eventually("the outbox is empty", LIMIT, async || {
        owed(&world).await.eq(&0).then_some(())
    })
    .await;
    let mut conn = world.connect().await;
    conn.batch_execute("ALTER TABLE outbox ADD CONSTRAINT refuses CHECK (false) NOT VALID")
        .await
        .unwrap();

    assert!(world.revoke(&key).await.is_err());
    assert!(world.limit(&key, rate(1, 1)).await.is_err());
    assert!(world.client.mint(request()).await.is_err());
    assert_eq!(world.look_up(&token).await, Some(key.clone()));
    assert_eq!(world.list(&key.organization_id).await.len(), 1);
    conn.batch_execute("ALTER TABLE outbox DROP CONSTRAINT refuses")
        .await
        .unwrap();
    world.stop().await;
}

#[tokio::test]
async fn a_service_that_stops_still_announces_what_it_changed() {
    let world = World::start().await;
    let mut heard = bus::invalidations(&world.bus, CancellationToken::new());
    assert_eq!(next(&mut heard).await, Heard::Connected);
    let bus = world.bus.clone();
    let (key, token) = world.mint(request()).await;
    world.stop().await;
    assert_eq!(next(&mut heard).await, changed(&key, &token));
    drop(bus);
}

#[tokio::test]
async fn a_revocation_is_heard_soon() {
    let world = World::start().await;
    let mut heard = bus::invalidations(&world.bus, CancellationToken::new());
    assert_eq!(next(&mut heard).await, Heard::Connected);
    let mut quickest = LIMIT;
    for _ in 0..5 {
        let (key, _) = world.mint(request()).await;
        next(&mut heard).await;
        let begun = Instant::now();
        world.revoke(&key).await.unwrap();
        next(&mut heard).await;
        quickest = quickest.min(begun.elapsed());
    }
    // The relay has just been at work, so its timer would take half a second each time: it is the
    // notification that wakes it.
    assert!(quickest < Duration::from_millis(250), "{quickest:?}");
    world.stop().await;
}

async fn owed(world: &World) -> i64 {
    store::outbox::owed(&mut world.connect().await)
        .await
        .unwrap()
        .rows
}
