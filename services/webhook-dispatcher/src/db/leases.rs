//! The table `replicas`, and who holds which delivery.

use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Double, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use store::prepared;
use uuid::Uuid;

use super::consignments;

/// Deliveries freed at once, so that no statement is long.
pub const REAP_BATCH: i64 = 1_000;

/// Enters a replica. The clock is the database's, which all replicas share.
pub async fn register(
    conn: &mut AsyncPgConnection,
    id: Uuid,
    duration: Duration,
) -> QueryResult<()> {
    let register = diesel::sql_query(
        "INSERT INTO replicas (id, alive_until) VALUES ($1, now() + make_interval(secs => $2))",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Double, _>(duration.as_secs_f64());
    prepared(register).execute(conn).await?;
    Ok(())
}

/// Prolongs a lease that has not ended. False: it has, and another replica may hold what it held. Looked
/// at by the clock and not by when this began: it may have waited for [`reap`] meanwhile.
pub async fn renew(
    conn: &mut AsyncPgConnection,
    id: Uuid,
    duration: Duration,
) -> QueryResult<bool> {
    let renew = diesel::sql_query(
        "UPDATE replicas SET alive_until = now() + make_interval(secs => $2)
         WHERE id = $1 AND alive_until > clock_timestamp()",
    )
    .bind::<SqlUuid, _>(id)
    .bind::<Double, _>(duration.as_secs_f64());
    Ok(prepared(renew).execute(conn).await? == 1)
}

/// Hands back everything that `owner` holds, and ends its lease.
pub async fn retire(conn: &mut AsyncPgConnection, owner: Uuid) -> QueryResult<usize> {
    let end = diesel::sql_query("UPDATE replicas SET alive_until = now() WHERE id = $1")
        .bind::<SqlUuid, _>(owner);
    prepared(end).execute(conn).await?;
    consignments::open_all(conn, owner).await?;
    let free = diesel::sql_query("UPDATE owed SET lease_owner = NULL WHERE lease_owner = $1")
        .bind::<SqlUuid, _>(owner);
    prepared(free).execute(conn).await
}

/// Hands back those of `deliveries` whose lease is still held, each by the owner beside it. They
/// are due, as they were. They came in `consignments`, or in none.
pub async fn release(
    conn: &mut AsyncPgConnection,
    deliveries: &[Uuid],
    owners: &[Uuid],
    consignments: &[Uuid],
) -> QueryResult<usize> {
    consignments::open(conn, consignments).await?;
    let release = diesel::sql_query(
        "UPDATE owed d SET lease_owner = NULL FROM unnest($1, $2) AS held (id, owner)
         WHERE d.id = held.id AND d.lease_owner IS NOT DISTINCT FROM held.owner",
    )
    .bind::<Array<SqlUuid>, _>(deliveries)
    .bind::<Array<SqlUuid>, _>(owners);
    prepared(release).execute(conn).await
}

/// Frees up to [`REAP_BATCH`] deliveries whose owners are dead. Replicas that reap at the same
/// time do not wait for each other. The dead are locked: one that is just being prolonged is none.
pub async fn reap(conn: &mut AsyncPgConnection) -> QueryResult<usize> {
    consignments::open_orphaned(conn, REAP_BATCH).await?;
    let reap = diesel::sql_query(
        "WITH dead AS MATERIALIZED (
             SELECT r.id FROM replicas r
             WHERE r.alive_until <= now() AND EXISTS (SELECT FROM owed d WHERE d.lease_owner = r.id)
             FOR UPDATE OF r SKIP LOCKED
         ), orphaned AS MATERIALIZED (
             SELECT held.id FROM dead r
             CROSS JOIN LATERAL (
                 SELECT d.id FROM owed d WHERE d.lease_owner = r.id LIMIT $1 FOR UPDATE SKIP LOCKED
             ) held
             LIMIT $1
         )
         UPDATE owed d SET lease_owner = NULL FROM orphaned o WHERE d.id = o.id",
    )
    .bind::<BigInt, _>(REAP_BATCH);
    prepared(reap).execute(conn).await
}

/// Forgets replicas that died long ago and hold nothing: long enough that nothing written in
/// their name can still be on its way.
pub async fn forget_the_dead(conn: &mut AsyncPgConnection) -> QueryResult<usize> {
    let forget = diesel::sql_query(
        "DELETE FROM replicas r WHERE r.alive_until < now() - interval '1 day'
         AND NOT EXISTS (SELECT FROM owed d WHERE d.lease_owner = r.id)
         AND NOT EXISTS (SELECT FROM consignments c WHERE c.lease_owner = r.id)",
    );
    prepared(forget).execute(conn).await
}
