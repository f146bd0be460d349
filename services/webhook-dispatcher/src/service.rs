//! The RPC service: reads requests, carries them out, writes answers.

mod answers;
mod recoveries;
mod retention;

use std::sync::Arc;

use chrono::{DateTime, SubsecRound, Utc};
use contracts::convert::parse;
use contracts::rpc::Call;
use contracts::v1::{
    CancelRecoveryRequest, CancelRecoveryResponse, CreateEndpointRequest, CreateEndpointResponse,
    DeleteEndpointRequest, DeleteEndpointResponse, ExplainEventRequest, ExplainEventResponse,
    Fault, GetDeliveryRequest, GetDeliveryResponse, GetRecoveryRequest, GetRecoveryResponse,
    GetRetentionRequest, GetRetentionResponse, ListDeliveriesRequest, ListDeliveriesResponse,
    ListEndpointsRequest, ListEndpointsResponse, ListRecoveriesRequest, ListRecoveriesResponse,
    PingEndpointRequest, PingEndpointResponse, RedeliverRequest, RedeliverResponse,
    ReencryptSecretsRequest, ReencryptSecretsResponse, ReplayEventRequest, ReplayEventResponse,
    RotateSecretRequest, RotateSecretResponse, SetRetentionRequest, SetRetentionResponse,
    StartRecoveryRequest, StartRecoveryResponse, SummarizeDeliveriesRequest,
    SummarizeDeliveriesResponse, UpdateEndpointRequest, UpdateEndpointResponse, WebhookDispatcher,
};
use service_kit::Clock;
use store::Db;

use crate::commands::create_endpoint::create_endpoint;
use crate::commands::delete_endpoint::delete_endpoint;
use crate::commands::ping_endpoint::ping_endpoint;
use crate::commands::reencrypt::reencrypt;
use crate::commands::replay_event::replay_event;
use crate::commands::rotate_secret::rotate_secret;
use crate::commands::update_endpoint::update_endpoint;
use crate::db::endpoints;
use crate::delivery::destination::Opener;
use crate::delivery::room::Room;
use crate::entropy::Entropy;
use crate::error::DispatcherError;
use crate::recovery::Pace;
use crate::retention::Days;
use crate::wire;

/// Answers for the endpoints and deliveries in `db`.
pub struct Webhooks {
    pub db: Db,
    pub clock: Clock,
    pub entropy: Arc<dyn Entropy>,
    pub opener: Opener,
    pub room: Arc<Room>,
    /// Of recoveries that ask for none.
    pub recovery_pace: Pace,
    /// Of organisations that chose nothing.
    pub retention: Days,
}

const DEFAULT_PAGE: i64 = 50;
const LONGEST_PAGE: i64 = 200;

/// How long a page is that was asked for.
fn page_of(asked: i32) -> i64 {
    match i64::from(asked) {
        ..=0 => DEFAULT_PAGE,
        asked => asked.min(LONGEST_PAGE),
    }
}

/// Cuts off what was read beyond the page to see whether there is a next one, and answers that.
fn cut<T>(rows: &mut Vec<T>, page: i64) -> bool {
    let page = usize::try_from(page).unwrap_or_default();
    let has_more = rows.len() > page;
    rows.truncate(page);
    has_more
}

impl Webhooks {
    /// In microseconds, as PostgreSQL keeps it.
    fn now(&self) -> DateTime<Utc> {
        self.clock.now().trunc_subsecs(6)
    }

    async fn create(
        &self,
        request: CreateEndpointRequest,
    ) -> Result<CreateEndpointResponse, DispatcherError> {
        let request = wire::create_endpoint(request, &self.opener.egress)?;
        let (entropy, key_ring) = (self.entropy.as_ref(), &self.opener.key_ring);
        let created = create_endpoint(&self.db, entropy, key_ring, request, self.now()).await?;
        Ok(CreateEndpointResponse {
            endpoint: Some(wire::endpoint(&created.endpoint)),
            secret: created.secret.reveal().to_owned(),
            test_event_id: created.test.map(|id| id.to_string()),
        })
    }

    async fn update(
        &self,
        request: UpdateEndpointRequest,
    ) -> Result<UpdateEndpointResponse, DispatcherError> {
        let request = wire::update_endpoint(request, &self.opener.egress)?;
        let (entropy, key_ring) = (self.entropy.as_ref(), &self.opener.key_ring);
        let now = self.now();
        let (endpoint, test) = update_endpoint(&self.db, entropy, key_ring, request, now).await?;
        // What was held back may be due.
        self.room.wake();
        Ok(UpdateEndpointResponse {
            endpoint: Some(wire::endpoint(&endpoint)),
            test_event_id: test.map(|id| id.to_string()),
        })
    }

    async fn delete(
        &self,
        request: DeleteEndpointRequest,
    ) -> Result<DeleteEndpointResponse, DispatcherError> {
        let organization = parse("organization_id", &request.organization_id)?;
        let which = (organization, parse("endpoint_id", &request.endpoint_id)?);
        let applied = delete_endpoint(&self.db, self.entropy.as_ref(), which, self.now()).await?;
        Ok(DeleteEndpointResponse { applied })
    }

    async fn rotate(
        &self,
        request: RotateSecretRequest,
    ) -> Result<RotateSecretResponse, DispatcherError> {
        let request = wire::rotate_secret(request)?;
        let (entropy, key_ring) = (self.entropy.as_ref(), &self.opener.key_ring);
        let (endpoint, secret) =
            rotate_secret(&self.db, entropy, key_ring, request, self.now()).await?;
        Ok(RotateSecretResponse {
            endpoint: Some(wire::endpoint(&endpoint)),
            secret: secret.reveal().to_owned(),
        })
    }

    async fn reencrypt(
        &self,
        request: ReencryptSecretsRequest,
    ) -> Result<ReencryptSecretsResponse, DispatcherError> {
        let stretch = wire::reencrypt(&request)?;
        let (entropy, key_ring) = (self.entropy.as_ref(), &self.opener.key_ring);
        let outcome = reencrypt(&self.db, entropy, key_ring, stretch).await?;
        let count = |count| u32::try_from(count).unwrap_or(u32::MAX);
        let unreadable = outcome.unreadable.iter();
        Ok(ReencryptSecretsResponse {
            reencrypted: count(outcome.reencrypted),
            remaining: count(outcome.remaining),
            unreadable_endpoint_ids: unreadable.map(ToString::to_string).collect(),
            last_id: outcome.last.map(|last| last.to_string()),
        })
    }

    async fn endpoints(
        &self,
        request: ListEndpointsRequest,
    ) -> Result<ListEndpointsResponse, DispatcherError> {
        let organization = parse("organization_id", &request.organization_id)?;
        let endpoints = endpoints::list(&mut *self.db.conn().await?, organization).await?;
        Ok(ListEndpointsResponse {
            endpoints: endpoints.iter().map(wire::endpoint).collect(),
        })
    }

    async fn replay(
        &self,
        call: Call,
        request: ReplayEventRequest,
    ) -> Result<ReplayEventResponse, DispatcherError> {
        let request = wire::replay_event(request, call)?;
        let replayed = replay_event(&self.db, self.entropy.as_ref(), request, self.now()).await?;
        // What is owed is in the table; it need not wait there for the next look.
        self.room.wake();
        Ok(ReplayEventResponse {
            endpoints: replayed.endpoints,
            already_pending: replayed.already_pending,
        })
    }
}

impl WebhookDispatcher for Webhooks {
    async fn create_endpoint(
        &self,
        _: Call,
        request: CreateEndpointRequest,
    ) -> Result<CreateEndpointResponse, Fault> {
        Ok(self.create(request).await?)
    }

    async fn list_endpoints(
        &self,
        _: Call,
        request: ListEndpointsRequest,
    ) -> Result<ListEndpointsResponse, Fault> {
        Ok(self.endpoints(request).await?)
    }

    async fn update_endpoint(
        &self,
        _: Call,
        request: UpdateEndpointRequest,
    ) -> Result<UpdateEndpointResponse, Fault> {
        Ok(self.update(request).await?)
    }

    async fn delete_endpoint(
        &self,
        _: Call,
        request: DeleteEndpointRequest,
    ) -> Result<DeleteEndpointResponse, Fault> {
        Ok(self.delete(request).await?)
    }

    async fn rotate_secret(
        &self,
        _: Call,
        request: RotateSecretRequest,
    ) -> Result<RotateSecretResponse, Fault> {
        Ok(self.rotate(request).await?)
    }

    async fn reencrypt_secrets(
        &self,
        _: Call,
        request: ReencryptSecretsRequest,
    ) -> Result<ReencryptSecretsResponse, Fault> {
        Ok(self.reencrypt(request).await?)
    }

    async fn ping_endpoint(
        &self,
        call: Call,
        request: PingEndpointRequest,
    ) -> Result<PingEndpointResponse, Fault> {
        let request = wire::ping_endpoint(request, call)?;
        let event_id = ping_endpoint(&self.db, self.entropy.as_ref(), request, self.now()).await?;
        Ok(PingEndpointResponse {
            event_id: event_id.to_string(),
        })
    }

    async fn replay_event(
        &self,
        call: Call,
        request: ReplayEventRequest,
    ) -> Result<ReplayEventResponse, Fault> {
        Ok(self.replay(call, request).await?)
    }

    async fn list_deliveries(
        &self,
        _: Call,
        request: ListDeliveriesRequest,
    ) -> Result<ListDeliveriesResponse, Fault> {
        Ok(self.page(request).await?)
    }

    async fn get_delivery(
        &self,
        _: Call,
        request: GetDeliveryRequest,
    ) -> Result<GetDeliveryResponse, Fault> {
        Ok(self.delivery(request).await?)
    }

    async fn redeliver(
        &self,
        _: Call,
        request: RedeliverRequest,
    ) -> Result<RedeliverResponse, Fault> {
        Ok(self.once_more(request).await?)
    }

    async fn explain_event(
        &self,
        _: Call,
        request: ExplainEventRequest,
    ) -> Result<ExplainEventResponse, Fault> {
        Ok(self.why(request).await?)
    }

    async fn summarize_deliveries(
        &self,
        _: Call,
        request: SummarizeDeliveriesRequest,
    ) -> Result<SummarizeDeliveriesResponse, Fault> {
        Ok(self.summaries(request).await?)
    }

    async fn start_recovery(
        &self,
        call: Call,
        request: StartRecoveryRequest,
    ) -> Result<StartRecoveryResponse, Fault> {
        Ok(self.begin_recovery(call, request).await?)
    }

    async fn get_recovery(
        &self,
        _: Call,
        request: GetRecoveryRequest,
    ) -> Result<GetRecoveryResponse, Fault> {
        Ok(self.recovery(request).await?)
    }

    async fn list_recoveries(
        &self,
        _: Call,
        request: ListRecoveriesRequest,
    ) -> Result<ListRecoveriesResponse, Fault> {
        Ok(self.recoveries(request).await?)
    }

    async fn cancel_recovery(
        &self,
        _: Call,
        request: CancelRecoveryRequest,
    ) -> Result<CancelRecoveryResponse, Fault> {
        Ok(self.end_recovery(request).await?)
    }

    async fn get_retention(
        &self,
        _: Call,
        request: GetRetentionRequest,
    ) -> Result<GetRetentionResponse, Fault> {
        Ok(self.retention(request).await?)
    }

    async fn set_retention(
        &self,
        _: Call,
        request: SetRetentionRequest,
    ) -> Result<SetRetentionResponse, Fault> {
        Ok(self.choose_retention(request).await?)
    }
}
