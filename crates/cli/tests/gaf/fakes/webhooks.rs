use std::sync::{Arc, Mutex};

use contracts::convert::timestamp;
use contracts::rpc::Call;
use contracts::v1::{
    Attempt, CancelRecoveryRequest, CancelRecoveryResponse, CreateEndpointRequest,
    CreateEndpointResponse, DeleteEndpointRequest, DeleteEndpointResponse, Delivery, Endpoint,
    ExplainEventRequest, ExplainEventResponse, Fault, GetDeliveryRequest, GetDeliveryResponse,
    GetRecoveryRequest, GetRecoveryResponse, GetRetentionRequest, GetRetentionResponse,
    ListDeliveriesRequest, ListDeliveriesResponse, ListEndpointsRequest, ListEndpointsResponse,
    ListRecoveriesRequest, ListRecoveriesResponse, PingEndpointRequest, PingEndpointResponse,
    RedeliverRequest, RedeliverResponse, ReencryptSecretsRequest, ReencryptSecretsResponse,
    Retention, RotateSecretRequest, RotateSecretResponse, SetRetentionRequest,
    SetRetentionResponse, StartRecoveryRequest, StartRecoveryResponse, UpdateEndpointRequest,
    UpdateEndpointResponse, WebhookDispatcher,
};

use super::recoveries::Recoveries;
use crate::world::id;

/// A webhook-dispatcher without a database, and without webhooks.
#[derive(Clone, Default)]
pub struct FakeWebhooks {
    pub created: Arc<Mutex<Vec<CreateEndpointRequest>>>,
    /// The last one is answered first.
    pub reencryptions: Arc<Mutex<Vec<ReencryptSecretsResponse>>>,
    /// After which endpoints it was asked to go on.
    pub reencrypted_after: Arc<Mutex<Vec<Option<String>>>>,
    pub updated: Arc<Mutex<Vec<UpdateEndpointRequest>>>,
    pub endpoints: Arc<Mutex<Vec<Endpoint>>>,
    pub deliveries: Arc<Mutex<Vec<Delivery>>>,
    pub attempts: Arc<Mutex<Vec<Attempt>>>,
    pub listed: Arc<Mutex<Vec<ListDeliveriesRequest>>>,
    pub redelivered: Arc<Mutex<Vec<RedeliverRequest>>>,
    pub explained: Arc<Mutex<ExplainEventResponse>>,
    pub recoveries: Recoveries,
    /// What was chosen, last.
    pub retention: Arc<Mutex<Option<u32>>>,
}

pub const SECRET: &str = "whsec_theSecretItself";
const TEST_EVENT: &str = "evt_01ARZ3NDEKTSV4RRFFQ69G5FAV";

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
        replay: 0,
    }
}

impl FakeWebhooks {
    fn endpoint(&self, id: &str) -> Result<Endpoint, Fault> {
        let endpoints = self.endpoints.lock().unwrap();
        let found = endpoints.iter().find(|endpoint| endpoint.id == id);
        found.cloned().ok_or_else(|| Fault::not_found("endpoint"))
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
            created_at: Some(timestamp("2026-05-28T12:03:11Z".parse().unwrap())),
            metadata: request.metadata,
            retries: request.retries,
            rate_limit: request.rate_limit,
            in_order: request.in_order,
            ..Endpoint::default()
        };
        self.endpoints.lock().unwrap().push(endpoint.clone());
        Ok(CreateEndpointResponse {
            endpoint: Some(endpoint),
            secret: SECRET.into(),
            test_event_id: request.test.then(|| TEST_EVENT.into()),
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

    async fn update_endpoint(
        &self,
        _: Call,
        request: UpdateEndpointRequest,
    ) -> Result<UpdateEndpointResponse, Fault> {
        self.updated.lock().unwrap().push(request.clone());
        let mut endpoint = self.endpoint(&request.endpoint_id)?;
        endpoint.status = request.status.unwrap_or(endpoint.status);
        Ok(UpdateEndpointResponse {
            endpoint: Some(endpoint),
            test_event_id: request.test.then(|| TEST_EVENT.into()),
        })
    }

    async fn delete_endpoint(
        &self,
        _: Call,
        request: DeleteEndpointRequest,
    ) -> Result<DeleteEndpointResponse, Fault> {
        let mut endpoints = self.endpoints.lock().unwrap();
        let before = endpoints.len();
        endpoints.retain(|endpoint| endpoint.id != request.endpoint_id);
        let applied = endpoints.len() < before;
        Ok(DeleteEndpointResponse { applied })
    }

    async fn rotate_secret(
        &self,
        _: Call,
        request: RotateSecretRequest,
    ) -> Result<RotateSecretResponse, Fault> {
        let mut endpoint = self.endpoint(&request.endpoint_id)?;
        let until = timestamp("2026-05-31T12:03:11Z".parse().unwrap());
        endpoint.previous_secret_until = (!request.at_once).then_some(until);
        Ok(RotateSecretResponse {
            endpoint: Some(endpoint),
            secret: SECRET.into(),
        })
    }

    async fn ping_endpoint(
        &self,
        _: Call,
        request: PingEndpointRequest,
    ) -> Result<PingEndpointResponse, Fault> {
        self.endpoint(&request.endpoint_id)?;
        Ok(PingEndpointResponse {
            event_id: "evt_01ARZ3NDEKTSV4RRFFQ69G5FAV".into(),
        })
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
            request_body: "{\"id\": 1}\n\x1b[2J".into(),
            url: "https://partner.example/hook".into(),
        })
    }

    async fn redeliver(
        &self,
        _: Call,
        request: RedeliverRequest,
    ) -> Result<RedeliverResponse, Fault> {
        let again = delivery(9);
        let already_pending = request.delivery_id == again.id;
        self.redelivered.lock().unwrap().push(request);
        Ok(RedeliverResponse {
            delivery: Some(again),
            already_pending,
        })
    }

    async fn explain_event(
        &self,
        _: Call,
        request: ExplainEventRequest,
    ) -> Result<ExplainEventResponse, Fault> {
        let all = self.explained.lock().unwrap().clone();
        match request.endpoint_id {
            Some(_) => Err(Fault::not_found("endpoint")),
            None if all.endpoints.is_empty() => Err(Fault::not_found("event")),
            None => Ok(all),
        }
    }

    async fn reencrypt_secrets(
        &self,
        _: Call,
        request: ReencryptSecretsRequest,
    ) -> Result<ReencryptSecretsResponse, Fault> {
        self.reencrypted_after
            .lock()
            .unwrap()
            .push(request.after_id);
        let mut steps = self.reencryptions.lock().unwrap();
        Ok(steps.pop().unwrap_or_default())
    }

    async fn get_retention(
        &self,
        _: Call,
        request: GetRetentionRequest,
    ) -> Result<GetRetentionResponse, Fault> {
        let chosen = *self.retention.lock().unwrap();
        let at = "2026-05-28T12:03:16Z".parse().unwrap();
        Ok(GetRetentionResponse {
            retention: Some(Retention {
                organization_id: request.organization_id,
                days: chosen.unwrap_or(30),
                standard_days: 30,
                chosen_at: chosen.map(|_| timestamp(at)),
            }),
        })
    }

    async fn set_retention(
        &self,
        call: Call,
        request: SetRetentionRequest,
    ) -> Result<SetRetentionResponse, Fault> {
        *self.retention.lock().unwrap() = request.days;
        let organization_id = request.organization_id;
        let kept = self.get_retention(call, GetRetentionRequest { organization_id });
        let retention = kept.await?.retention;
        Ok(SetRetentionResponse { retention })
    }

    async fn start_recovery(
        &self,
        _: Call,
        request: StartRecoveryRequest,
    ) -> Result<StartRecoveryResponse, Fault> {
        self.recoveries.start(request)
    }

    async fn get_recovery(
        &self,
        _: Call,
        request: GetRecoveryRequest,
    ) -> Result<GetRecoveryResponse, Fault> {
        self.recoveries.look(&request)
    }

    async fn list_recoveries(
        &self,
        _: Call,
        request: ListRecoveriesRequest,
    ) -> Result<ListRecoveriesResponse, Fault> {
        Ok(self.recoveries.list(&request))
    }

    async fn cancel_recovery(
        &self,
        _: Call,
        request: CancelRecoveryRequest,
    ) -> Result<CancelRecoveryResponse, Fault> {
        self.recoveries.cancel(&request)
    }

    contracts::refuse_webhook_dispatcher! {
        replay_event, summarize_deliveries,
    }
}
