//! A gateway with everything around it.

mod client;
mod documents;
mod endpoints;
mod keys;

use std::net::SocketAddr;
use std::time::Duration;

use api_gateway::{
    App, BackendSettings, CursorSettings, HttpSettings, KeySettings, LastUseSettings,
    LimitSettings, Settings,
};
use bus::{Bus, OutMessage, ServeOptions};
use contracts::v1::{self, KeyServiceServer, ReadModelServer, WebhookDispatcherServer};
use prost::Message;
use service_kit::{Clock, Kit, Service};
use test_support::{TestBroker, eventually};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use client::client;
pub use client::{Call, Reply, raw};
pub use documents::Documents;
pub use endpoints::Endpoints;
pub use keys::{Keys, Minted};

/// For everything that has to happen but takes no set time.
pub const LIMIT: Duration = Duration::from_secs(20);

/// The school of most tests.
pub const SCHOOL: Uuid = Uuid::from_u128(0x3f0c_0000_0000_4000_8000_0000_0000_0001);
/// Another school.
pub const OTHER_SCHOOL: Uuid = Uuid::from_u128(0x3f0c_0000_0000_4000_8000_0000_0000_0002);

pub struct World {
    pub address: SocketAddr,
    pub kit: Kit,
    pub keys: Keys,
    pub documents: Documents,
    pub endpoints: Endpoints,
    pub broker: TestBroker,
    pub running: JoinHandle<anyhow::Result<()>>,
    client: reqwest::Client,
    bus: Bus,
    services: CancellationToken,
}

impl World {
    /// With all services answering, and the gateway ready.
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// The same with other settings.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::with_clock(Clock::system(), change).await
    }

    /// The same with other settings and another clock.
    pub async fn with_clock(clock: Clock, change: impl FnOnce(&mut Settings)) -> Self {
        let world = Self::alone(clock, change).await;
        let serve = |queue: &'static str| world.is_served(queue);
        tokio::spawn(serve_keys(
            world.bus.clone(),
            world.keys.clone(),
            world.services.clone(),
        ));
        tokio::spawn(serve_documents(
            world.bus.clone(),
            world.documents.clone(),
            world.services.clone(),
        ));
        tokio::spawn(serve_endpoints(
            world.bus.clone(),
            world.endpoints.clone(),
            world.services.clone(),
        ));
        for queue in ["rpc.KeyService", "rpc.ReadModel", "rpc.WebhookDispatcher"] {
            serve(queue).await;
        }
        world
    }

    /// A gateway that nobody stands behind.
    pub async fn without_services(change: impl FnOnce(&mut Settings)) -> Self {
        Self::alone(Clock::system(), change).await
    }

    async fn alone(clock: Clock, change: impl FnOnce(&mut Settings)) -> Self {
        let broker = TestBroker::create().await;
        let mut settings = settings(&broker.amqp_url);
        change(&mut settings);
        let kit = Kit {
            clock,
            ..Kit::isolated("api-gateway")
        };
        let bus = Bus::connect(&settings.broker, "test").await.unwrap();
        let app = App::build(settings, kit.clone()).await.unwrap();
        let address = app.address();
        let running = tokio::spawn(app.run(kit.shutdown.clone()));
        kit.health.built();
        eventually("the gateway is ready", LIMIT, async || {
            kit.health.failing().await.is_empty().then_some(())
        })
        .await;
        Self {
            address,
            keys: Keys::default(),
            documents: Documents::default(),
            endpoints: Endpoints::default(),
            broker,
            running,
            client: client(),
            bus,
            services: CancellationToken::new(),
            kit,
        }
    }

    /// A request for `path`, without any header yet.
    pub fn call(&self, path: &str) -> Call {
        Call::new(self.client.clone(), self.address, path)
    }

    /// A request as a partner with this key sends it.
    pub fn get(&self, key: &Minted, path: &str) -> Call {
        self.call(path).key(key).organization(key.organization)
    }

    /// Announces that a key has changed, as key-service does, and returns once the broker has it.
    pub async fn announce(&self, key: &Minted) {
        let changed = v1::KeyChanged {
            key_id: Uuid::nil().to_string(),
            organization_id: key.organization.to_string(),
            token_sha256: key.token.digest().to_vec().into(),
        };
        let invalidation = v1::Invalidation {
            subject: Some(v1::invalidation::Subject::KeyChanged(changed)),
        };
        let message = OutMessage {
            exchange: contracts::topology::INVALIDATIONS.name.to_owned(),
            routing_key: String::new(),
            message_id: Uuid::new_v4().to_string(),
            traceparent: None,
            payload: invalidation.encode_to_vec().into(),
        };
        assert_eq!(self.bus.publisher().publish_all(&[message]).await, [Ok(())]);
    }

    /// Takes the broker away from everyone, for good.
    pub async fn cut_off(&self) {
        let path = format!("vhosts/{}", self.broker.vhost);
        self.broker.management(reqwest::Method::DELETE, &path).await;
        eventually("the broker is gone", LIMIT, async || {
            (!self.bus.is_connected()).then_some(())
        })
        .await;
    }

    async fn is_served(&self, queue: &str) {
        let path = format!("queues/{}", self.broker.vhost);
        eventually(queue, LIMIT, async || {
            let queues = self.broker.management(reqwest::Method::GET, &path).await;
            queues
                .as_array()?
                .iter()
                .any(|known| known["name"] == queue)
                .then_some(())
        })
        .await;
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.services.cancel();
        self.kit.shutdown.begin();
    }
}

fn settings(amqp_url: &str) -> Settings {
    Settings {
        http: HttpSettings {
            address: "127.0.0.1:0".parse().unwrap(),
            workers: std::num::NonZeroUsize::new(1),
            max_connections: 1_000.try_into().unwrap(),
            max_in_flight: 100.try_into().unwrap(),
            head_timeout_ms: 5_000,
            keep_alive_seconds: 5,
            origin: api_gateway::Origin::default(),
            trusted_proxies: api_gateway::TrustedProxies::default(),
        },
        broker: bus::Settings::new(amqp_url.to_owned()),
        cursors: CursorSettings {
            key: "7f".repeat(32).try_into().unwrap(),
        },
        keys: KeySettings {
            lease_ms: 60_000,
            unknown_lease_ms: 60_000,
            capacity: 1_000,
        },
        // More than any test asks by accident.
        limits: LimitSettings {
            key: "100000/min".parse().unwrap(),
            organization: "100000/min".parse().unwrap(),
            failures: "100000/min".parse().unwrap(),
            capacity: 1_000.try_into().unwrap(),
        },
        last_use: LastUseSettings {
            interval_ms: 50.try_into().unwrap(),
            capacity: 1_000.try_into().unwrap(),
        },
        backend: BackendSettings {
            timeout_ms: 10_000,
            summary_timeout_ms: 500,
        },
    }
}

async fn serve_keys(bus: Bus, keys: Keys, token: CancellationToken) {
    bus::serve(&bus, KeyServiceServer(keys), ServeOptions::default(), token).await;
}

async fn serve_documents(bus: Bus, documents: Documents, token: CancellationToken) {
    bus::serve(
        &bus,
        ReadModelServer(documents),
        ServeOptions::default(),
        token,
    )
    .await;
}

async fn serve_endpoints(bus: Bus, endpoints: Endpoints, token: CancellationToken) {
    bus::serve(
        &bus,
        WebhookDispatcherServer(endpoints),
        ServeOptions::default(),
        token,
    )
    .await;
}
