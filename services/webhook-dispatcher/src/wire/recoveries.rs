//! Recoveries in messages.

use chrono::{DateTime, Utc};
use contracts::convert::{InvalidMessage, instant, parse, parse_optional, timestamp};
use contracts::v1;
use domain::{EndpointId, EventId, OrgId};

use super::endpoints::patterns;
use crate::db::recoveries::{Filter, RecoveryRow};
use crate::error::DispatcherError;
use crate::recovery::{Count, Pace, Search};

/// What `StartRecovery` asks for.
pub struct Asked {
    pub organization_id: OrgId,
    pub endpoint_id: EndpointId,
    pub search: Search,
    pub pace: Option<Pace>,
    pub dry_run: bool,
}

/// Of events up to `now`.
pub fn start_recovery(
    request: v1::StartRecoveryRequest,
    now: DateTime<Utc>,
) -> Result<Asked, DispatcherError> {
    let since = instant("since", request.since)?;
    if since > now {
        return Err(InvalidMessage::new("since", "lies in the future").into());
    }
    let pace = request.per_second.map(Pace::try_from).transpose();
    let patterns = match request.event_types.as_slice() {
        [] => Vec::new(),
        some => patterns(some)?,
    };
    Ok(Asked {
        organization_id: parse("organization_id", &request.organization_id)?,
        endpoint_id: parse("endpoint_id", &request.endpoint_id)?,
        search: Search {
            since,
            until: now,
            patterns,
            missed: request.missed,
        },
        pace: pace.map_err(|invalid| InvalidMessage::new("per_second", invalid))?,
        dry_run: request.dry_run,
    })
}

pub fn recoveries_filter(request: &v1::ListRecoveriesRequest) -> Result<Filter, InvalidMessage> {
    Ok(Filter {
        organization_id: parse("organization_id", &request.organization_id)?,
        endpoint_id: parse_optional("endpoint_id", request.endpoint_id.as_deref())?,
        after: parse_optional("after_id", request.after_id.as_deref())?,
    })
}

pub fn recovery_count(count: Count) -> v1::RecoveryCount {
    v1::RecoveryCount {
        examined: count.examined,
        recoverable: count.recoverable,
        still_owed: count.still_owed,
        is_complete: count.is_complete,
    }
}

pub fn recovery(row: RecoveryRow) -> v1::Recovery {
    let reached = timestamp(reached(&row));
    let progress = row.progress;
    v1::Recovery {
        id: row.id.to_string(),
        organization_id: row.organization_id.to_string(),
        endpoint_id: row.endpoint_id.to_string(),
        since: Some(timestamp(row.since)),
        until: Some(timestamp(row.until)),
        event_types: row.event_types,
        missed: row.missed,
        per_second: row.per_second.unsigned_abs(),
        status: progress.status,
        reason: progress.reason,
        waiting_for: progress.waiting_for,
        examined: progress.examined,
        recovered: progress.recovered,
        still_owed: progress.still_owed,
        expected: row.expected,
        reached: Some(reached),
        started_at: Some(timestamp(row.started_at)),
        updated_at: Some(timestamp(progress.updated_at)),
        finished_at: progress.finished_at.map(timestamp),
    }
}

/// An event's id begins with its time, in milliseconds.
fn reached(row: &RecoveryRow) -> DateTime<Utc> {
    let position: Option<EventId> = row.progress.position.parse().ok();
    let unix_ms = position.and_then(|event| i64::try_from(event.0.timestamp_ms()).ok());
    let reached = unix_ms.and_then(DateTime::from_timestamp_millis);
    reached.unwrap_or(row.since).max(row.since)
}
