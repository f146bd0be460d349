//! The whole service with a broker of its own, as its neighbours see it.

use std::time::Duration;

use bus::{Bus, OutMessage, RpcClient};
use contracts::topology::{EVENTS, Exchange, RECORDS};
use contracts::v1::{
    GetDocumentRequest, ListDocumentsRequest, ListDocumentsResponse, ReadModelClient,
};
use read_model::{App, ConsumeSettings, RpcSettings, Settings};
use service_kit::{Kit, Service};
use test_support::{TestBroker, TestDatabase, eventually};
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::school::School;

/// Long enough for a machine that is busy with other tests.
pub const SOON: Duration = Duration::from_secs(30);

pub struct Stack {
    pub database: TestDatabase,
    pub broker: TestBroker,
    pub bus: Bus,
    pub client: ReadModelClient<RpcClient>,
}

pub struct Replica {
    pub kit: Kit,
    running: JoinHandle<anyhow::Result<()>>,
}

impl Stack {
    pub async fn new() -> Self {
        let (database, broker) =
            tokio::join!(TestDatabase::create("read-model"), TestBroker::create());
        let bus = Bus::connect(&bus::Settings::new(broker.amqp_url.as_str()), "test")
            .await
            .unwrap();
        eventually("the broker is there", SOON, async || {
            bus.is_connected().then_some(())
        })
        .await;
        let client = ReadModelClient::new(RpcClient::new(&bus));
        Self {
            database,
            broker,
            bus,
            client,
        }
    }

    pub fn settings(&self, batch: usize) -> Settings {
        Settings {
            database: store::Settings::new(self.database.url.as_str()),
            broker: bus::Settings::new(self.broker.amqp_url.as_str()),
            consume: ConsumeSettings {
                prefetch: 128,
                batch,
            },
            rpc: RpcSettings { concurrency: 8 },
        }
    }

    /// One more replica of the service.
    pub async fn replica(&self, batch: usize) -> Replica {
        let kit = Kit::isolated(App::NAME);
        let app = App::build(self.settings(batch), kit.clone()).await.unwrap();
        kit.health.built();
        let running = tokio::spawn(app.run(kit.shutdown.clone()));
        Replica { kit, running }
    }

    pub async fn publish(
        &self,
        exchange: Exchange,
        routing_key: &str,
        payloads: impl IntoIterator<Item = Vec<u8>>,
    ) {
        let messages: Vec<OutMessage> = payloads
            .into_iter()
            .map(|payload| OutMessage {
                exchange: exchange.name.to_owned(),
                routing_key: routing_key.to_owned(),
                message_id: Uuid::new_v4().to_string(),
                traceparent: None,
                payload: payload.into(),
            })
            .collect();
        let publisher = self.bus.publisher();
        for part in messages.chunks(500) {
            let results = publisher.publish_all(part).await;
            assert!(results.iter().all(Result::is_ok), "{results:?}");
        }
    }

    pub async fn publish_records(&self, payloads: impl IntoIterator<Item = Vec<u8>>) {
        self.publish(RECORDS, "record.flight", payloads).await;
    }

    pub async fn publish_events(&self, payloads: impl IntoIterator<Item = Vec<u8>>) {
        self.publish(EVENTS, "flight.submitted", payloads).await;
    }

    /// The document, once the service answers and has it.
    pub async fn document(
        &self,
        school: School,
        view: &str,
        id: impl ToString,
    ) -> serde_json::Value {
        let request = GetDocumentRequest {
            organization_id: school.org.to_string(),
            view: view.to_owned(),
            id: id.to_string(),
        };
        eventually("the document is there", SOON, async || {
            let document = self.client.get(request.clone()).await.ok()?.document?;
            Some(serde_json::from_slice(&document.body).unwrap())
        })
        .await
    }

    pub async fn list(&self, school: School, view: &str) -> ListDocumentsResponse {
        let request = ListDocumentsRequest {
            organization_id: school.org.to_string(),
            view: view.to_owned(),
            limit: 200,
            ..Default::default()
        };
        self.client.list(request).await.unwrap()
    }
}

impl Replica {
    /// Stops softly and waits for the end.
    pub async fn stop(self) {
        self.kit.shutdown.begin();
        tokio::time::timeout(SOON, self.running)
            .await
            .expect("the service ends")
            .unwrap()
            .unwrap();
    }
}
