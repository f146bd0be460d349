//! Many keys revoked while others are used: no gateway lets one in that it has refused. How fast it
//! is `./dev bench revocation` measures.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures::{StreamExt, stream};
use system_tests::{Ask, Connection};
use tokio::task::JoinHandle;

use crate::world::{Minted, World, refused};

const KEYS: usize = 200;
/// Revocations at the same time.
const AT_ONCE: usize = 8;
/// Far more than it takes on an idle machine, where it is milliseconds; far less than the lease.
const IN_THE_END: Duration = Duration::from_secs(10);
/// Requests with a refused key, at once.
const STILL: usize = 2;

/// Partners whose keys live, one at each gateway, who ask again as soon as they are answered.
struct Load {
    end: Arc<AtomicBool>,
    answered: Arc<AtomicU64>,
    readers: Vec<JoinHandle<()>>,
}

impl Load {
    async fn begin(world: &World) -> Self {
        let (end, answered) = (Arc::<AtomicBool>::default(), Arc::<AtomicU64>::default());
        let mut readers = Vec::new();
        for connection in world.connections() {
            let ask = world.mint().await.flights();
            readers.push(tokio::spawn(read(
                connection,
                ask,
                end.clone(),
                answered.clone(),
            )));
        }
        Self {
            end,
            answered,
            readers,
        }
    }

    async fn end(self) -> u64 {
        AtomicBool::store(&self.end, true, Ordering::SeqCst);
        for reader in self.readers {
            reader.await.unwrap();
        }
        self.answered.load(Ordering::SeqCst)
    }
}

async fn read(
    mut connection: Connection,
    ask: Ask,
    end: Arc<AtomicBool>,
    answered: Arc<AtomicU64>,
) {
    while !end.load(Ordering::SeqCst) {
        assert_eq!(connection.status(&ask).await, 200);
        AtomicU64::fetch_add(&answered, 1, Ordering::SeqCst);
    }
}

/// Uses a key at every gateway, revokes it, and returns how long the last took to refuse it.
async fn revoke_one(world: &World, key: &Minted) -> Duration {
    let (ask, mut connections) = (key.flights(), world.connections());
    for connection in &mut connections {
        assert_eq!(connection.status(&ask).await, 200);
    }
    world.revoke(key).await;
    let revoked = Instant::now();
    let watched = connections.iter_mut().map(async |connection| {
        refused(connection, &ask).await;
        let took = revoked.elapsed();
        for _ in 0..STILL {
            assert_eq!(connection.status(&ask).await, 401);
        }
        took
    });
    let took = futures::future::join_all(watched).await;
    took.into_iter().max().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn revoked_keys_open_nothing_again() {
    let world = World::start("keys-revocation").await;
    let keys: Vec<Minted> = stream::iter(0..KEYS)
        .map(|_| world.mint())
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let load = Load::begin(&world).await;
    let mut took: Vec<Duration> = stream::iter(&keys)
        .map(|key| revoke_one(&world, key))
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let answered = load.end().await;
    took.sort_unstable();
    assert!(took[KEYS - 1] < IN_THE_END, "{:?}", took[KEYS - 1]);
    assert!(answered > 100, "there was no load: {answered} answers");
    for mut connection in world.connections() {
        for key in &keys {
            let reply = connection.send(&key.flights()).await;
            assert_eq!((reply.status, reply.reason()), (401, "revoked".to_owned()));
        }
    }
    eprintln!(
        "{answered} requests answered meanwhile; p50 {:?}, p99 {:?}",
        took[KEYS / 2],
        took[KEYS * 99 / 100]
    );
}
