//! A new token for the same rights.

use chrono::{DateTime, Utc};
use domain::api_key::{NewToken, Overlap, Rotation};
use domain::{ApiKeyId, OrgId};
use store::{AsyncPgConnection, Db};
use uuid::Uuid;

use super::announce;
use super::mint::{store_key, time_ordered_id};
use crate::db::audit::{self, Act};
use crate::db::keys;
use crate::entropy::Entropy;
use crate::error::KeyError;

/// What a caller asks for.
pub struct RotateRequest {
    pub organization_id: OrgId,
    pub key_id: ApiKeyId,
    pub overlap: Overlap,
    /// Of the new key; None: as the old one.
    pub expires_at: Option<DateTime<Utc>>,
    pub rotated_by: Option<String>,
    pub reason: Option<String>,
    /// W3C Trace Context of the request.
    pub traceparent: Option<String>,
}

/// What chance gives to one rotation.
struct Chance {
    secret: [u8; 32],
    successor: Uuid,
    messages: [Uuid; 2],
}

/// Lets a new key take over from another. The token is in the answer and nowhere else. A key of
/// another organisation is not found.
pub async fn rotate(
    db: &Db,
    entropy: &dyn Entropy,
    request: RotateRequest,
    now: DateTime<Utc>,
) -> Result<Rotation, KeyError> {
    let chance = Chance::draw(entropy, now)?;
    let rotation = db
        .transaction(async |conn| {
            let rotation = decide(conn, &request, &chance, now).await?;
            store(conn, &request, &rotation, now).await?;
            let traceparent = request.traceparent.as_deref();
            let [of_old, of_new] = chance.messages;
            announce(conn, &rotation.retired, of_old, traceparent).await?;
            announce(conn, &rotation.successor, of_new, traceparent).await?;
            Ok::<_, KeyError>(rotation)
        })
        .await?;
    tracing::info!(
        key_id = %rotation.retired.id,
        successor = %rotation.successor.id,
        organization_id = %rotation.retired.organization_id,
        "key rotated"
    );
    Ok(rotation)
}

/// Everything about an organisation's rotations waits for its lock, so that two cannot both find
/// that none is under way.
async fn decide(
    conn: &mut AsyncPgConnection,
    request: &RotateRequest,
    chance: &Chance,
    now: DateTime<Utc>,
) -> Result<Rotation, KeyError> {
    keys::lock_organization(conn, request.organization_id).await?;
    let key = keys::lock(conn, request.organization_id, request.key_id)
        .await?
        .ok_or(KeyError::NotFound)?;
    let under_way = keys::is_in_rotation(conn, &key, now).await?;
    let new = NewToken {
        id: chance.successor.into(),
        expires_at: request.expires_at,
        rotated_by: request.rotated_by.clone(),
        overlap: request.overlap,
    };
    // A key that has ended says so first: no other revocation would make it rotate.
    let rotation = key.rotate(new, &chance.secret, now)?;
    if under_way {
        return Err(KeyError::RotationUnderWay);
    }
    Ok(rotation)
}

/// The old key first: one that ends at once makes room for the new.
async fn store(
    conn: &mut AsyncPgConnection,
    request: &RotateRequest,
    rotation: &Rotation,
    now: DateTime<Utc>,
) -> Result<(), KeyError> {
    let (retired, successor) = (&rotation.retired, &rotation.successor);
    keys::set_retiring(conn, retired).await?;
    let act = Act::Rotated {
        successor: successor.id,
        overlap: request.overlap,
        reason: request.reason.as_deref(),
    };
    audit::append(conn, retired, &act, request.rotated_by.as_deref(), now).await?;
    store_key(conn, successor, now).await
}

impl Chance {
    fn draw(entropy: &dyn Entropy, now: DateTime<Utc>) -> Result<Self, KeyError> {
        let mut secret = [0; 32];
        entropy.fill(&mut secret)?;
        Ok(Self {
            secret,
            successor: time_ordered_id(entropy, now)?,
            messages: [
                time_ordered_id(entropy, now)?,
                time_ordered_id(entropy, now)?,
            ],
        })
    }
}
