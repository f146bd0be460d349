//! An event goes once more to the endpoints that want it.
//!
//! Partners tell deliveries apart by their ids, so a replay has new ones: under the old ids it
//! would be taken for a repetition and passed over.

use std::collections::{BTreeMap, HashSet};

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{EventId, OrgId};
use serde_json::json;
use store::{AsyncPgConnection, Db};
use uuid::Uuid;

use crate::db::endpoints;
use crate::db::replays::{self, EventRow, ReplayRow};
use crate::endpoint::Address;
use crate::entropy::{Entropy, time_ordered_id, time_ordered_ids};
use crate::error::DispatcherError;

/// Replays of one organisation in a minute, at most.
pub const MOST_A_MINUTE: i64 = 60;
/// How long the key of a request is remembered.
pub const REMEMBERED: TimeDelta = TimeDelta::days(1);

/// What a caller asks for.
pub struct ReplayEvent {
    pub organization_id: OrgId,
    pub event_id: EventId,
    pub address: Address,
    /// What it is about.
    pub subject_id: Uuid,
    pub occurred_at: DateTime<Utc>,
    /// Sent where none is held.
    pub body: Bytes,
    pub idempotency_key: Option<String>,
    /// W3C Trace Context of the request.
    pub traceparent: Option<String>,
}

/// What became of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Endpoints with a new delivery.
    pub endpoints: i32,
    /// Endpoints that are still owed the event from before.
    pub already_pending: i32,
}

/// Two requests with one key, or two that count to the same number, take turns; what is remembered of
/// those long ago is forgotten.
pub(super) async fn take_turn(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    now: DateTime<Utc>,
) -> Result<(), DispatcherError> {
    endpoints::lock_organization(conn, organization).await?;
    replays::forget(conn, organization, now - REMEMBERED).await?;
    Ok(())
}

/// # Errors
/// [`DispatcherError::TooManyReplays`]
pub(super) async fn check_pace(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    now: DateTime<Utc>,
) -> Result<(), DispatcherError> {
    let recent = replays::count(conn, organization, now - TimeDelta::minutes(1)).await?;
    if recent >= MOST_A_MINUTE {
        return Err(DispatcherError::TooManyReplays);
    }
    Ok(())
}

/// Owes the event anew, in one transaction with the memory of the request.
pub async fn replay_event(
    db: &Db,
    entropy: &dyn Entropy,
    request: ReplayEvent,
    now: DateTime<Utc>,
) -> Result<Replayed, DispatcherError> {
    let organization = request.organization_id;
    let replayed = db
        .transaction(async |conn| {
            take_turn(conn, organization, now).await?;
            if let Some(earlier) = earlier(conn, &request).await? {
                return Ok(earlier);
            }
            check_pace(conn, organization, now).await?;
            let replayed = owe(conn, entropy, &request, now).await?;
            let row = ReplayRow {
                organization_id: organization.0,
                id: time_ordered_id(entropy, now)?,
                event_id: request.event_id.to_string(),
                idempotency_key: request.idempotency_key.clone(),
                endpoints: replayed.endpoints,
                already_pending: replayed.already_pending,
                requested_at: now,
                endpoint_id: None,
                delivery_id: None,
            };
            replays::insert(conn, &row).await?;
            Ok::<_, DispatcherError>(replayed)
        })
        .await?;
    let event_id = request.event_id;
    tracing::info!(%event_id, endpoints = replayed.endpoints, "event goes once more");
    Ok(replayed)
}

/// What the request was answered the first time, if this is not the first.
async fn earlier(
    conn: &mut AsyncPgConnection,
    request: &ReplayEvent,
) -> Result<Option<Replayed>, DispatcherError> {
    let Some(key) = &request.idempotency_key else {
        return Ok(None);
    };
    match replays::find_by_key(conn, request.organization_id, key).await? {
        Some(row) if row.event_id != request.event_id.to_string() || row.endpoint_id.is_some() => {
            Err(DispatcherError::KeyReused)
        }
        row => Ok(row.map(|row| Replayed {
            endpoints: row.endpoints,
            already_pending: row.already_pending,
        })),
    }
}

async fn owe(
    conn: &mut AsyncPgConnection,
    entropy: &dyn Entropy,
    request: &ReplayEvent,
    now: DateTime<Utc>,
) -> Result<Replayed, DispatcherError> {
    let event_id = request.event_id.to_string();
    let subscribers = endpoints::subscribers(conn, &[request.organization_id.0]).await?;
    let (mut wanting, mut passed_over) = (Vec::new(), BTreeMap::new());
    for subscriber in &subscribers {
        match subscriber.is_owed(&subscriber.interest(), &request.address) {
            Ok(()) => wanting.push(subscriber.id),
            Err(reason) => drop(passed_over.insert(subscriber.id, reason)),
        }
    }
    if wanting.is_empty() {
        return Ok(Replayed::default());
    }
    // Held before it is asked who is owed it: where it is just being fanned out, this waits for that.
    let event = EventRow {
        id: &event_id,
        organization_id: request.organization_id.0,
        event_type: request.address.event_type.as_str(),
        occurred_at: request.occurred_at,
        traceparent: request.traceparent.as_deref(),
        body: &request.body,
        location_id: request.address.location_id.map(Into::into),
        subject_id: request.subject_id,
        created_at: now,
        passed_over: json!(passed_over),
    };
    if replays::hold(conn, &event).await? != request.organization_id.0 {
        return Err(DispatcherError::NoSuchEvent);
    }
    let pending: HashSet<Uuid> = replays::pending(conn, &event_id)
        .await?
        .into_iter()
        .collect();
    let (owed, free): (Vec<Uuid>, Vec<Uuid>) = wanting
        .into_iter()
        .partition(|endpoint| pending.contains(endpoint));
    if !free.is_empty() {
        let ids = time_ordered_ids(entropy, now, free.len())?;
        replays::write(conn, &event_id, &ids, &free, now).await?;
    }
    let count = |endpoints: &[Uuid]| i32::try_from(endpoints.len()).unwrap_or(i32::MAX);
    Ok(Replayed {
        endpoints: count(&free),
        already_pending: count(&owed),
    })
}
