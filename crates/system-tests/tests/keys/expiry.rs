//! The moment at which a key ends by itself.

use std::time::Duration;

use contracts::convert::timestamp;
use contracts::v1::MintKeyRequest;
use test_support::eventually;
use uuid::Uuid;

use crate::world::{World, flights_key, now};

/// Of which a part has gone by before the key is made.
const LIFETIME: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_is_let_in_until_it_expires_and_never_after() {
    let world = World::start("keys-expiry").await;
    let end = now() + LIFETIME;
    let request = MintKeyRequest {
        expires_at: Some(timestamp(end)),
        ..flights_key(Uuid::new_v4())
    };
    let key = world.mint_as(request).await;
    let ask = key.flights();
    let mut connections = world.connections();
    let (mut let_in, mut refused) = ([0, 0, 0], [0, 0, 0]);
    eventually("every gateway refuses", LIFETIME * 4, async || {
        for (gateway, connection) in connections.iter_mut().enumerate() {
            let asked = now();
            let reply = connection.send(&ask).await;
            let answered = now();
            match (reply.status, reply.reason().as_str()) {
                (200, _) => {
                    assert!(asked < end, "let in {:?} after its end", asked - end);
                    let_in[gateway] += 1;
                }
                (401, "expired") => {
                    assert!(
                        end <= answered,
                        "refused {:?} before its end",
                        end - answered
                    );
                    refused[gateway] += 1;
                }
                _ => panic!("{reply:?}"),
            }
        }
        refused.iter().all(|count| *count > 10).then_some(())
    })
    .await;
    assert!(let_in.iter().all(|count| *count > 0), "{let_in:?}");
}
