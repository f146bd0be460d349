//! Messages to requests, rows to messages.

mod endpoints;

use std::collections::HashMap;

use contracts::convert::{InvalidMessage, instant, parse, parse_optional, timestamp};
use contracts::rpc::Call;
use contracts::v1;
use domain::EventId;
use domain::event::EventType;

use crate::commands::ping_endpoint::PingEndpoint;
use crate::commands::replay_event::ReplayEvent;
use crate::db::attempts::AttemptRow;
use crate::db::deliveries::{DeliveryRow, Filter};
use crate::db::summaries::SummaryRow;
use crate::endpoint::Address;

pub use endpoints::{create_endpoint, endpoint, reencrypt_limit, rotate_secret, update_endpoint};

/// Events whose deliveries are summed up in one request.
const MOST_EVENTS: usize = 1_000;

pub fn ping_endpoint(
    request: v1::PingEndpointRequest,
    call: Call,
) -> Result<PingEndpoint, InvalidMessage> {
    Ok(PingEndpoint {
        organization_id: parse("organization_id", &request.organization_id)?,
        endpoint_id: parse("endpoint_id", &request.endpoint_id)?,
        requested_by: parse_optional("requested_by_id", request.requested_by_id.as_deref())?,
        // The span at work, so that the trace goes on through the outbox; else the caller's.
        traceparent: service_kit::traceparent::current().or(call.traceparent),
    })
}

pub fn replay_event(
    request: v1::ReplayEventRequest,
    call: Call,
) -> Result<ReplayEvent, InvalidMessage> {
    let event_type: EventType = parse("event_type", &request.event_type)?;
    let subject = parse("subject_id", &request.subject_id)?;
    Ok(ReplayEvent {
        organization_id: parse("organization_id", &request.organization_id)?,
        event_id: parse("event_id", &request.event_id)?,
        address: Address {
            event_type,
            location_id: None,
            only: (event_type == EventType::WebhookTest).then_some(subject),
        },
        occurred_at: instant("occurred_at", request.occurred_at)?,
        body: request.body,
        idempotency_key: request.idempotency_key,
        traceparent: service_kit::traceparent::current().or(call.traceparent),
    })
}

pub fn filter(request: &v1::ListDeliveriesRequest) -> Result<Filter, InvalidMessage> {
    Ok(Filter {
        organization_id: parse("organization_id", &request.organization_id)?,
        endpoint_id: parse_optional("endpoint_id", request.endpoint_id.as_deref())?,
        event_id: parse_optional("event_id", request.event_id.as_deref())?,
        status: parse_optional("status", request.status.as_deref())?,
        after: parse_optional("after_id", request.after_id.as_deref())?,
    })
}

pub fn event_ids(ids: &[String]) -> Result<Vec<String>, InvalidMessage> {
    if ids.len() > MOST_EVENTS {
        return Err(InvalidMessage::new(
            "event_ids",
            format!("holds at most {MOST_EVENTS}"),
        ));
    }
    let parsed = ids
        .iter()
        .map(|id| parse::<EventId>("event_ids", id).map(|id| id.to_string()));
    parsed.collect()
}

pub fn delivery(row: DeliveryRow) -> v1::Delivery {
    v1::Delivery {
        id: row.id.to_string(),
        event_id: row.event_id,
        event_type: row.event_type,
        endpoint_id: row.endpoint_id.to_string(),
        sequence: row.sequence,
        status: row.status,
        attempt_count: row.attempt_count,
        next_attempt_at: row.next_attempt_at.map(timestamp),
        last_status_code: row.last_status_code,
        last_error: row.last_error,
        created_at: Some(timestamp(row.created_at)),
        completed_at: row.completed_at.map(timestamp),
    }
}

pub fn attempt(row: AttemptRow) -> v1::Attempt {
    v1::Attempt {
        number: row.number,
        started_at: Some(timestamp(row.started_at)),
        duration_ms: row.duration_ms,
        status_code: row.status_code,
        error: row.error,
        error_detail: row.error_detail,
        response_excerpt: row.response_excerpt.into(),
    }
}

/// One summary for each of `events`, in their order; of what nobody is owed all counts are 0.
pub fn summaries(events: &[String], counts: Vec<SummaryRow>) -> Vec<v1::DeliverySummary> {
    let by_event: HashMap<String, v1::DeliverySummary> = counts.into_iter().map(summary).collect();
    events
        .iter()
        .map(|event| v1::DeliverySummary {
            event_id: event.clone(),
            ..by_event.get(event).cloned().unwrap_or_default()
        })
        .collect()
}

fn summary(row: SummaryRow) -> (String, v1::DeliverySummary) {
    let count = |count: i64| i32::try_from(count).unwrap_or(i32::MAX);
    let summary = v1::DeliverySummary {
        event_id: row.event_id.clone(),
        endpoints: count(row.endpoints),
        succeeded: count(row.succeeded),
        failed: count(row.failed),
        pending: count(row.pending),
    };
    (row.event_id, summary)
}
