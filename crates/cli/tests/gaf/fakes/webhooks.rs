use std::sync::{Arc, Mutex};

use contracts::convert::timestamp;
use contracts::rpc::Call;
use contracts::v1::{
    Attempt, CreateEndpointRequest, CreateEndpointResponse, Delivery, Endpoint, Fault,
    GetDeliveryRequest, GetDeliveryResponse, ListDeliveriesRequest, ListDeliveriesResponse,
    ListEndpointsRequest, ListEndpointsResponse, PingEndpointRequest, PingEndpointResponse,
    WebhookDispatcher,
};

use crate::world::id;

/// A webhook-dispatcher without a database, and without webhooks.
#[derive(Clone, Default)]
pub struct FakeWebhooks {
    pub created: Arc<Mutex<Vec<CreateEndpointRequest>>>,
    pub endpoints: Arc<Mutex<Vec<Endpoint>>>,
    pub deliveries: Arc<Mutex<Vec<Delivery>>>,
    pub attempts: Arc<Mutex<Vec<Attempt>>>,
    pub listed: Arc<Mutex<Vec<ListDeliveriesRequest>>>,
}

pub const SECRET: &str = "whsec_theSecretItself";

pub fn delivery(number: i64) -> Delivery {
    Delivery {
        id: id(u128::try_from(number).unwrap()),
        event_id: "evt_01ARZ3NDEKTSV4RRFFQ69G5FAV".into(),
        event_type: "flight.approved".into(),
        endpoint_id: id(77),
        sequence: number,
        status: "pending".into(),
        attempt_count: 1,
        next_attempt_at: Some(timestamp("2026-05-28T12:03:16Z".parse().unwrap())),
        last_status_code: Some(503),
        last_error: Some("status".into()),
        created_at: Some(timestamp("2026-05-28T12:03:11Z".parse().unwrap())),
        completed_at: None,
    }
}

impl WebhookDispatcher for FakeWebhooks {
    async fn create_endpoint(
        &self,
        _: Call,
        request: CreateEndpointRequest,
    ) -> Result<CreateEndpointResponse, Fault> {
        self.created.lock().unwrap().push(request.clone());
        if !request.url.starts_with("https://") {
            let detail = "url is an https address";
            return Err(Fault::invalid("validation_failed", "1 field cannot stand")
                .with_field("url", "https", detail));
        }
        let endpoint = Endpoint {
            id: id(77),
            organization_id: request.organization_id,
            url: request.url,
            description: request.description,
            event_types: request.event_types,
            scheme: request.scheme,
            status: "enabled".into(),
            disabled_reason: None,
            created_at: Some(timestamp("2026-05-28T12:03:11Z".parse().unwrap())),
        };
        self.endpoints.lock().unwrap().push(endpoint.clone());
        Ok(CreateEndpointResponse {
            endpoint: Some(endpoint),
            secret: SECRET.into(),
        })
    }

    async fn list_endpoints(
        &self,
        _: Call,
        _: ListEndpointsRequest,
    ) -> Result<ListEndpointsResponse, Fault> {
        Ok(ListEndpointsResponse {
            endpoints: self.endpoints.lock().unwrap().clone(),
        })
    }

    async fn ping_endpoint(
        &self,
        _: Call,
        request: PingEndpointRequest,
    ) -> Result<PingEndpointResponse, Fault> {
        let known = self
            .endpoints
            .lock()
            .unwrap()
            .iter()
            .any(|e| e.id == request.endpoint_id);
        match known {
            true => Ok(PingEndpointResponse {
                event_id: "evt_01ARZ3NDEKTSV4RRFFQ69G5FAV".into(),
            }),
            false => Err(Fault::not_found("endpoint")),
        }
    }

    async fn list_deliveries(
        &self,
        _: Call,
        request: ListDeliveriesRequest,
    ) -> Result<ListDeliveriesResponse, Fault> {
        self.listed.lock().unwrap().push(request.clone());
        let all = self.deliveries.lock().unwrap();
        let begin = request.after_id.map_or(0, |after| {
            all.iter().position(|d| d.id == after).unwrap() + 1
        });
        let limit = usize::try_from(request.limit).unwrap();
        let page: Vec<Delivery> = all[begin..].iter().take(limit).cloned().collect();
        let more = begin + page.len() < all.len();
        let next_after_id = page.last().filter(|_| more).map(|d| d.id.clone());
        Ok(ListDeliveriesResponse {
            deliveries: page,
            next_after_id,
        })
    }

    async fn get_delivery(
        &self,
        _: Call,
        request: GetDeliveryRequest,
    ) -> Result<GetDeliveryResponse, Fault> {
        let all = self.deliveries.lock().unwrap();
        let delivery = all.iter().find(|d| d.id == request.delivery_id).cloned();
        let delivery = Some(delivery.ok_or_else(|| Fault::not_found("delivery"))?);
        Ok(GetDeliveryResponse {
            delivery,
            attempts: self.attempts.lock().unwrap().clone(),
        })
    }

    contracts::refuse_webhook_dispatcher! {
        replay_event, summarize_deliveries,
    }
}
