//! The table `audit_chain`: what happened to the VTRs of a school, in an order that cannot be
//! changed. Whoever appends holds the organisation's lock.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::signing::Sha256Digest;
use domain::vtr::ChainEntry;
use domain::{OrgId, VtrId};
use uuid::Uuid;

use super::{UnreadableRow, term};
use crate::schema::audit_chain;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_chain, check_for_backend(diesel::pg::Pg))]
struct ChainRow {
    organization_id: Uuid,
    sequence: i64,
    event: String,
    vtr_id: Uuid,
    manifest_sha256: Vec<u8>,
    at: DateTime<Utc>,
    prev_hash: Option<Vec<u8>>,
    chain_hash: Vec<u8>,
}

pub async fn append(conn: &mut AsyncPgConnection, entry: &ChainEntry) -> QueryResult<()> {
    diesel::insert_into(audit_chain::table)
        .values(ChainRow::from(entry))
        .execute(conn)
        .await?;
    Ok(())
}

/// The entry that the next one follows upon.
pub async fn last(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
) -> QueryResult<Option<ChainEntry>> {
    let row: Option<ChainRow> = audit_chain::table
        .filter(audit_chain::organization_id.eq(organization.0))
        .order(audit_chain::sequence.desc())
        .select(ChainRow::as_select())
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(ChainEntry::try_from).transpose()?)
}

/// One entry.
pub async fn find(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    sequence: i64,
) -> QueryResult<Option<ChainEntry>> {
    let row: Option<ChainRow> = audit_chain::table
        .find((organization.0, sequence))
        .select(ChainRow::as_select())
        .first(conn)
        .await
        .optional()?;
    Ok(row.map(ChainEntry::try_from).transpose()?)
}

impl From<&ChainEntry> for ChainRow {
    fn from(entry: &ChainEntry) -> Self {
        Self {
            organization_id: entry.organization_id.0,
            sequence: entry.sequence,
            event: entry.event.to_string(),
            vtr_id: entry.vtr_id.into(),
            manifest_sha256: entry.manifest_sha256.0.to_vec(),
            at: entry.at,
            prev_hash: entry.prev_hash.map(|hash| hash.0.to_vec()),
            chain_hash: entry.chain_hash.0.to_vec(),
        }
    }
}

impl TryFrom<ChainRow> for ChainEntry {
    type Error = UnreadableRow;

    fn try_from(row: ChainRow) -> Result<Self, UnreadableRow> {
        let prev_hash = row.prev_hash.as_deref();
        Ok(Self {
            organization_id: OrgId(row.organization_id),
            sequence: row.sequence,
            event: term("event", &row.event)?,
            vtr_id: VtrId::from(row.vtr_id),
            manifest_sha256: digest("manifest_sha256", &row.manifest_sha256)?,
            at: row.at,
            prev_hash: prev_hash
                .map(|hash| digest("prev_hash", hash))
                .transpose()?,
            chain_hash: digest("chain_hash", &row.chain_hash)?,
        })
    }
}

fn digest(column: &'static str, bytes: &[u8]) -> Result<Sha256Digest, UnreadableRow> {
    bytes.try_into().map_err(|error| UnreadableRow {
        column,
        reason: format!("{error}"),
    })
}
