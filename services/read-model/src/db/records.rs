//! The table `records`: the replica.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::OrgId;
use uuid::Uuid;

use super::Statement;
use crate::record::Change;

/// A record that was replaced, or is new.
#[derive(QueryableByName)]
pub struct Replaced {
    #[diesel(sql_type = SqlUuid)]
    pub organization_id: Uuid,
    #[diesel(sql_type = Text)]
    pub kind: String,
    #[diesel(sql_type = Text)]
    pub id: String,
    /// The message it was known by before.
    #[diesel(sql_type = Nullable<Binary>)]
    pub previous: Option<Vec<u8>>,
}

/// Takes in what is newer than the replica and returns just that, with what it replaced. Each
/// record is given at most once; replicas that give them in the order of their keys do not
/// deadlock.
pub async fn replace(
    conn: &mut AsyncPgConnection,
    changes: &[&Change],
) -> QueryResult<Vec<Replaced>> {
    Statement::new(
        "INSERT INTO records AS r (organization_id, kind, id, version, payload)
         SELECT * FROM unnest(?, ?, ?, ?, ?)
         ON CONFLICT (organization_id, kind, id) DO UPDATE
         SET version = excluded.version, payload = excluded.payload, previous = r.payload
         WHERE excluded.version > r.version
         RETURNING r.organization_id, r.kind, r.id, r.previous",
    )
    .bind::<Array<SqlUuid>, _>(
        changes
            .iter()
            .map(|c| c.organization_id.0)
            .collect::<Vec<_>>(),
    )
    .bind::<Array<Text>, _>(changes.iter().map(|c| c.record.kind()).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(changes.iter().map(|c| c.record.id()).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(
        changes
            .iter()
            .map(|c| c.record.version())
            .collect::<Vec<_>>(),
    )
    .bind::<Array<Binary>, _>(
        changes
            .iter()
            .map(|c| c.payload.as_ref())
            .collect::<Vec<&[u8]>>(),
    )
    .load(conn)
    .await
}

/// The messages of these records of one kind, as far as they are known.
pub async fn payloads(
    conn: &mut AsyncPgConnection,
    kind: &str,
    keys: impl Iterator<Item = (OrgId, String)>,
) -> QueryResult<Vec<Vec<u8>>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Binary)]
        payload: Vec<u8>,
    }
    let (organizations, ids): (Vec<Uuid>, Vec<String>) = keys.map(|(org, id)| (org.0, id)).unzip();
    let rows: Vec<Row> = Statement::new(
        "SELECT r.payload FROM unnest(?, ?) AS k (organization_id, id)
         JOIN records r ON r.organization_id = k.organization_id AND r.kind = ? AND r.id = k.id",
    )
    .bind::<Array<SqlUuid>, _>(organizations)
    .bind::<Array<Text>, _>(ids)
    .bind::<Text, _>(kind)
    .load(conn)
    .await?;
    Ok(rows.into_iter().map(|row| row.payload).collect())
}
