//! What a stack consists of, and its settings.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use test_support::{TestBroker, TestDatabase};

use super::{Service, Stack, connect};
use crate::process::{Process, free_port};
use crate::proxy::{self, Proxy};

/// Any 32 bytes will do for a test.
const KEY_RING: &str = "test:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const CURSOR_KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
/// Nobody reaches them who does not set them: how fast a machine asks must not decide a test.
const LIMITS: [&str; 3] = [
    "GA_LIMITS__KEY",
    "GA_LIMITS__ORGANIZATION",
    "GA_LIMITS__FAILURES",
];
const PLENTY: &str = "1000000/s";

/// A stack that has not been started.
pub struct StackBuilder {
    label: String,
    services: Vec<Service>,
    /// Where there is more than one.
    replicas: BTreeMap<Service, usize>,
    broker: Option<TestBroker>,
    settings: Vec<Setting>,
    ways: Vec<Way>,
    runners: BTreeMap<Service, Vec<String>>,
}

/// A variable of a service's environment.
struct Setting {
    service: Service,
    /// Of this replica only.
    replica: Option<usize>,
    name: &'static str,
    value: String,
}

/// The servers under the services.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Server {
    PostgreSql,
    RabbitMq,
}

impl Server {
    /// The setting that holds its URL.
    fn setting(self) -> &'static str {
        match self {
            Self::PostgreSql => "GA_DATABASE__URL",
            Self::RabbitMq => "GA_BROKER__URL",
        }
    }
}

/// By which address a replica reaches a server.
struct Way {
    service: Service,
    replica: usize,
    server: Server,
    address: SocketAddr,
}

impl StackBuilder {
    pub(super) fn new(label: &str) -> Self {
        Self {
            label: label.to_owned(),
            services: Service::ALL.to_vec(),
            replicas: BTreeMap::new(),
            broker: None,
            settings: Vec::new(),
            ways: Vec::new(),
            runners: BTreeMap::new(),
        }
    }

    /// Nothing but these services.
    #[must_use]
    pub fn only(mut self, services: &[Service]) -> Self {
        self.services = services.to_vec();
        self
    }

    /// So many gateways.
    #[must_use]
    pub fn gateways(self, count: usize) -> Self {
        self.replicas(Service::ApiGateway, count)
    }

    /// So many replicas of a service.
    #[must_use]
    pub fn replicas(mut self, service: Service, count: usize) -> Self {
        self.replicas.insert(service, count);
        self
    }

    /// In this virtual host.
    #[must_use]
    pub fn on(mut self, broker: TestBroker) -> Self {
        self.broker = Some(broker);
        self
    }

    /// A setting of every replica of a service, as the environment has it.
    #[must_use]
    pub fn set(mut self, service: Service, name: &'static str, value: impl Into<String>) -> Self {
        self.settings.push(Setting {
            service,
            replica: None,
            name,
            value: value.into(),
        });
        self
    }

    /// A setting of one gateway, counted from 0.
    #[must_use]
    pub fn set_gateway(self, replica: usize, name: &'static str, value: impl Into<String>) -> Self {
        self.set_replica(Service::ApiGateway, replica, name, value)
    }

    /// A setting of one replica, counted from 0.
    #[must_use]
    pub fn set_replica(
        mut self,
        service: Service,
        replica: usize,
        name: &'static str,
        value: impl Into<String>,
    ) -> Self {
        self.settings.push(Setting {
            service,
            replica: Some(replica),
            name,
            value: value.into(),
        });
        self
    }

    /// One replica, counted from 0, reaches a server by this way.
    #[must_use]
    pub fn by_way_of(
        mut self,
        way: &Proxy,
        service: Service,
        replica: usize,
        server: Server,
    ) -> Self {
        self.ways.push(Way {
            service,
            replica,
            server,
            address: way.address,
        });
        self
    }

    /// The program runs under this command, such as a profiler with its options.
    #[must_use]
    pub fn under(mut self, service: Service, command: &[String]) -> Self {
        self.runners.insert(service, command.to_vec());
        self
    }

    /// Starts everything and waits until it is ready. Logs go to `target/tmp/<label>/`.
    pub async fn start(mut self) -> Stack {
        let logs = logs(&self.label);
        let broker = match self.broker.take() {
            Some(broker) => broker,
            None => TestBroker::create().await,
        };
        let (mut gateway_urls, mut processes, mut databases) =
            (Vec::new(), BTreeMap::<_, Vec<_>>::new(), BTreeMap::new());
        for &service in &self.services {
            let database_url = if service == Service::ApiGateway {
                None
            } else {
                let database = TestDatabase::empty(service.program()).await;
                let url = database.url.clone();
                databases.insert(service, database);
                Some(url)
            };
            for replica in 0..self.replicas.get(&service).copied().unwrap_or(1) {
                let mut environment = environment(service, &broker, database_url.as_ref());
                if service == Service::ApiGateway {
                    let address = format!("127.0.0.1:{}", free_port());
                    gateway_urls.push(format!("http://{address}"));
                    environment.push(("GA_HTTP__ADDRESS", address));
                }
                environment.extend(self.settings_of(service, replica));
                self.lead_by_ways(service, replica, &mut environment);
                let process = self.process(service, replica, environment, &logs);
                processes.entry(service).or_default().push(process);
            }
        }
        for process in processes.values().flatten() {
            process.wait_until_ready().await;
        }
        Stack {
            rpc: connect(&broker).await,
            broker,
            gateway_url: gateway_urls.first().cloned().unwrap_or_default(),
            gateway_urls,
            logs,
            processes,
            databases,
        }
    }

    fn settings_of(
        &self,
        service: Service,
        replica: usize,
    ) -> impl Iterator<Item = (&'static str, String)> {
        let of_it = move |setting: &&Setting| {
            setting.service == service && setting.replica.is_none_or(|own| own == replica)
        };
        let settings = self.settings.iter().filter(of_it);
        settings.map(|setting| (setting.name, setting.value.clone()))
    }

    fn lead_by_ways(
        &self,
        service: Service,
        replica: usize,
        environment: &mut [(&'static str, String)],
    ) {
        let ways = self.ways.iter();
        for way in ways.filter(|way| way.service == service && way.replica == replica) {
            let urls = environment.iter_mut();
            for (_, url) in urls.filter(|(name, _)| *name == way.server.setting()) {
                *url = proxy::at(url, way.address);
            }
        }
    }

    fn process(
        &self,
        service: Service,
        replica: usize,
        environment: Vec<(&'static str, String)>,
        logs: &Path,
    ) -> Process {
        let name = match replica {
            0 => service.program().to_owned(),
            more => format!("{}-{}", service.program(), more + 1),
        };
        let runner = self.runners.get(&service).cloned().unwrap_or_default();
        let log = logs.join(format!("{name}.log"));
        let mut process = Process::new(service.program(), runner, environment, log);
        process.start();
        process
    }
}

/// What every service has to be told.
fn environment(
    service: Service,
    broker: &TestBroker,
    database_url: Option<&String>,
) -> Vec<(&'static str, String)> {
    let mut environment = vec![
        ("GA_BROKER__URL", broker.amqp_url.clone()),
        ("GA_LOG__FORMAT", "human".to_owned()),
    ];
    if let Some(url) = database_url {
        environment.push(("GA_DATABASE__URL", url.clone()));
    }
    match service {
        Service::ApiGateway => {
            environment.push(("GA_CURSORS__KEY", CURSOR_KEY.to_owned()));
            let limits = LIMITS.map(|limit| (limit, PLENTY.to_owned()));
            environment.extend(limits);
        }
        Service::FlightOps => environment.push(("GA_SECRETS__KEY_RING", KEY_RING.to_owned())),
        Service::WebhookDispatcher => {
            environment.push(("GA_EGRESS__ALLOW_LOOPBACK", "true".to_owned()));
            environment.push(("GA_SECRETS__KEY_RING", KEY_RING.to_owned()));
        }
        Service::Keys | Service::ReadModel => {}
    }
    environment
}

fn logs(label: &str) -> PathBuf {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../target/tmp")
        .join(label);
    let _ = std::fs::remove_dir_all(&directory);
    std::fs::create_dir_all(&directory).expect("a directory for logs");
    directory
}
