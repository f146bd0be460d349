//! A gateway without the broker: it believes what it knows for the stated lease, and then nobody.
//!
//! What it believes shows in a refusal that takes no broker: that the key lacks a scope.

use std::time::{Duration, Instant};

use system_tests::{Ask, Connection, Proxy, Reply, Service};
use test_support::{TestBroker, eventually};

use crate::world::{FLEET, Minted, PATIENCE, World, refused};

/// Long enough to be used several times, short enough to be waited for.
const LEASE: Duration = Duration::from_secs(6);
/// The key is believed in, and lacks the scope.
const BELIEVED: u16 = 403;
/// Nothing is known of the key.
const NOT_KNOWN: u16 = 503;
/// How long the cut-off gateway is watched after the lease.
const AFTER: Duration = Duration::from_millis(700);

struct CutOff {
    world: World,
    /// From the last gateway to the broker.
    way: Proxy,
}

impl CutOff {
    async fn start(label: &str, lease: Duration) -> Self {
        let broker = TestBroker::create().await;
        let way = Proxy::to(&broker.amqp_url).await;
        let lease = lease.as_millis().to_string();
        let builder = World::builder(label)
            .on(broker)
            .set(Service::ApiGateway, "GA_KEYS__LEASE_MS", lease)
            // A question without an answer ends soon.
            .set_gateway(2, "GA_BACKEND__TIMEOUT_MS", "300")
            .set_gateway(2, "GA_BROKER__URL", way.url.clone());
        Self {
            world: World::from(builder).await,
            way,
        }
    }

    /// The gateway that can be cut off, and the others.
    fn connections(&self) -> (Connection, Vec<Connection>) {
        let mut all = self.world.connections();
        (all.pop().unwrap(), all)
    }

    /// Waits until the gateway says that it hears of revocations again.
    async fn hears(&self) {
        let admin = self.world.stack.admin_urls(Service::ApiGateway);
        let mut admin = Connection::to(admin.last().unwrap());
        eventually("the gateway is ready", PATIENCE, async || {
            (admin.status(&Ask::get("/ready")).await == 200).then_some(())
        })
        .await;
    }
}

/// A question of which nothing has to be read.
fn ask(key: &Minted) -> Ask {
    let ask = Ask::get(FLEET).bearer(&key.token);
    ask.organization(&key.organization)
}

/// The first answer of a gateway that can ask about keys.
async fn answer(connection: &mut Connection, ask: &Ask) -> Reply {
    eventually("the gateway asks about keys", PATIENCE, async || {
        let reply = connection.send(ask).await;
        (reply.status != NOT_KNOWN).then_some(reply)
    })
    .await
}

async fn refused_as_revoked(connection: &mut Connection, key: &Minted) {
    let reply = answer(connection, &ask(key)).await;
    assert_eq!((reply.status, reply.reason()), (401, "revoked".to_owned()));
}

/// Asks with both keys until well after the lease that began at `known` at the latest. Returns
/// whether both were believed in for a while.
async fn watch(gone: &mut Connection, keys: [&Minted; 2], known: Instant) -> bool {
    let mut believed = [false, false];
    while known.elapsed() < LEASE + AFTER {
        for (key, believed) in keys.into_iter().zip(&mut believed) {
            let asked = known.elapsed();
            match gone.status(&ask(key)).await {
                BELIEVED => {
                    assert!(asked <= LEASE, "believed for {asked:?}");
                    *believed = true;
                }
                status => assert_eq!(status, NOT_KNOWN),
            }
        }
    }
    believed == [true, true]
}

/// The way is taken by `take`; with `LEASE` nothing is believed in the end.
async fn believes_for_the_lease(label: &str, take: impl FnOnce(&Proxy)) {
    let it = CutOff::start(label, LEASE).await;
    let (kept, revoked) = (it.world.mint().await, it.world.mint().await);
    let (mut gone, mut others) = it.connections();
    for key in [&kept, &revoked] {
        assert_eq!(answer(&mut gone, &ask(key)).await.status, BELIEVED);
    }
    let known = Instant::now();
    take(&it.way);
    it.world.revoke(&revoked).await;
    for other in &mut others {
        refused(other, &revoked.flights()).await;
    }
    let stranger = it.world.mint().await;
    assert_eq!(gone.status(&ask(&stranger)).await, NOT_KNOWN);

    assert!(watch(&mut gone, [&kept, &revoked], known).await);
    it.way.open();
    it.hears().await;
    refused_as_revoked(&mut gone, &revoked).await;
    for key in [&kept, &stranger] {
        assert_eq!(answer(&mut gone, &key.flights()).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_whose_broker_is_gone_believes_for_the_lease() {
    believes_for_the_lease("keys-cut", Proxy::cut).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_whose_broker_is_silent_believes_for_the_lease() {
    believes_for_the_lease("keys-silent", Proxy::silence).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_that_was_away_for_a_moment_has_forgotten_what_it_knew() {
    let it = CutOff::start("keys-moment", Duration::from_secs(3_600)).await;
    let key = it.world.mint().await;
    let (mut gone, mut others) = it.connections();
    assert_eq!(answer(&mut gone, &ask(&key)).await.status, BELIEVED);
    it.way.cut();
    it.world.revoke(&key).await;
    for other in &mut others {
        refused_as_revoked(other, &key).await;
    }
    // The announcement has gone by.
    assert_eq!(gone.status(&ask(&key)).await, BELIEVED);
    it.way.open();
    it.hears().await;
    refused_as_revoked(&mut gone, &key).await;
}
