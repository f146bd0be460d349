//! Requests about what was sent, and about what was not.

use contracts::convert::parse;
use contracts::v1::{
    ExplainEventRequest, ExplainEventResponse, GetDeliveryRequest, GetDeliveryResponse,
    ListDeliveriesRequest, ListDeliveriesResponse, RedeliverRequest, RedeliverResponse,
    SummarizeDeliveriesRequest, SummarizeDeliveriesResponse,
};
use domain::{EndpointId, EventId};

use super::{Webhooks, cut, page_of};
use crate::commands::redeliver::redeliver;
use crate::db::explanations::{self, EndpointRow, HeldRow};
use crate::db::{attempts, deliveries, endpoints, letters, summaries};
use crate::error::DispatcherError;
use crate::explanation::{self, Held};
use crate::wire;

impl Webhooks {
    pub(super) async fn page(
        &self,
        request: ListDeliveriesRequest,
    ) -> Result<ListDeliveriesResponse, DispatcherError> {
        let filter = wire::filter(&request)?;
        let page = page_of(request.limit);
        let mut rows = deliveries::list(&mut *self.db.conn().await?, &filter, page + 1).await?;
        let has_more = cut(&mut rows, page);
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

    pub(super) async fn delivery(
        &self,
        request: GetDeliveryRequest,
    ) -> Result<GetDeliveryResponse, DispatcherError> {
        let organization = parse("organization_id", &request.organization_id)?;
        let id = parse("delivery_id", &request.delivery_id)?;
        let mut conn = self.db.conn().await?;
        let row = deliveries::find(&mut conn, organization, id).await?;
        let row = row.ok_or(DispatcherError::NoSuchDelivery)?;
        let letter = letters::find(&mut conn, &row.event_id, row.endpoint_id).await?;
        let letter = letter.ok_or(DispatcherError::NoSuchDelivery)?;
        let attempts = attempts::list(&mut conn, id).await?;
        Ok(GetDeliveryResponse {
            delivery: Some(wire::delivery(row)),
            attempts: attempts.into_iter().map(wire::attempt).collect(),
            request_body: letter.body(),
            url: letter.url,
        })
    }

    pub(super) async fn once_more(
        &self,
        request: RedeliverRequest,
    ) -> Result<RedeliverResponse, DispatcherError> {
        let request = wire::redeliver(request)?;
        let redelivered = redeliver(&self.db, self.entropy.as_ref(), request, self.now()).await?;
        // What is owed is in the table; it need not wait there for the next look.
        self.room.wake();
        Ok(RedeliverResponse {
            delivery: Some(wire::delivery(redelivered.delivery)),
            already_pending: redelivered.already_pending,
        })
    }

    pub(super) async fn why(
        &self,
        request: ExplainEventRequest,
    ) -> Result<ExplainEventResponse, DispatcherError> {
        let asked = wire::explain_event(&request)?;
        let (organization, event) = (asked.organization_id, asked.event_id);
        let mut conn = self.db.conn().await?;
        let held = explanations::event(&mut conn, organization, event).await?;
        let mut endpoints = explanations::endpoints(&mut conn, organization).await?;
        if let Some(only) = asked.endpoint_id {
            endpoints.retain(|endpoint| endpoint.id == only.0);
            if endpoints.is_empty() {
                return Err(DispatcherError::NoSuchEndpoint);
            }
        }
        let Some(row) = held else {
            return unheld(event, endpoints, asked.endpoint_id);
        };
        let mut deliveries = explanations::deliveries(&mut conn, organization, event).await?;
        let in_line = explanations::waiting_in_line(&mut conn, event).await?;
        let held = Held::new(&row, in_line, self.now());
        // Of those that are gone only what concerns them is told, unless they are asked for.
        endpoints.retain(|endpoint| {
            endpoint.status != endpoints::DELETED
                || asked.endpoint_id.is_some()
                || deliveries.contains_key(&endpoint.id)
                || held.names(endpoint.id)
        });
        let explained = endpoints.into_iter().map(|endpoint| {
            let delivery = deliveries.remove(&endpoint.id);
            wire::explanation(explanation::explain(endpoint, &held, delivery))
        });
        let HeldRow {
            event_type,
            occurred_at,
            ..
        } = row;
        Ok(ExplainEventResponse {
            endpoints: explained.collect(),
            event_type: Some(event_type),
            occurred_at: Some(contracts::convert::timestamp(occurred_at)),
        })
    }

    pub(super) async fn summaries(
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

/// An event is kept from the moment that its organisation has an endpoint. So of one that is not,
/// it can be told whether all these were made later than the time that its id bears; whether there
/// was such an event, or it has been dropped since, cannot.
fn unheld(
    event: EventId,
    endpoints: Vec<EndpointRow>,
    only: Option<EndpointId>,
) -> Result<ExplainEventResponse, DispatcherError> {
    let asked = |endpoint: &EndpointRow| only.is_some() || endpoint.status != endpoints::DELETED;
    let endpoints: Vec<_> = endpoints.into_iter().filter(asked).collect();
    let unix_ms = i64::try_from(event.0.timestamp_ms()).unwrap_or(i64::MAX);
    let is_later = |endpoint: &EndpointRow| endpoint.created_at.timestamp_millis() > unix_ms;
    if endpoints.is_empty() || !endpoints.iter().all(is_later) {
        return Err(DispatcherError::NoSuchEvent);
    }
    let endpoints = endpoints.into_iter().map(explanation::made_later);
    Ok(ExplainEventResponse {
        event_type: None,
        occurred_at: None,
        endpoints: endpoints.map(wire::explanation).collect(),
    })
}
