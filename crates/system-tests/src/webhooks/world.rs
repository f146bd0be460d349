//! Replicas of the dispatcher, alone with the servers, and endpoints that a witness answers for.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use bus::{Bus, RpcClient};
use contracts::v1::{CreateEndpointRequest, ListDeliveriesRequest, WebhookDispatcherClient};
use domain::OrgId;
use test_support::{TestBroker, eventually};
use uuid::Uuid;

use super::load::Load;
use super::tally::Tally;
use super::witness::{Arrival, Witness};
use crate::proxy::Proxy;
use crate::stack::{Server, Service, Stack, StackBuilder};

pub const DISPATCHER: Service = Service::WebhookDispatcher;
/// For everything that has to happen but takes no set time.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// The endpoints, each by its path, and what they ask for.
const ENDPOINTS: [(&str, &str); 2] = [("/all", "*"), ("/maintenance", "maintenance.*")];

/// What a world is to consist of.
pub struct Plan {
    label: String,
    replicas: usize,
    /// The receiver answers after so long.
    pause: Duration,
    builder: StackBuilder,
}

pub struct World {
    pub stack: Stack,
    pub witness: Witness,
    bus: Bus,
    organization: OrgId,
}

impl Plan {
    /// So many replicas; their logs go to `target/tmp/<label>/`.
    pub async fn new(label: &str, replicas: usize) -> Self {
        let mut builder = Stack::builder(label)
            .only(&[DISPATCHER])
            .replicas(DISPATCHER, replicas)
            .on(TestBroker::create().await);
        for replica in 0..replicas {
            let name = sender(replica);
            builder = builder.set_replica(DISPATCHER, replica, "GA_EGRESS__USER_AGENT", name);
        }
        Self {
            label: label.to_owned(),
            replicas,
            pause: Duration::from_millis(30),
            builder,
        }
    }

    #[must_use]
    pub fn answering_after(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
    }

    /// These replicas, counted from 0, reach a server by this way.
    #[must_use]
    pub fn by_way_of(mut self, way: &Proxy, server: Server, replicas: &[usize]) -> Self {
        for replica in replicas {
            self.builder = self.builder.by_way_of(way, DISPATCHER, *replica, server);
        }
        self
    }

    #[must_use]
    pub fn set(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.builder = self.builder.set(DISPATCHER, name, value);
        self
    }

    pub async fn start(self) -> World {
        let stack = self.builder.start().await;
        eprintln!("{}: {} replicas", self.label, self.replicas);
        let witness = Witness::start(self.pause).await;
        let world = World {
            bus: Bus::connect(&bus::Settings::new(stack.broker.amqp_url.clone()), "load")
                .await
                .expect("an address"),
            stack,
            witness,
            organization: Uuid::new_v4().into(),
        };
        for (path, event_types) in ENDPOINTS {
            world.create_endpoint(path, event_types).await;
        }
        eventually("a connection", PATIENCE, async || {
            world.bus.is_connected().then_some(())
        })
        .await;
        world
    }
}

/// The name that a replica gives itself.
pub fn sender(replica: usize) -> String {
    format!("dispatcher-{replica}")
}

impl World {
    pub fn client(&self) -> WebhookDispatcherClient<RpcClient> {
        self.stack.webhooks()
    }

    async fn create_endpoint(&self, path: &str, event_types: &str) {
        let request = CreateEndpointRequest {
            organization_id: self.organization.to_string(),
            url: self.witness.url(path),
            event_types: vec![event_types.to_owned()],
            ..Default::default()
        };
        let answer = self.client().create_endpoint(request).await;
        answer.expect("an endpoint");
    }

    /// See [`Load::start`]; each event is owed to two endpoints.
    pub fn load(&self, each_tick: usize) -> Load {
        Load::start(&self.bus, self.organization, each_tick)
    }

    /// Waits for `count` more arrivals than there are now.
    pub async fn wait_for_more(&self, count: usize) {
        let enough = self.witness.count() + count;
        self.witness
            .wait_until("deliveries go on", PATIENCE, |all| all.len() >= enough)
            .await;
    }

    /// Waits until this replica has sent something since `since`.
    pub async fn wait_for_sender(&self, replica: usize, since: Instant) {
        let name = sender(replica);
        let is_it = |arrival: &Arrival| arrival.sender == name && arrival.at > since;
        self.witness
            .wait_until("the replica sends", PATIENCE, |all| {
                all.iter().rev().take_while(|a| a.at > since).any(is_it)
            })
            .await;
    }

    /// The ids of all deliveries that are still owed, by a replica that answers.
    pub async fn owed(&self) -> BTreeSet<String> {
        let mut owed = BTreeSet::new();
        let mut after_id = None;
        loop {
            let request = ListDeliveriesRequest {
                organization_id: self.organization.to_string(),
                status: Some("pending".to_owned()),
                after_id: after_id.clone(),
                limit: 200,
                ..Default::default()
            };
            let page = eventually("a page of deliveries", PATIENCE, async || {
                let page = self.client().list_deliveries(request.clone()).await;
                page.ok()
            })
            .await;
            owed.extend(page.deliveries.into_iter().map(|delivery| delivery.id));
            after_id = page.next_after_id;
            if after_id.is_none() {
                return owed;
            }
        }
    }

    /// Ends the load, waits until all of it has arrived and nothing is owed any more, and tallies.
    pub async fn settle(&self, load: Load) -> Tally {
        let published = load.stop().await;
        let expected = published.len() * ENDPOINTS.len();
        let mut ids = BTreeSet::new();
        let mut read = 0;
        self.witness
            .wait_until("every event arrives", PATIENCE, |all| {
                let fresh = all.get(read..).unwrap_or_default();
                ids.extend(fresh.iter().map(|arrival| arrival.delivery.clone()));
                read = all.len();
                ids.len() >= expected
            })
            .await;
        eventually("nothing is owed any more", PATIENCE, async || {
            self.owed().await.is_empty().then_some(())
        })
        .await;
        let paths = ENDPOINTS.map(|(path, _)| path);
        self.witness.look(|all| Tally::of(&published, &paths, all))
    }
}
