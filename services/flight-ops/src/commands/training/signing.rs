//! The school's key, and what is signed with it.

use domain::{OrgId, SigningKeyId};
use store::AsyncPgConnection;
use uuid::Uuid;

use crate::context::Context;
use crate::db::{organizations, signing_keys};
use crate::error::OpsError;
use crate::vault::StoredKey;

/// The key that signs for a school, made when it is first needed. It may lock the organisation, so
/// it comes before whatever else is locked.
pub async fn key(
    conn: &mut AsyncPgConnection,
    context: &Context,
    organization: OrgId,
) -> Result<StoredKey, OpsError> {
    if let Some(key) = signing_keys::signing(conn, organization).await? {
        return Ok(key);
    }
    if !organizations::lock(conn, organization).await? {
        return Err(OpsError::no_such("organization"));
    }
    // Another command may have made it in the meantime.
    if let Some(key) = signing_keys::signing(conn, organization).await? {
        return Ok(key);
    }
    // Of version 4: 122 of its bits are chance.
    let id = uuid::Builder::from_random_bytes((context.entropy)().to_be_bytes()).into_uuid();
    make(conn, context, organization, id).await
}

/// Makes the key that signs from now on; the organisation is locked.
pub async fn make(
    conn: &mut AsyncPgConnection,
    context: &Context,
    organization: OrgId,
    id: Uuid,
) -> Result<StoredKey, OpsError> {
    let id = SigningKeyId(id);
    let key = context.vault()?.make(organization, id, context.now())?;
    signing_keys::insert(conn, &key).await?;
    Ok(key)
}
