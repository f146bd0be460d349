//! What is left of documents that are no more.

use chrono::{DateTime, Utc};
use diesel::sql_types::{Array, BigInt, Binary, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::AsyncPgConnection;
use domain::OrgId;
use public_api::documents::TombstoneDocument;
use public_api::routes::View;
use uuid::Uuid;

use super::{Stamps, stamp};
use crate::db::Statement;
use crate::error::ReadModelError;

/// In the place of a document that is no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    pub organization_id: OrgId,
    pub view: View,
    pub id: String,
    pub version: i64,
    /// UTF-8 JSON, as served.
    pub body: Vec<u8>,
}

impl Tombstone {
    /// # Errors
    /// The serializer's own.
    pub fn new(
        (organization_id, view, id): (OrgId, View, String),
        version: i64,
        deleted_at: DateTime<Utc>,
    ) -> serde_json::Result<Self> {
        let body = serde_json::to_vec(&TombstoneDocument::new(&id, deleted_at))?;
        Ok(Self {
            organization_id,
            view,
            id,
            version,
            body,
        })
    }

    /// Organisation, view and id.
    pub fn key(&self) -> (Uuid, &'static str, &str) {
        (self.organization_id.0, self.view.as_str(), &self.id)
    }
}

/// Puts tombstones where the documents were. The caller holds the views, and takes the documents
/// out of what they are found by.
pub async fn bury(
    conn: &mut AsyncPgConnection,
    tombstones: &[Tombstone],
    stamps: &Stamps,
) -> Result<(), ReadModelError> {
    if tombstones.is_empty() {
        return Ok(());
    }
    let stamped = tombstones
        .iter()
        .map(|t| stamp(stamps, t.organization_id, t.view));
    let stamped = stamped.collect::<Result<Vec<_>, _>>()?;
    let organizations: Vec<Uuid> = tombstones.iter().map(|t| t.organization_id.0).collect();
    let views: Vec<&str> = tombstones.iter().map(|t| t.view.as_str()).collect();
    let ids: Vec<&str> = tombstones.iter().map(|t| t.id.as_str()).collect();
    let bodies: Vec<&[u8]> = tombstones.iter().map(|t| t.body.as_slice()).collect();
    Statement::new(
        "INSERT INTO documents AS d
             (organization_id, view, id, version, sort_key, facets, body, deleted, updated_at)
         SELECT u.organization_id, u.view, u.id, u.version, '', '[]', u.body, true, u.updated_at
         FROM unnest(?, ?, ?, ?, ?, ?) AS u (organization_id, view, id, version, body, updated_at)
         ON CONFLICT (organization_id, view, id) DO UPDATE SET
             version = excluded.version, sort_key = '', location_id = NULL, facets = '[]',
             body = excluded.body, detail_body = NULL, turns_at = NULL, deleted = true,
             updated_at = excluded.updated_at",
    )
    .bind::<Array<SqlUuid>, _>(organizations)
    .bind::<Array<Text>, _>(views)
    .bind::<Array<Text>, _>(ids)
    .bind::<Array<BigInt>, _>(tombstones.iter().map(|t| t.version).collect::<Vec<_>>())
    .bind::<Array<Binary>, _>(bodies)
    .bind::<Array<Timestamptz>, _>(stamped)
    .run(conn)
    .await?;
    Ok(())
}
