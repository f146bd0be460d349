//! The RPC service: reads requests, carries them out, writes answers.

use std::sync::Arc;

use chrono::{DateTime, SubsecRound, Utc};
use contracts::convert::parse;
use contracts::rpc::Call;
use contracts::v1::{
    CreateEndpointRequest, CreateEndpointResponse, DeleteEndpointRequest, DeleteEndpointResponse,
    Fault, GetDeliveryRequest, GetDeliveryResponse, ListDeliveriesRequest, ListDeliveriesResponse,
    ListEndpointsRequest, ListEndpointsResponse, PingEndpointRequest, PingEndpointResponse,
    ReencryptSecretsRequest, ReencryptSecretsResponse, ReplayEventRequest, ReplayEventResponse,
    RotateSecretRequest, RotateSecretResponse, SummarizeDeliveriesRequest,
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
use crate::db::{attempts, deliveries, endpoints, summaries};
use crate::delivery::destination::Opener;
use crate::delivery::room::Room;
use crate::entropy::Entropy;
use crate::error::DispatcherError;
use crate::wire;

/// Answers for the endpoints and deliveries in `db`.
pub struct Webhooks {
    pub db: Db,
    pub clock: Clock,
    pub entropy: Arc<dyn Entropy>,
    pub opener: Opener,
    pub room: Arc<Room>,
}

const DEFAULT_PAGE: i64 = 50;
const LONGEST_PAGE: i64 = 200;

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
        let (endpoint, secret) =
            create_endpoint(&self.db, entropy, key_ring, request, self.now()).await?;
        let endpoint = Some(wire::endpoint(&endpoint));
        Ok(CreateEndpointResponse {
            endpoint,
            secret: secret.reveal().to_owned(),
        })
    }

    async fn update(
        &self,
        request: UpdateEndpointRequest,
    ) -> Result<UpdateEndpointResponse, DispatcherError> {
        let request = wire::update_endpoint(request, &self.opener.egress)?;
        let (entropy, key_ring) = (self.entropy.as_ref(), &self.opener.key_ring);
        let endpoint = update_endpoint(&self.db, entropy, key_ring, request, self.now()).await?;
        // What was held back may be due.
        self.room.wake();
        Ok(UpdateEndpointResponse {
            endpoint: Some(wire::endpoint(&endpoint)),
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
        let limit = wire::reencrypt_limit(&request)?;
        let (entropy, key_ring) = (self.entropy.as_ref(), &self.opener.key_ring);
        let outcome = reencrypt(&self.db, entropy, key_ring, limit).await?;
        let count = |count| u32::try_from(count).unwrap_or(u32::MAX);
        let unreadable = outcome.unreadable.iter();
        Ok(ReencryptSecretsResponse {
            reencrypted: count(outcome.reencrypted),
            remaining: count(outcome.remaining),
            unreadable_endpoint_ids: unreadable.map(ToString::to_string).collect(),
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

    async fn page(
        &self,
        request: ListDeliveriesRequest,
    ) -> Result<ListDeliveriesResponse, DispatcherError> {
        let filter = wire::filter(&request)?;
        let limit = match i64::from(request.limit) {
            ..=0 => DEFAULT_PAGE,
            asked => asked.min(LONGEST_PAGE),
        };
        // One more than asked for tells whether there is a next page.
        let mut rows = deliveries::list(&mut *self.db.conn().await?, &filter, limit + 1).await?;
        let page = usize::try_from(limit).unwrap_or_default();
        let has_more = rows.len() > page;
        rows.truncate(page);
        let deliveries: Vec<_> = rows.into_iter().map(wire::delivery).collect();
        let next_after_id = deliveries
            .last()
            .filter(|_| has_more)
            .map(|last| last.id.clone());
        Ok(ListDeliveriesResponse {
            deliveries,
            next_after_id,
        })
    }

    async fn delivery(
        &self,
        request: GetDeliveryRequest,
    ) -> Result<GetDeliveryResponse, DispatcherError> {
        let organization = parse("organization_id", &request.organization_id)?;
        let id = parse("delivery_id", &request.delivery_id)?;
        let mut conn = self.db.conn().await?;
        let row = deliveries::find(&mut conn, organization, id).await?;
        let row = row.ok_or(DispatcherError::NoSuchDelivery)?;
        let attempts = attempts::list(&mut conn, id).await?;
        Ok(GetDeliveryResponse {
            delivery: Some(wire::delivery(row)),
            attempts: attempts.into_iter().map(wire::attempt).collect(),
        })
    }

    async fn summaries(
        &self,
        request: SummarizeDeliveriesRequest,
    ) -> Result<SummarizeDeliveriesResponse, DispatcherError> {
        let organization = parse("organization_id", &request.organization_id)?;
        let events = wire::event_ids(&request.event_ids)?;
        let counts =
            summaries::of_events(&mut *self.db.conn().await?, organization, &events).await?;
        Ok(SummarizeDeliveriesResponse {
            summaries: wire::summaries(&events, counts),
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

    async fn summarize_deliveries(
        &self,
        _: Call,
        request: SummarizeDeliveriesRequest,
    ) -> Result<SummarizeDeliveriesResponse, Fault> {
        Ok(self.summaries(request).await?)
    }
}
