//! Deliveries and attempts as this program shows them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use contracts::convert::{InvalidMessage, instant, instant_optional};
use contracts::v1;
use serde::Serialize;

#[derive(Debug, Clone, Serialize)]
pub struct DeliveryView {
    pub id: String,
    pub event_id: String,
    pub event_type: String,
    pub endpoint_id: String,
    pub sequence: i64,
    pub status: String,
    pub attempt_count: i32,
    pub next_attempt_at: Option<DateTime<Utc>>,
    pub last_status_code: Option<i32>,
    pub last_error: Option<String>,
    pub created_at: DateTime<Utc>,
    pub completed_at: Option<DateTime<Utc>>,
    /// 0: the first of its event to its endpoint.
    pub replay: i32,
}

impl TryFrom<v1::Delivery> for DeliveryView {
    type Error = InvalidMessage;

    fn try_from(d: v1::Delivery) -> Result<Self, InvalidMessage> {
        Ok(Self {
            id: d.id,
            event_id: d.event_id,
            event_type: d.event_type,
            endpoint_id: d.endpoint_id,
            sequence: d.sequence,
            status: d.status,
            attempt_count: d.attempt_count,
            next_attempt_at: instant_optional("next_attempt_at", d.next_attempt_at)?,
            last_status_code: d.last_status_code,
            last_error: d.last_error,
            created_at: instant("created_at", d.created_at)?,
            completed_at: instant_optional("completed_at", d.completed_at)?,
            replay: d.replay,
        })
    }
}

impl DeliveryView {
    /// How the last attempt ended: `204`, `500 status`, `timeout`.
    pub fn last(&self) -> String {
        ended(self.last_status_code, self.last_error.as_deref())
    }
}

#[derive(Debug, Clone, Serialize)]
pub struct AttemptView {
    pub number: i32,
    pub started_at: DateTime<Utc>,
    pub duration_ms: i32,
    pub status_code: Option<i32>,
    pub error: Option<String>,
    /// The same in words.
    pub error_detail: Option<String>,
    pub request_headers: BTreeMap<String, String>,
    pub response_headers: BTreeMap<String, String>,
    /// The beginning of what the receiver answered, as far as it is text.
    pub response: String,
}

impl TryFrom<v1::Attempt> for AttemptView {
    type Error = InvalidMessage;

    fn try_from(a: v1::Attempt) -> Result<Self, InvalidMessage> {
        Ok(Self {
            number: a.number,
            started_at: instant("started_at", a.started_at)?,
            duration_ms: a.duration_ms,
            status_code: a.status_code,
            error: a.error,
            error_detail: a.error_detail,
            request_headers: a.request_headers.into_iter().collect(),
            response_headers: a.response_headers.into_iter().collect(),
            response: String::from_utf8_lossy(&a.response_excerpt).into_owned(),
        })
    }
}

impl AttemptView {
    pub fn result(&self) -> String {
        let ended = ended(self.status_code, self.error.as_deref());
        match &self.error_detail {
            Some(detail) => format!("{ended}: {detail}"),
            None => ended,
        }
    }
}

fn ended(status_code: Option<i32>, error: Option<&str>) -> String {
    let parts = [
        status_code.map(|code| code.to_string()),
        error.map(str::to_owned),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        "-".to_owned()
    } else {
        parts.join(" ")
    }
}
