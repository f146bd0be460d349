//! A dispatcher with endpoints, fed from the broker.

use std::time::Duration;

use contracts::v1::CreateEndpointRequest;
use system_tests::{Service, Stack};
use uuid::Uuid;

use super::feed::Feed;
use super::processes::Mark;
use super::receiver::{Endpoint, Manner, wait_for};

/// Longer than anything here takes that does not stand still.
pub const PATIENCE: Duration = Duration::from_secs(120);
const DISPATCHER: Service = Service::WebhookDispatcher;

/// Nothing runs but dispatchers.
pub struct World {
    pub stack: Stack,
    pub feed: Feed,
}

impl World {
    /// So many replicas.
    pub async fn start(label: &str, replicas: usize) -> anyhow::Result<Self> {
        let stack = Stack::builder(&format!("bench-{label}"))
            .only(&[DISPATCHER])
            .replicas(DISPATCHER, replicas)
            .start()
            .await;
        let feed = Feed::connect(&stack.broker.amqp_url).await?;
        Ok(Self { stack, feed })
    }

    /// A new endpoint that hears of everything in that organisation. Returns its id as well.
    pub async fn endpoint(
        &self,
        organization: Uuid,
        manner: Manner,
    ) -> anyhow::Result<(Endpoint, String)> {
        let endpoint = Endpoint::start(manner).await?;
        let request = CreateEndpointRequest {
            organization_id: organization.to_string(),
            url: endpoint.url.clone(),
            event_types: vec!["*".to_owned()],
            ..Default::default()
        };
        let created = self.stack.webhooks().create_endpoint(request).await?;
        let id = created.endpoint.map(|made| made.id).unwrap_or_default();
        Ok((endpoint, id))
    }

    /// Endpoints that answer at once.
    pub async fn endpoints(
        &self,
        organization: Uuid,
        count: usize,
    ) -> anyhow::Result<Vec<Endpoint>> {
        let mut endpoints = Vec::with_capacity(count);
        for _ in 0..count {
            endpoints.push(self.endpoint(organization, Manner::AtOnce).await?.0);
        }
        Ok(endpoints)
    }

    /// Sends a few to each, so that connections stand and endpoints are known for quick.
    pub async fn warm_up(&self, organization: Uuid, endpoints: &[Endpoint]) -> anyhow::Result<()> {
        const EACH: usize = 200;
        self.feed.publish(&[organization], EACH).await?;
        wait_for(endpoints, EACH * endpoints.len(), PATIENCE).await?;
        for endpoint in endpoints {
            endpoint.take();
        }
        Ok(())
    }

    /// Has so many events wait on the broker before the dispatcher takes the first. What it costs
    /// from then on can be asked of the answer.
    pub async fn start_with_backlog(
        &mut self,
        organization: Uuid,
        events: usize,
    ) -> anyhow::Result<Mark> {
        self.stack.stop_replica(DISPATCHER, 0).await;
        self.feed.publish(&[organization], events).await?;
        let mark = Mark::set(&self.stack).await?;
        self.stack.start_replica(DISPATCHER, 0);
        Ok(mark)
    }
}
