//! The table `records`: the replica.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Bool, Nullable, Text, Uuid as SqlUuid};
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
    let texts = |of: for<'c> fn(&'c Change) -> &'c str| {
        changes.iter().map(|c| of(c)).collect::<Vec<&str>>()
    };
    Statement::new(
        "INSERT INTO records AS r (organization_id, kind, id, version, payload, deleted)
         SELECT * FROM unnest(?, ?, ?, ?, ?, ?)
         ON CONFLICT (organization_id, kind, id) DO UPDATE
         SET version = excluded.version, payload = excluded.payload, deleted = excluded.deleted,
             previous = r.payload
         WHERE excluded.version > r.version
         RETURNING r.organization_id, r.kind, r.id, r.previous",
    )
    .bind::<Array<SqlUuid>, _>(
        changes
            .iter()
            .map(|c| c.organization_id.0)
            .collect::<Vec<_>>(),
    )
    .bind::<Array<Text>, _>(texts(|c| c.kind))
    .bind::<Array<Text>, _>(texts(|c| &c.id))
    .bind::<Array<BigInt>, _>(changes.iter().map(|c| c.version).collect::<Vec<_>>())
    .bind::<Array<Binary>, _>(
        changes
            .iter()
            .map(|c| c.payload.as_ref())
            .collect::<Vec<&[u8]>>(),
    )
    .bind::<Array<Bool>, _>(
        changes
            .iter()
            .map(|c| c.record.is_none())
            .collect::<Vec<_>>(),
    )
    .load(conn)
    .await
}

/// Forgets what these records were before, which [`replace`] has returned: of what is deleted
/// nothing is kept but that it is.
pub async fn forget_previous(conn: &mut AsyncPgConnection, deleted: &[&Change]) -> QueryResult<()> {
    if deleted.is_empty() {
        return Ok(());
    }
    Statement::new(
        "UPDATE records r SET previous = NULL
         FROM unnest(?, ?, ?) AS k (organization_id, kind, id)
         WHERE r.organization_id = k.organization_id AND r.kind = k.kind AND r.id = k.id",
    )
    .bind::<Array<SqlUuid>, _>(
        deleted
            .iter()
            .map(|c| c.organization_id.0)
            .collect::<Vec<_>>(),
    )
    .bind::<Array<Text>, _>(deleted.iter().map(|c| c.kind).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(deleted.iter().map(|c| c.id.as_str()).collect::<Vec<_>>())
    .run(conn)
    .await?;
    Ok(())
}

/// The messages of these records (organisation, kind and id), as far as they are known and not
/// deleted.
pub async fn payloads(
    conn: &mut AsyncPgConnection,
    keys: Vec<(OrgId, &'static str, String)>,
) -> QueryResult<Vec<Vec<u8>>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Binary)]
        payload: Vec<u8>,
    }
    let (mut organizations, mut kinds, mut ids) = (Vec::new(), Vec::new(), Vec::new());
    for (organization, kind, id) in keys {
        organizations.push(organization.0);
        kinds.push(kind);
        ids.push(id);
    }
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Row> = Statement::new(
        "SELECT r.payload FROM unnest(?, ?, ?) AS k (organization_id, kind, id)
         JOIN records r USING (organization_id, kind, id)
         WHERE NOT r.deleted",
    )
    .bind::<Array<SqlUuid>, _>(organizations)
    .bind::<Array<Text>, _>(kinds)
    .bind::<Array<Text>, _>(ids)
    .load(conn)
    .await?;
    Ok(rows.into_iter().map(|row| row.payload).collect())
}
