//! Why an endpoint got an event, or did not: read off what was decided and stored when it happened.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Utc};
use domain::webhook::EndpointStatus;
use uuid::Uuid;

use crate::db::deliveries::{DeliveryRow, Status};
use crate::db::endpoints::DELETED;
use crate::db::explanations::{EndpointRow, HeldRow};
use crate::db::health;
use crate::db::retention::REASON as EXPIRED;
use crate::endpoint::PassedOver;

/// What became of an event at an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Delivered,
    /// Owed, and sent when it is due.
    Pending,
    /// Owed, and not sent: the endpoint is paused.
    Paused,
    /// Owed and not sent, or not owed: the endpoint is disabled, or was when the event came.
    EndpointDisabled,
    /// All attempts.
    Failed,
    /// It was owed for as long as the organisation keeps events.
    Expired,
    /// The endpoint's settings, when the event came.
    Filtered,
    /// The endpoint was made later.
    NotThereYet,
    /// The endpoint was deleted before.
    EndpointDeleted,
}

impl Verdict {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Pending => "pending",
            Self::Paused => "paused",
            Self::EndpointDisabled => "endpoint_disabled",
            Self::Failed => "failed",
            Self::Expired => EXPIRED,
            Self::Filtered => "filtered",
            Self::NotThereYet => "not_there_yet",
            Self::EndpointDeleted => "endpoint_deleted",
        }
    }
}

/// One endpoint's part of the answer.
#[derive(Debug, Clone)]
pub struct Explanation {
    pub endpoint_id: Uuid,
    pub url: String,
    pub verdict: Verdict,
    /// The same more exactly, in a word: `type`, `timeout`.
    pub reason: Option<String>,
    pub delivery: Option<DeliveryRow>,
}

/// An event as it was fanned out, and what holds it up now.
pub struct Held {
    at: DateTime<Utc>,
    passed_over: BTreeMap<Uuid, PassedOver>,
    /// Deliveries that wait for others of their subject.
    in_line: HashSet<Uuid>,
    now: DateTime<Utc>,
}

impl Held {
    /// A reason that this version does not know is passed over itself.
    pub fn new(row: &HeldRow, in_line: HashSet<Uuid>, now: DateTime<Utc>) -> Self {
        let reasons = row.passed_over.as_object().into_iter().flatten();
        let known = reasons.filter_map(|(endpoint, reason)| {
            let reason = serde_json::from_value(reason.clone()).ok()?;
            Some((endpoint.parse().ok()?, reason))
        });
        Self {
            at: row.created_at,
            passed_over: known.collect(),
            in_line,
            now,
        }
    }

    /// Whether there is anything to tell of a deleted endpoint unasked.
    pub fn names(&self, endpoint: Uuid) -> bool {
        self.passed_over.contains_key(&endpoint)
    }
}

/// Of a held event, and the delivery of it to this endpoint that tells most, where there is one.
pub fn explain(endpoint: EndpointRow, held: &Held, delivery: Option<DeliveryRow>) -> Explanation {
    let (verdict, reason) = match &delivery {
        Some(delivery) => of_delivery(&endpoint, held, delivery),
        None => of_passing_over(&endpoint, held),
    };
    Explanation {
        endpoint_id: endpoint.id,
        url: endpoint.url,
        verdict,
        reason,
        delivery,
    }
}

/// Of an event that is not held, because the organisation had no endpoint when it came.
pub fn made_later(endpoint: EndpointRow) -> Explanation {
    Explanation {
        endpoint_id: endpoint.id,
        url: endpoint.url,
        verdict: Verdict::NotThereYet,
        reason: None,
        delivery: None,
    }
}

fn of_delivery(
    endpoint: &EndpointRow,
    held: &Held,
    delivery: &DeliveryRow,
) -> (Verdict, Option<String>) {
    let error = delivery.last_error.clone();
    if delivery.status == Status::Succeeded.as_str() {
        (Verdict::Delivered, None)
    } else if delivery.status == Status::Pending.as_str() {
        of_pending(endpoint, held, delivery)
    } else if error.as_deref() == Some(EXPIRED) {
        (Verdict::Expired, None)
    } else {
        (Verdict::Failed, error)
    }
}

fn of_pending(
    endpoint: &EndpointRow,
    held: &Held,
    delivery: &DeliveryRow,
) -> (Verdict, Option<String>) {
    match endpoint.status.parse() {
        Ok(EndpointStatus::Paused) => (Verdict::Paused, None),
        Ok(EndpointStatus::Disabled) => {
            (Verdict::EndpointDisabled, endpoint.disabled_reason.clone())
        }
        Ok(EndpointStatus::Enabled) => (Verdict::Pending, waits_for(endpoint, held, delivery)),
        // It is deleted, and what it is owed is about to end.
        Err(_) => (Verdict::EndpointDeleted, None),
    }
}

/// What holds it up, else why the last attempt failed.
fn waits_for(endpoint: &EndpointRow, held: &Held, delivery: &DeliveryRow) -> Option<String> {
    let is_due = delivery.next_attempt_at.is_some_and(|at| at <= held.now);
    if endpoint.health != health::HEALTHY {
        Some(format!("endpoint_{}", endpoint.health))
    } else if held.in_line.contains(&delivery.id) {
        Some("in_order".to_owned())
    } else if endpoint.rate_requests.is_some() && is_due {
        Some("rate_limit".to_owned())
    } else {
        delivery.last_error.clone()
    }
}

fn of_passing_over(endpoint: &EndpointRow, held: &Held) -> (Verdict, Option<String>) {
    let filtered = |reason: &str| (Verdict::Filtered, Some(reason.to_owned()));
    match held.passed_over.get(&endpoint.id) {
        Some(PassedOver::Type) => filtered("type"),
        Some(PassedOver::Location) => filtered("location"),
        Some(PassedOver::OtherEndpoint) => filtered("other_endpoint"),
        Some(PassedOver::Disabled) => (Verdict::EndpointDisabled, endpoint.disabled_reason.clone()),
        None if endpoint.status == DELETED && endpoint.created_at <= held.at => {
            (Verdict::EndpointDeleted, None)
        }
        // Also where it was being made at that very moment: what is told is what was decided.
        None => (Verdict::NotThereYet, None),
    }
}

#[cfg(test)]
mod tests;
