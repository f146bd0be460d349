//! Messages to requests, rows to messages.

mod answers;
mod endpoints;
mod recoveries;

use std::collections::HashMap;

use contracts::convert::{InvalidMessage, instant, parse, parse_optional};
use contracts::rpc::Call;
use contracts::v1;
use domain::EventId;
use domain::event::EventType;

use crate::commands::ping_endpoint::PingEndpoint;
use crate::commands::replay_event::ReplayEvent;
use crate::db::summaries::SummaryRow;
use crate::endpoint::Address;

pub use answers::{attempt, delivery, explain_event, explanation, filter, redeliver};
pub use endpoints::{create_endpoint, endpoint, reencrypt, rotate_secret, update_endpoint};
pub use recoveries::{recoveries_filter, recovery, recovery_count, start_recovery};

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
    let location = parse_optional("location_id", request.location_id.as_deref())?;
    Ok(ReplayEvent {
        organization_id: parse("organization_id", &request.organization_id)?,
        event_id: parse("event_id", &request.event_id)?,
        address: Address::new(event_type, subject, location),
        subject_id: subject,
        occurred_at: instant("occurred_at", request.occurred_at)?,
        body: request.body,
        idempotency_key: request.idempotency_key,
        traceparent: service_kit::traceparent::current().or(call.traceparent),
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
