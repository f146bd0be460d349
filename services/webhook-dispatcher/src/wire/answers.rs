//! Deliveries, attempts and explanations in messages.

use std::collections::HashMap;

use contracts::convert::{InvalidMessage, instant_optional, parse, parse_optional, timestamp};
use contracts::v1;
use domain::{EndpointId, EventId, OrgId};

use crate::commands::redeliver::Redeliver;
use crate::db::attempts::AttemptRow;
use crate::db::deliveries::{DeliveryRow, Filter};
use crate::delivery::exchange;
use crate::explanation::Explanation;

/// Bytes of a key at most.
const LONGEST_KEY: usize = 255;

/// An event, and whom it may have gone to.
pub struct ExplainEvent {
    pub organization_id: OrgId,
    pub event_id: EventId,
    /// Only this one.
    pub endpoint_id: Option<EndpointId>,
}

pub fn filter(request: &v1::ListDeliveriesRequest) -> Result<Filter, InvalidMessage> {
    Ok(Filter {
        organization_id: parse("organization_id", &request.organization_id)?,
        endpoint_id: parse_optional("endpoint_id", request.endpoint_id.as_deref())?,
        event_id: parse_optional("event_id", request.event_id.as_deref())?,
        status: parse_optional("status", request.status.as_deref())?,
        after: parse_optional("after_id", request.after_id.as_deref())?,
        since: instant_optional("since", request.since)?,
    })
}

pub fn redeliver(request: v1::RedeliverRequest) -> Result<Redeliver, InvalidMessage> {
    let key = request.idempotency_key;
    let fits = |key: &String| (1..=LONGEST_KEY).contains(&key.len()) && !key.contains('\0');
    if !key.as_ref().is_none_or(fits) {
        let reason = format!("holds 1 to {LONGEST_KEY} bytes, none of them NUL");
        return Err(InvalidMessage::new("idempotency_key", reason));
    }
    Ok(Redeliver {
        organization_id: parse("organization_id", &request.organization_id)?,
        delivery_id: parse("delivery_id", &request.delivery_id)?,
        idempotency_key: key,
    })
}

pub fn explain_event(request: &v1::ExplainEventRequest) -> Result<ExplainEvent, InvalidMessage> {
    Ok(ExplainEvent {
        organization_id: parse("organization_id", &request.organization_id)?,
        event_id: parse("event_id", &request.event_id)?,
        endpoint_id: parse_optional("endpoint_id", request.endpoint_id.as_deref())?,
    })
}

pub fn explanation(explanation: Explanation) -> v1::Explanation {
    v1::Explanation {
        endpoint_id: explanation.endpoint_id.to_string(),
        url: explanation.url,
        verdict: explanation.verdict.as_str().to_owned(),
        reason: explanation.reason,
        delivery: explanation.delivery.map(delivery),
    }
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
        replay: row.replay,
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
        request_headers: headers(row.request_headers),
        response_headers: headers(row.response_headers),
    }
}

/// None where nothing of the kind was kept.
fn headers(stored: Option<String>) -> HashMap<String, String> {
    stored
        .and_then(|text| exchange::read(&text))
        .map(|headers| headers.into_iter().collect())
        .unwrap_or_default()
}
