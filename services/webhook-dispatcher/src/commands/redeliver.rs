//! One delivery goes once more: its event, to its endpoint, under a new id.

use chrono::{DateTime, Utc};
use domain::{DeliveryId, OrgId};
use store::{AsyncPgConnection, Db};
use uuid::Uuid;

use super::replay_event::{check_pace, take_turn};
use crate::db::deliveries::{self, DeliveryRow};
use crate::db::endpoints;
use crate::db::replays::{self, ReplayRow};
use crate::entropy::{Entropy, time_ordered_id};
use crate::error::DispatcherError;

/// What a caller asks for.
pub struct Redeliver {
    pub organization_id: OrgId,
    pub delivery_id: DeliveryId,
    pub idempotency_key: Option<String>,
}

/// What became of it.
pub struct Redelivered {
    /// The new one, or the one by which the event is still owed.
    pub delivery: DeliveryRow,
    pub already_pending: bool,
}

/// Owes it anew, whatever the endpoint asks for by now, in one transaction with the memory of the
/// request.
pub async fn redeliver(
    db: &Db,
    entropy: &dyn Entropy,
    request: Redeliver,
    now: DateTime<Utc>,
) -> Result<Redelivered, DispatcherError> {
    let organization = request.organization_id;
    let redelivered = db
        .transaction(async |conn| {
            take_turn(conn, organization, now).await?;
            let delivery = find(conn, organization, request.delivery_id).await?;
            if let Some(earlier) = earlier(conn, &request, &delivery).await? {
                return Ok(earlier);
            }
            check_pace(conn, organization, now).await?;
            let endpoint = endpoints::find(conn, organization, delivery.endpoint_id.into()).await?;
            endpoint
                .ok_or(DispatcherError::EndpointDeleted)?
                .takes_deliveries()?;
            owe(conn, entropy, &request, &delivery, now).await
        })
        .await?;
    let (of, id) = (request.delivery_id, redelivered.delivery.id);
    tracing::info!(delivery_id = %of, new_delivery_id = %id, already_pending = redelivered.already_pending, "delivery goes once more");
    Ok(redelivered)
}

async fn find(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    id: DeliveryId,
) -> Result<DeliveryRow, DispatcherError> {
    let found = deliveries::find(conn, organization, id).await?;
    found.ok_or(DispatcherError::NoSuchDelivery)
}

/// What the request was answered the first time, if this is not the first.
async fn earlier(
    conn: &mut AsyncPgConnection,
    request: &Redeliver,
    delivery: &DeliveryRow,
) -> Result<Option<Redelivered>, DispatcherError> {
    let Some(key) = &request.idempotency_key else {
        return Ok(None);
    };
    let Some(row) = replays::find_by_key(conn, request.organization_id, key).await? else {
        return Ok(None);
    };
    let is_same =
        row.event_id == delivery.event_id && row.endpoint_id == Some(delivery.endpoint_id);
    let Some(id) = row.delivery_id.filter(|_| is_same) else {
        return Err(DispatcherError::KeyReused);
    };
    Ok(Some(Redelivered {
        delivery: find(conn, request.organization_id, id.into()).await?,
        already_pending: row.already_pending > 0,
    }))
}

async fn owe(
    conn: &mut AsyncPgConnection,
    entropy: &dyn Entropy,
    request: &Redeliver,
    delivery: &DeliveryRow,
    now: DateTime<Utc>,
) -> Result<Redelivered, DispatcherError> {
    let (event, endpoint) = (delivery.event_id.as_str(), delivery.endpoint_id);
    let pending = replays::pending_at(conn, event, endpoint).await?;
    let id = match pending {
        Some(id) => id,
        None => write(conn, entropy, (event, endpoint), now).await?,
    };
    let count = |is_so: bool| i32::from(is_so);
    let row = ReplayRow {
        organization_id: request.organization_id.0,
        id: time_ordered_id(entropy, now)?,
        event_id: event.to_owned(),
        idempotency_key: request.idempotency_key.clone(),
        endpoints: count(pending.is_none()),
        already_pending: count(pending.is_some()),
        requested_at: now,
        endpoint_id: Some(endpoint),
        delivery_id: Some(id),
    };
    replays::insert(conn, &row).await?;
    Ok(Redelivered {
        delivery: find(conn, request.organization_id, id.into()).await?,
        already_pending: pending.is_some(),
    })
}

async fn write(
    conn: &mut AsyncPgConnection,
    entropy: &dyn Entropy,
    (event, endpoint): (&str, Uuid),
    now: DateTime<Utc>,
) -> Result<Uuid, DispatcherError> {
    let id = time_ordered_id(entropy, now)?;
    match replays::write(conn, event, &[id], &[endpoint], now).await? {
        0 => Err(DispatcherError::EndpointDeleted),
        _ => Ok(id),
    }
}
