//! The tables that are served, and beside them those that are built anew.
//!
//! A rebuild fills tables of the same names in the schema `rebuild`. As long as it is under way,
//! every transaction that writes does so in both, with the same statements: first where it is
//! served, then, with the schema in front of the search path, where it is built. The clocks of the
//! views are the same for both.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};

use super::Statement;
use super::documents::Stamps;

/// Held shared by whoever writes, and alone by whoever begins or ends a rebuild.
const WRITING: i64 = 0x6761_6672_6d01;
/// Held alone by whoever writes in both: the locks of the one would otherwise be waited for by
/// those who hold the other's.
const WRITING_BOTH: i64 = 0x6761_6672_6d02;

/// Begins to write. Whether a rebuild is under way, which stays so until the transaction ends.
pub async fn enter(conn: &mut AsyncPgConnection) -> QueryResult<bool> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Bool)]
        under_way: bool,
    }
    lock(conn, "SELECT pg_advisory_xact_lock_shared(?)", WRITING).await?;
    // Once the lock is held: a statement sees what was there when it began to wait.
    let row: Row = Statement::new(
        "SELECT EXISTS (SELECT FROM rebuilds
             WHERE phase IN ('carrying', 'filling', 'settling')) AS under_way",
    )
    .get_result(conn)
    .await?;
    if row.under_way {
        lock(conn, "SELECT pg_advisory_xact_lock(?)", WRITING_BOTH).await?;
    }
    Ok(row.under_way)
}

/// Waits until nobody writes, and keeps everybody from it until the transaction ends.
pub async fn enter_alone(conn: &mut AsyncPgConnection) -> QueryResult<()> {
    lock(conn, "SELECT pg_advisory_xact_lock(?)", WRITING).await
}

async fn lock(conn: &mut AsyncPgConnection, how: &str, key: i64) -> QueryResult<()> {
    Statement::new(how)
        .bind::<BigInt, _>(key)
        .run(conn)
        .await
        .map(drop)
}

/// From here on, statements are about what is built.
pub async fn turn_to_built(conn: &mut AsyncPgConnection) -> QueryResult<()> {
    conn.batch_execute("SET LOCAL search_path = rebuild, public")
        .await
}

/// From here on, statements are about what is served.
pub async fn turn_to_served(conn: &mut AsyncPgConnection) -> QueryResult<()> {
    conn.batch_execute("SET LOCAL search_path TO DEFAULT").await
}

/// Of the documents that were built just now, those that are served with the same bytes have not
/// changed for those who ask what did.
pub async fn keep_times(conn: &mut AsyncPgConnection, stamps: &Stamps) -> QueryResult<()> {
    if stamps.is_empty() {
        return Ok(());
    }
    Statement::new(
        "UPDATE rebuild.documents n SET updated_at = o.updated_at
         FROM unnest(?, ?, ?) AS s (organization_id, view, updated_at)
         JOIN public.documents o USING (organization_id, view)
         WHERE n.organization_id = s.organization_id AND n.view = s.view
             AND n.updated_at = s.updated_at AND o.id = n.id AND o.deleted = n.deleted
             AND o.body = n.body AND o.detail_body IS NOT DISTINCT FROM n.detail_body",
    )
    .bind::<Array<SqlUuid>, _>(stamps.keys().map(|(org, _)| org.0).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(
        stamps
            .keys()
            .map(|(_, view)| view.as_str())
            .collect::<Vec<_>>(),
    )
    .bind::<Array<Timestamptz>, _>(stamps.values().copied().collect::<Vec<_>>())
    .run(conn)
    .await
    .map(drop)
}
