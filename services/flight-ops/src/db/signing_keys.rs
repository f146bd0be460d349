//! The table `signing_keys`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::signing::{SignatureAlgorithm, SigningKey};
use domain::{OrgId, SigningKeyId};
use secrets::Sealed;
use uuid::Uuid;

use super::UnreadableRow;
use crate::schema::signing_keys;
use crate::vault::StoredKey;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = signing_keys, check_for_backend(diesel::pg::Pg))]
struct SigningKeyRow {
    organization_id: Uuid,
    id: Uuid,
    public_key: Vec<u8>,
    ring_key_id: String,
    sealed_private: Vec<u8>,
    created_at: DateTime<Utc>,
    retired_at: Option<DateTime<Utc>>,
}

/// Inserts the key that signs from now on; the one before it must be retired.
pub async fn insert(conn: &mut AsyncPgConnection, new: &StoredKey) -> QueryResult<()> {
    let StoredKey { key, sealed } = new;
    let row = SigningKeyRow {
        organization_id: key.organization_id.0,
        id: key.id.0,
        public_key: key.public_key.0.to_vec(),
        ring_key_id: sealed.key_id.clone(),
        sealed_private: sealed.ciphertext.clone(),
        created_at: key.created_at,
        retired_at: key.retired_at,
    };
    diesel::insert_into(signing_keys::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// The key that signs, if the school has one yet.
pub async fn signing(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
) -> QueryResult<Option<StoredKey>> {
    let row: Option<SigningKeyRow> = signing_keys::table
        .filter(signing_keys::organization_id.eq(organization.0))
        .filter(signing_keys::retired_at.is_null())
        .select(SigningKeyRow::as_select())
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(StoredKey::try_from).transpose()?)
}

/// The one that signs first, then the retired ones, youngest first.
pub async fn list(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
) -> QueryResult<Vec<SigningKey>> {
    let rows: Vec<SigningKeyRow> = signing_keys::table
        .filter(signing_keys::organization_id.eq(organization.0))
        .order(signing_keys::retired_at.desc().nulls_first())
        .select(SigningKeyRow::as_select())
        .load(conn)
        .await?;
    let keys = rows.into_iter().map(StoredKey::try_from);
    Ok(keys
        .map(|stored| stored.map(|stored| stored.key))
        .collect::<Result<_, _>>()?)
}

/// The key that signs does so no longer.
pub async fn retire(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(signing_keys::table)
        .filter(signing_keys::organization_id.eq(organization.0))
        .filter(signing_keys::retired_at.is_null())
        .set(signing_keys::retired_at.eq(now))
        .execute(conn)
        .await?;
    Ok(())
}

impl TryFrom<SigningKeyRow> for StoredKey {
    type Error = UnreadableRow;

    fn try_from(row: SigningKeyRow) -> Result<Self, UnreadableRow> {
        let public_key = row.public_key.as_slice().try_into();
        let key = SigningKey {
            id: SigningKeyId(row.id),
            organization_id: OrgId(row.organization_id),
            algorithm: SignatureAlgorithm::Ed25519,
            public_key: public_key.map_err(|error| UnreadableRow {
                column: "public_key",
                reason: format!("{error}"),
            })?,
            created_at: row.created_at,
            retired_at: row.retired_at,
        };
        let sealed = Sealed {
            key_id: row.ring_key_id,
            ciphertext: row.sealed_private,
        };
        Ok(Self { key, sealed })
    }
}
