//! Requests to replicas that are slow, leaving, or lost.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bus::{Bus, RpcClient, ServeOptions, Settings, serve};
use contracts::rpc::{Call, Handler};
use contracts::v1::{
    Fault, KeyServiceClient, ListKeysRequest, LookUpKeyRequest, RpcRequest, RpcRequestBatch,
    key_service_methods::QUEUE,
};
use lapin::options::{BasicPublishOptions, QueueDeleteOptions};
use prost::Message;
use test_support::{TestBroker, eventually};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Answers at once, but for look-ups, which are counted and wait for a permit.
#[derive(Clone)]
struct Slow {
    begun: Arc<AtomicUsize>,
    gate: Arc<Semaphore>,
}

impl Slow {
    fn new() -> Self {
        Self {
            begun: Arc::default(),
            gate: Arc::new(Semaphore::new(0)),
        }
    }

    fn begun(&self) -> usize {
        AtomicUsize::load(&self.begun, Ordering::SeqCst)
    }

    async fn until_begun(&self, count: usize) {
        eventually("it is begun", Duration::from_secs(5), async || {
            (self.begun() >= count).then_some(())
        })
        .await;
    }
}

impl Handler for Slow {
    const QUEUE: &'static str = QUEUE;

    async fn handle(&self, _: Call, method: &str, _: bytes::Bytes) -> Result<Vec<u8>, Fault> {
        if method.ends_with("/LookUp") {
            self.begun.fetch_add(1, Ordering::SeqCst);
            self.gate.acquire().await.unwrap().forget();
        }
        Ok(Vec::new())
    }
}

type Client = KeyServiceClient<RpcClient>;

async fn bus(broker: &TestBroker) -> Bus {
    let settings = Settings::new(broker.amqp_url.clone());
    Bus::connect(&settings, "test").await.unwrap()
}

struct World {
    broker: TestBroker,
    bus: Bus,
    client: Client,
}

impl World {
    async fn new() -> Self {
        let broker = TestBroker::create().await;
        let bus = bus(&broker).await;
        let client = KeyServiceClient::new(RpcClient::new(&bus));
        Self {
            broker,
            bus,
            client,
        }
    }

    async fn replica(
        &self,
        slow: &Slow,
        concurrency: usize,
    ) -> (CancellationToken, JoinHandle<()>) {
        self.replica_on(&self.bus, slow, concurrency).await
    }

    async fn replica_on(
        &self,
        bus: &Bus,
        slow: &Slow,
        concurrency: usize,
    ) -> (CancellationToken, JoinHandle<()>) {
        let token = CancellationToken::new();
        let options = ServeOptions {
            concurrency,
            ..ServeOptions::default()
        };
        let (bus, handler, inner) = (bus.clone(), slow.clone(), token.clone());
        let task = tokio::spawn(async move { serve(&bus, handler, options, inner).await });
        self.until_answered().await;
        (token, task)
    }

    async fn until_answered(&self) {
        let client = self.client.clone().with_timeout(Duration::from_millis(300));
        eventually("an answer", Duration::from_secs(3), async || {
            client.list(ListKeysRequest::default()).await.ok()
        })
        .await;
    }

    /// Asks for what is held up, and says nothing of what comes of it.
    fn look_up(&self, timeout: Duration) -> JoinHandle<bool> {
        let client = self.client.clone().with_timeout(timeout);
        tokio::spawn(async move { client.look_up(LookUpKeyRequest::default()).await.is_ok() })
    }

    async fn operator(&self) -> (lapin::Connection, lapin::Channel) {
        let connection = lapin::Connection::connect(&self.broker.amqp_url, Default::default())
            .await
            .unwrap();
        let channel = connection.create_channel().await.unwrap();
        (connection, channel)
    }
}

const LONG: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waited_too_long_in_a_busy_replica_is_not_begun() {
    let world = World::new().await;
    let slow = Slow::new();
    let _replica = world.replica(&slow, 1).await;
    let first = world.look_up(LONG);
    slow.until_begun(1).await;
    for _ in 0..5 {
        assert!(!world.look_up(Duration::from_millis(100)).await.unwrap());
    }
    // Their time begins when they arrive, which is a little later.
    let since = Instant::now();
    eventually("their time is over", LONG, async || {
        (since.elapsed() > Duration::from_millis(300)).then_some(())
    })
    .await;
    slow.gate.add_permits(100);
    assert!(first.await.unwrap());
    world.until_answered().await;
    assert_eq!(slow.begun(), 1, "nobody waits for the others");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_leaves_takes_nothing_that_another_could() {
    let world = World::new().await;
    let (leaving, staying) = (Slow::new(), Slow::new());
    let (token, task) = world.replica(&leaving, 1).await;
    let held = world.look_up(LONG);
    leaving.until_begun(1).await;
    let _staying = world.replica(&staying, 8).await;
    token.cancel();
    // The replica needs a moment to say that it leaves; until then it may get some.
    eventually("the others answer", Duration::from_secs(5), async || {
        let client = world
            .client
            .clone()
            .with_timeout(Duration::from_millis(300));
        for _ in 0..20 {
            client.list(ListKeysRequest::default()).await.ok()?;
        }
        Some(())
    })
    .await;
    leaving.gate.add_permits(1);
    assert!(held.await.unwrap(), "what is under way is finished");
    task.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_channel_is_made_again_while_old_work_still_hangs() {
    let world = World::new().await;
    let slow = Slow::new();
    let _replica = world.replica(&slow, 8).await;
    let _held = world.look_up(LONG);
    slow.until_begun(1).await;
    let (_connection, channel) = world.operator().await;
    channel
        .queue_delete(QUEUE.into(), QueueDeleteOptions::default())
        .await
        .unwrap();
    world.until_answered().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_was_begun_is_never_begun_again_by_another_replica() {
    let world = World::new().await;
    let slow = Slow::new();
    let its_own = bus(&world.broker).await;
    let (_, dying) = world.replica_on(&its_own, &slow, 1).await;
    let (_connection, channel) = world.operator().await;
    let request = RpcRequest {
        method: "gaf.v1.KeyService/LookUp".to_owned(),
        timeout_ms: 60_000,
        ..RpcRequest::default()
    };
    let both = RpcRequestBatch {
        requests: vec![request.clone(), request],
    };
    channel
        .basic_publish(
            "".into(),
            QUEUE.into(),
            BasicPublishOptions::default(),
            &both.encode_to_vec(),
            Default::default(),
        )
        .await
        .unwrap();
    slow.until_begun(1).await;
    let _other = world.replica(&slow, 8).await;
    dying.abort();
    let _ = dying.await;
    drop(its_own);
    // The connection is gone, and with it went what was unacknowledged back to the queue. There it
    // comes before what is asked now.
    eventually(
        "the other one is alone",
        Duration::from_secs(10),
        async || {
            let queue = lapin::options::QueueDeclareOptions {
                passive: true,
                ..Default::default()
            };
            let told = channel.queue_declare(QUEUE.into(), queue, Default::default());
            (told.await.unwrap().consumer_count() == 1).then_some(())
        },
    )
    .await;
    world.until_answered().await;
    assert_eq!(slow.begun(), 1);
}
