//! What the platform adds to the catalog: it tells of another endpoint of the school.

use contracts::v1::{CreateEndpointRequest, Endpoint, PingEndpointRequest};
use serde_json::json;
use system_tests::{Api, School, Stack};
use test_support::{Receiver, Respond, eventually};

use crate::PATIENCE;
use crate::delivered::Delivered;

/// A partner of the same school whose endpoint asks for nothing.
pub struct Partner<'a> {
    stack: &'a Stack,
    receiver: Receiver,
    endpoint: Endpoint,
}

impl<'a> Partner<'a> {
    pub async fn join(stack: &'a Stack, school: &School) -> Self {
        let receiver = Receiver::answering(Respond::status(503));
        let request = CreateEndpointRequest {
            organization_id: school.organization_id.clone(),
            url: receiver.url("/"),
            event_types: vec!["webhook.test".to_owned()],
            ..CreateEndpointRequest::default()
        };
        let created = stack.webhooks().create_endpoint(request).await;
        let endpoint = created.expect("an endpoint").endpoint;
        Self {
            stack,
            receiver,
            endpoint: endpoint.expect("an endpoint"),
        }
    }

    async fn ping(&self) {
        let request = PingEndpointRequest {
            organization_id: self.endpoint.organization_id.clone(),
            endpoint_id: self.endpoint.id.clone(),
            requested_by_id: None,
        };
        let pinged = self.stack.webhooks().ping_endpoint(request).await;
        pinged.expect("a ping");
    }

    /// It fails, and then it answers.
    pub async fn fail_and_recover(&self) {
        self.ping().await;
        self.receiver.wait_for(1, PATIENCE).await;
        self.receiver.answer(Respond::status(204));
    }

    pub async fn go(&self) {
        self.receiver.answer(Respond::status(410));
        self.ping().await;
    }

    /// It stands in the log as it was delivered, and is about this endpoint.
    pub async fn is_told_of(&self, told: &Delivered, event_type: &str, members: &str, api: &Api) {
        assert_eq!(told.event_type(), event_type);
        assert_eq!(told.data()["endpoint_id"], self.endpoint.id);
        let expected = members.split_whitespace().collect();
        assert_eq!(crate::delivered::keys(told.data()), expected);
        let logged = eventually("the log has it", PATIENCE, async || {
            let page = api.get(&format!("/events?type={event_type}")).await.json();
            page["data"].as_array()?.first().cloned()
        })
        .await;
        assert_eq!(logged["id"], told.body["id"]);
        assert_eq!(logged["data"], told.body["data"]);
        let subject = json!({"type": "webhook_endpoint", "id": self.endpoint.id});
        assert_eq!(logged["subject"], subject);
    }
}
