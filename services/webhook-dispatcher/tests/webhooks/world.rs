//! One or more running dispatchers of a test's own, and what a test asks of them.

use std::time::Duration;

use bus::{Bus, OutMessage, RpcClient};
use contracts::rpc::RpcError;
use contracts::v1::{
    self, CreateEndpointRequest, Delivery, Endpoint, Fault, GetDeliveryRequest,
    GetDeliveryResponse, ListDeliveriesRequest, ListEndpointsRequest, PingEndpointRequest,
    WebhookDispatcherClient, fault::Kind,
};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use domain::event::CatalogEvent;
use prost::Message;
use service_kit::{Kit, Service};
use test_support::{TestBroker, TestDatabase, eventually};
use tokio::task::JoinHandle;
use uuid::Uuid;
use webhook_dispatcher::{
    App, Delivery as DeliverySettings, Events, HealthSettings, KeyRing, LeaseSettings,
    RecoverySettings, RetentionSettings, Rpc, Secrets, Settings,
};

pub const LIMIT: Duration = Duration::from_secs(60);
/// In base64, as in the environment.
pub const KEY_RING: &str = "test:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

pub struct World {
    pub client: WebhookDispatcherClient<RpcClient>,
    pub bus: Bus,
    pub database: TestDatabase,
    pub broker: TestBroker,
    replicas: Vec<Replica>,
    settings: Settings,
}

#[derive(diesel::QueryableByName)]
pub struct Counts {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    pub leased: i64,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    pub succeeded: i64,
}

pub struct Replica {
    pub kit: Kit,
    pub task: JoinHandle<anyhow::Result<()>>,
}

impl World {
    /// One replica, with retries shortened.
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let mut world = Self::without_replica(change).await;
        world.add_replica().await;
        world
    }

    pub async fn without_replica(change: impl FnOnce(&mut Settings)) -> Self {
        let (database, broker) = (
            TestDatabase::create("webhook-dispatcher").await,
            TestBroker::create().await,
        );
        let mut settings = settings(&database, &broker);
        change(&mut settings);
        let bus = Bus::connect(&settings.broker, "test").await.unwrap();
        let client = WebhookDispatcherClient::new(RpcClient::new(&bus));
        Self {
            client,
            bus,
            database,
            broker,
            replicas: Vec::new(),
            settings,
        }
    }

    pub async fn add_replica(&mut self) {
        let kit = Kit::isolated("webhook-dispatcher");
        let app = App::build(self.settings.clone(), kit.clone())
            .await
            .unwrap();
        kit.health.built();
        let task = tokio::spawn(app.run(kit.shutdown.clone()));
        eventually("the replica is ready and answers", LIMIT, async || {
            let ready = kit.health.failing().await.is_empty();
            let answers = self
                .client
                .list_endpoints(ListEndpointsRequest {
                    organization_id: org(0),
                })
                .await
                .is_ok();
            (ready && answers).then_some(())
        })
        .await;
        self.replicas.push(Replica { kit, task });
    }

    /// For replicas that are added from now on.
    pub fn change_key_ring(&mut self, key_ring: &str) {
        self.settings.secrets.key_ring = KeyRing::try_from(key_ring.to_owned()).unwrap();
    }

    /// The oldest replica is gone at once, with all it had in memory.
    pub async fn lose_replica(&mut self) {
        let replica = self.replicas.remove(0);
        replica.task.abort();
        let _ = replica.task.await;
    }

    /// The oldest replica is asked to stop, and does.
    pub async fn stop_replica(&mut self) {
        stop(self.replicas.remove(0)).await;
    }

    pub async fn stop(self) {
        for replica in self.replicas {
            stop(replica).await;
        }
    }

    /// Does not wait for what hangs.
    pub async fn stop_forced(self) {
        for replica in &self.replicas {
            replica.kit.shutdown.force();
        }
        self.stop().await;
    }

    pub async fn connect(&self) -> AsyncPgConnection {
        self.database.connect().await
    }

    pub async fn sql(&self, statement: &str) {
        self.connect().await.batch_execute(statement).await.unwrap();
    }

    /// All organisations' deliveries.
    pub async fn counts(&self) -> Counts {
        let count = "SELECT (SELECT count(lease_owner) FROM pending) AS leased,
                         (SELECT count(*) FROM ended WHERE status = 'succeeded') AS succeeded";
        let mut conn = self.connect().await;
        diesel::sql_query(count)
            .get_result(&mut conn)
            .await
            .unwrap()
    }

    /// An endpoint of organisation 1, and its secret.
    pub async fn endpoint(&self, url: &str, event_types: &[&str]) -> (Endpoint, String) {
        let answer = self
            .client
            .create_endpoint(endpoint_request(url, event_types))
            .await
            .unwrap();
        (answer.endpoint.unwrap(), answer.secret)
    }

    pub async fn publish(&self, events: &[CatalogEvent]) {
        let messages: Vec<_> = events.iter().map(message).collect();
        self.publish_raw(&messages).await;
    }

    pub async fn publish_raw(&self, messages: &[OutMessage]) {
        let publisher = eventually("the broker is there", LIMIT, async || {
            self.bus.is_connected().then(|| self.bus.publisher())
        })
        .await;
        for result in publisher.publish_all(messages).await {
            result.unwrap();
        }
    }

    pub async fn ping(&self, endpoint: &Endpoint) -> Result<String, RpcError> {
        let request = PingEndpointRequest {
            organization_id: endpoint.organization_id.clone(),
            endpoint_id: endpoint.id.clone(),
            requested_by_id: None,
        };
        Ok(self.client.ping_endpoint(request).await?.event_id)
    }

    /// Organisation 1's deliveries, newest first.
    pub async fn deliveries(&self) -> Vec<Delivery> {
        self.client
            .list_deliveries(deliveries_request())
            .await
            .unwrap()
            .deliveries
    }

    pub async fn deliveries_to(&self, endpoint: &Endpoint) -> Vec<Delivery> {
        let request = ListDeliveriesRequest {
            endpoint_id: Some(endpoint.id.clone()),
            ..deliveries_request()
        };
        self.client
            .list_deliveries(request)
            .await
            .unwrap()
            .deliveries
    }

    pub async fn delivery(&self, id: &str) -> GetDeliveryResponse {
        let request = GetDeliveryRequest {
            organization_id: org(1),
            delivery_id: id.to_owned(),
        };
        self.client.get_delivery(request).await.unwrap()
    }

    /// Waits until `count` of organisation 1's deliveries have this status.
    pub async fn wait_for_status(&self, status: &str, count: usize) -> Vec<Delivery> {
        eventually(
            &format!("{count} deliveries are {status}"),
            LIMIT,
            async || {
                let request = ListDeliveriesRequest {
                    status: Some(status.to_owned()),
                    ..deliveries_request()
                };
                let found = self.client.list_deliveries(request).await.ok()?.deliveries;
                (found.len() >= count).then_some(found)
            },
        )
        .await
    }
}

async fn stop(replica: Replica) {
    replica.kit.shutdown.begin();
    tokio::time::timeout(LIMIT, replica.task)
        .await
        .expect("stops in time")
        .unwrap()
        .unwrap();
}

pub fn settings(database: &TestDatabase, broker: &TestBroker) -> Settings {
    Settings {
        database: store::Settings::new(database.url.clone()),
        broker: bus::Settings::new(broker.amqp_url.clone()),
        secrets: Secrets {
            key_ring: KeyRing::try_from(KEY_RING.to_owned()).unwrap(),
        },
        egress: egress::Settings {
            allow_loopback: true,
            total_timeout_ms: 10_000,
            ..egress::Settings::default()
        },
        events: Events {
            prefetch: 128.try_into().unwrap(),
            batch: 500.try_into().unwrap(),
        },
        delivery: DeliverySettings {
            retry_after_ms: vec![100, 200, 300, 400, 500],
            claim_every_ms: 20,
            ..DeliverySettings::default()
        },
        health: HealthSettings::default(),
        lease: LeaseSettings::default(),
        recovery: RecoverySettings::default(),
        retention: RetentionSettings::default(),
        rpc: Rpc {
            concurrency: 8.try_into().unwrap(),
        },
    }
}

pub fn org(number: u128) -> String {
    Uuid::from_u128(number).to_string()
}

pub fn endpoint_request(url: &str, event_types: &[&str]) -> CreateEndpointRequest {
    CreateEndpointRequest {
        organization_id: org(1),
        url: url.to_owned(),
        event_types: event_types.iter().map(|text| (*text).to_owned()).collect(),
        scheme: "ga".to_owned(),
        ..CreateEndpointRequest::default()
    }
}

pub fn deliveries_request() -> ListDeliveriesRequest {
    ListDeliveriesRequest {
        organization_id: org(1),
        limit: 200,
        ..ListDeliveriesRequest::default()
    }
}

/// As flight-ops publishes it.
pub fn message(event: &CatalogEvent) -> OutMessage {
    OutMessage {
        exchange: contracts::topology::EVENTS.name.to_owned(),
        routing_key: event.data.event_type().to_string(),
        message_id: event.id.to_string(),
        traceparent: None,
        payload: v1::CatalogEvent::from(event).encode_to_vec().into(),
    }
}

/// The fault of a call that must fail.
pub fn fault<T>(answer: Result<T, RpcError>) -> Fault {
    match answer {
        Err(RpcError::Fault(fault)) => *fault,
        Err(other) => panic!("no fault: {other}"),
        Ok(_) => panic!("it succeeded"),
    }
}

pub fn kind<T>(answer: Result<T, RpcError>) -> Kind {
    fault(answer).kind()
}
