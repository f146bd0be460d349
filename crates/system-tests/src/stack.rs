//! The services as one.

mod builder;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use bus::{Bus, RpcClient};
use contracts::v1::{FlightOpsClient, KeyServiceClient, ReadModelClient, WebhookDispatcherClient};
use test_support::{TestBroker, TestDatabase, eventually};

use crate::process::Process;

pub use builder::{Server, StackBuilder};

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
    /// The first gateway.
    pub gateway_url: String,
    /// Every gateway: `http://127.0.0.1:<port>`.
    pub gateway_urls: Vec<String>,
    /// The directory that everything the processes say is written to.
    pub logs: PathBuf,
    processes: BTreeMap<Service, Vec<Process>>,
    databases: BTreeMap<Service, TestDatabase>,
}

impl Stack {
    /// Starts everything and waits until it is ready. Logs go to `target/tmp/<label>/`.
    pub async fn start(label: &str) -> Self {
        Self::builder(label).start().await
    }

    /// One of each service, unless told otherwise.
    pub fn builder(label: &str) -> StackBuilder {
        StackBuilder::new(label)
    }

    /// `kill -9` of every replica, and a new start at once.
    pub async fn kill_and_restart(&mut self, service: Service) {
        let replicas = self.processes.get_mut(&service);
        for process in replicas.expect("the service is part of the stack") {
            process.kill().await;
            process.start();
        }
    }

    /// Returns once all that runs is ready.
    pub async fn wait_until_ready(&self) {
        let running = self.processes.values().flatten();
        for process in running.filter(|process| process.id().is_some()) {
            process.wait_until_ready().await;
        }
    }

    /// `kill -9` of one replica, counted from 0.
    pub async fn kill(&mut self, service: Service, replica: usize) {
        self.replica(service, replica).kill().await;
    }

    /// Starts a replica that does not run; it is not waited for.
    pub fn start_replica(&mut self, service: Service, replica: usize) {
        let process = self.replica(service, replica);
        assert_eq!(process.id(), None, "it runs already");
        process.start();
    }

    /// SIGTERM to one replica. Answers how long it took to end, which it must do with success.
    pub async fn stop_replica(&mut self, service: Service, replica: usize) -> Duration {
        self.replica(service, replica).stop().await
    }

    fn replica(&mut self, service: Service, replica: usize) -> &mut Process {
        let replicas = self.processes.get_mut(&service);
        let replica = replicas.and_then(|replicas| replicas.get_mut(replica));
        replica.expect("the replica is part of the stack")
    }

    /// The admin servers of a service's replicas: `http://127.0.0.1:<port>`.
    pub fn admin_urls(&self, service: Service) -> Vec<String> {
        let replicas = self.processes.get(&service).into_iter().flatten();
        replicas.map(Process::admin_url).collect()
    }

    /// The process ids of a service's replicas that run.
    pub fn process_ids(&self, service: Service) -> Vec<u32> {
        let replicas = self.processes.get(&service).into_iter().flatten();
        replicas.filter_map(Process::id).collect()
    }

    /// The databases of the services that have one.
    pub fn databases(&self) -> impl Iterator<Item = (Service, &TestDatabase)> {
        self.databases.iter().map(|(service, it)| (*service, it))
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
    eventually("a connection", Duration::from_secs(60), async || {
        bus.is_connected().then_some(())
    })
    .await;
    RpcClient::new(&bus)
}
