//! All five services.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use bus::{Bus, RpcClient};
use contracts::v1::{FlightOpsClient, KeyServiceClient, ReadModelClient, WebhookDispatcherClient};
use test_support::{TestBroker, TestDatabase, eventually};

use crate::process::{Process, free_port};

/// The services by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    Keys,
    FlightOps,
    ReadModel,
    WebhookDispatcher,
    ApiGateway,
}

impl Service {
    pub const ALL: [Self; 5] = [
        Self::FlightOps,
        Self::ReadModel,
        Self::WebhookDispatcher,
        Self::Keys,
        Self::ApiGateway,
    ];

    fn program(self) -> &'static str {
        match self {
            Self::Keys => "key-service",
            Self::FlightOps => "flight-ops",
            Self::ReadModel => "read-model",
            Self::WebhookDispatcher => "webhook-dispatcher",
            Self::ApiGateway => "api-gateway",
        }
    }
}

/// The services, their databases and their virtual host. They end with it.
pub struct Stack {
    pub broker: TestBroker,
    pub rpc: RpcClient,
    pub gateway_url: String,
    processes: BTreeMap<Service, Process>,
    _databases: Vec<TestDatabase>,
}

/// Any 32 bytes will do for a test.
const KEY_RING: &str = "test:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const CURSOR_KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

impl Stack {
    /// Starts everything and waits until it is ready. Logs go to `target/tmp/<label>/`.
    pub async fn start(label: &str) -> Self {
        let logs = logs(label);
        let broker = TestBroker::create().await;
        let gateway = format!("127.0.0.1:{}", free_port());
        let (mut processes, mut databases) = (BTreeMap::new(), Vec::new());
        for service in Service::ALL {
            let mut environment = vec![
                ("GA_BROKER__URL", broker.amqp_url.clone()),
                ("GA_LOG__FORMAT", "human".to_owned()),
            ];
            if service == Service::ApiGateway {
                environment.push(("GA_HTTP__ADDRESS", gateway.clone()));
                environment.push(("GA_CURSORS__KEY", CURSOR_KEY.to_owned()));
            } else {
                let database = TestDatabase::empty(service.program()).await;
                environment.push(("GA_DATABASE__URL", database.url.clone()));
                databases.push(database);
            }
            if service == Service::FlightOps {
                environment.push(("GA_SECRETS__KEY_RING", KEY_RING.to_owned()));
            }
            if service == Service::WebhookDispatcher {
                environment.push(("GA_EGRESS__ALLOW_LOOPBACK", "true".to_owned()));
                environment.push(("GA_SECRETS__KEY_RING", KEY_RING.to_owned()));
            }
            let mut process = Process::new(service.program(), environment, &logs);
            process.start();
            processes.insert(service, process);
        }
        for process in processes.values() {
            process.wait_until_ready().await;
        }
        let rpc = connect(&broker).await;
        Self {
            broker,
            rpc,
            gateway_url: format!("http://{gateway}"),
            processes,
            _databases: databases,
        }
    }

    /// `kill -9`, and a new start at once.
    pub async fn kill_and_restart(&mut self, service: Service) {
        let process = self
            .processes
            .get_mut(&service)
            .expect("every service is there");
        process.kill().await;
        process.start();
    }

    pub async fn wait_until_ready(&self) {
        for process in self.processes.values() {
            process.wait_until_ready().await;
        }
    }

    pub fn flight_ops(&self) -> FlightOpsClient<RpcClient> {
        FlightOpsClient::new(self.rpc.clone())
    }

    pub fn keys(&self) -> KeyServiceClient<RpcClient> {
        KeyServiceClient::new(self.rpc.clone())
    }

    pub fn read_model(&self) -> ReadModelClient<RpcClient> {
        ReadModelClient::new(self.rpc.clone())
    }

    pub fn webhooks(&self) -> WebhookDispatcherClient<RpcClient> {
        WebhookDispatcherClient::new(self.rpc.clone())
    }
}

async fn connect(broker: &TestBroker) -> RpcClient {
    let bus = Bus::connect(&bus::Settings::new(broker.amqp_url.clone()), "system test")
        .await
        .expect("an address");
    eventually("a connection", Duration::from_secs(10), async || {
        bus.is_connected().then_some(())
    })
    .await;
    RpcClient::new(&bus)
}

fn logs(label: &str) -> PathBuf {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../target/tmp")
        .join(label);
    let _ = std::fs::remove_dir_all(&directory);
    std::fs::create_dir_all(&directory).expect("a directory for logs");
    directory
}
