//! Moving stored secrets to another key: a ring's first key was replaced, and the old one is to go.

use domain::EndpointId;
use store::{AsyncPgConnection, Db};

use crate::db::sealed::{self, SealedRow};
use crate::entropy::Entropy;
use crate::error::DispatcherError;
use crate::secrets::{KeyRing, Sealed};

/// What one request did.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Reencrypted {
    pub reencrypted: usize,
    /// Endpoints that are still to be done, the unreadable ones among them.
    pub remaining: usize,
    /// Nothing of the ring opens what is stored.
    pub unreadable: Vec<EndpointId>,
    /// There may be more after this one.
    pub last: Option<EndpointId>,
}

/// Which endpoints, in the order of their ids.
#[derive(Debug, Clone, Copy)]
pub struct Stretch {
    pub after: Option<EndpointId>,
    pub limit: i64,
}

/// Encrypts anew what the endpoints of one stretch have under other keys than the first. What is sealed
/// stays the same: nobody who signs or sends needs to hear of it.
pub async fn reencrypt(
    db: &Db,
    entropy: &dyn Entropy,
    key_ring: &KeyRing,
    stretch: Stretch,
) -> Result<Reencrypted, DispatcherError> {
    db.transaction(async |conn| {
        let Stretch { after, limit } = stretch;
        let rows = sealed::lock_others(conn, key_ring.first_id(), after, limit).await?;
        let mut outcome = Reencrypted::default();
        for row in &rows {
            match anew(row, key_ring, entropy)? {
                Some(fresh) => {
                    write(conn, &fresh).await?;
                    outcome.reencrypted += 1;
                }
                None => outcome.unreadable.push(row.id.into()),
            }
        }
        let is_full = i64::try_from(rows.len()).is_ok_and(|count| count == limit);
        outcome.last = rows.last().filter(|_| is_full).map(|row| row.id.into());
        let remaining = sealed::count_others(conn, key_ring.first_id()).await?;
        outcome.remaining = usize::try_from(remaining).unwrap_or(usize::MAX);
        Ok(outcome)
    })
    .await
}

async fn write(conn: &mut AsyncPgConnection, row: &SealedRow) -> Result<(), DispatcherError> {
    Ok(sealed::write(conn, row).await?)
}

/// None where something of it cannot be read.
fn anew(
    row: &SealedRow,
    key_ring: &KeyRing,
    entropy: &dyn Entropy,
) -> Result<Option<SealedRow>, DispatcherError> {
    let mut fresh = row.clone();
    for (kind, part) in fresh.parts() {
        let owner = kind.owner(row.id.into());
        let Ok(secret) = key_ring.open(&owner, part.key_id, part.ciphertext) else {
            tracing::error!(endpoint_id = %row.id, part = kind.as_str(), "cannot be decrypted: is a key missing from the ring?");
            return Ok(None);
        };
        let Sealed { key_id, ciphertext } = key_ring.seal(&owner, &secret, entropy)?;
        (*part.key_id, *part.ciphertext) = (key_id, ciphertext);
    }
    Ok(Some(fresh))
}
