//! What cannot be read is put aside, and holds up nothing.

use bus::{OutMessage, dead_letters};
use contracts::topology::DISPATCHER_EVENTS;
use contracts::v1;
use prost::Message;
use test_support::{Receiver, eventually};

use crate::events::approved;
use crate::world::{LIMIT, World, message};

#[tokio::test]
async fn messages_that_are_no_events_are_dead_lettered_with_their_reason() {
    let (world, receiver) = (World::start().await, Receiver::start());
    world.endpoint(&receiver.url("/"), &["*"]).await;
    let good = message(&approved(1));
    let mut unknown = v1::CatalogEvent::from(&approved(2));
    unknown.data = None;
    let mut without_id = v1::CatalogEvent::from(&approved(3));
    without_id.id = "evt_nonsense".to_owned();
    let poison = [
        b"\xff\xfe no message".to_vec(),
        unknown.encode_to_vec(),
        without_id.encode_to_vec(),
    ];
    let mut messages: Vec<OutMessage> = poison
        .into_iter()
        .map(|payload| OutMessage {
            payload: payload.into(),
            ..good.clone()
        })
        .collect();
    messages.push(good.clone());
    messages.push(OutMessage {
        traceparent: Some("00-\0-\0-01".to_owned()),
        ..message(&approved(4))
    });
    world.publish_raw(&messages).await;

    receiver.wait_for(2, LIMIT).await;
    let dead = eventually("three dead letters", LIMIT, async || {
        let (_, dead) = dead_letters::list(&world.bus, DISPATCHER_EVENTS, 10)
            .await
            .ok()?;
        (dead.len() == 3).then_some(dead)
    })
    .await;
    let reasons: Vec<_> = dead.iter().map(|letter| letter.reason.as_str()).collect();
    assert!(reasons[0].starts_with("this is no event"), "{reasons:?}");
    assert!(reasons[1].contains("data: is missing"), "{reasons:?}");
    assert!(reasons[2].contains("id: "), "{reasons:?}");
    assert_eq!(world.deliveries().await.len(), 2);
    world.stop().await;
}
