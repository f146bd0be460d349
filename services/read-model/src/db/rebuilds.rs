//! The table `rebuilds`: how the last rebuild stands, or the one under way.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use uuid::Uuid;

use super::Statement;

/// How long somebody works on it undisturbed, in seconds.
const LEASE: i64 = 15;
/// How far the clocks of replicas may be apart.
const SKEW: TimeDelta = TimeDelta::minutes(5);
/// Documents carried over in one statement.
const CARRIED: i64 = 2_000;

#[derive(Debug, Clone, QueryableByName)]
pub struct Rebuild {
    #[diesel(sql_type = Text)]
    pub phase: String,
    #[diesel(sql_type = BigInt)]
    pub step: i64,
    #[diesel(sql_type = Timestamptz)]
    pub started_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub finished_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub organization_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    pub kind: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub id: Option<String>,
    #[diesel(sql_type = BigInt)]
    pub organizations: i64,
    #[diesel(sql_type = BigInt)]
    pub records: i64,
    #[diesel(sql_type = BigInt)]
    pub carried: i64,
}

/// Where a rebuild goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    pub phase: &'static str,
    pub organization_id: Option<Uuid>,
    pub kind: Option<String>,
    pub id: Option<String>,
    /// What this step adds.
    pub organizations: i64,
    pub records: i64,
    pub carried: i64,
}

pub async fn find(conn: &mut AsyncPgConnection) -> QueryResult<Option<Rebuild>> {
    Statement::new("SELECT * FROM rebuilds")
        .get_result(conn)
        .await
        .optional()
}

/// The rebuild under way, for `worker` to take its next step, unless somebody else is at it.
pub async fn claim(conn: &mut AsyncPgConnection, worker: Uuid) -> QueryResult<Option<Rebuild>> {
    Statement::new(
        "UPDATE rebuilds SET leased_by = ?,
             leased_until = clock_timestamp() + make_interval(secs => ?::bigint)
         WHERE phase IN ('carrying', 'filling', 'settling')
             AND (leased_by = ? OR leased_until IS NULL OR leased_until < clock_timestamp())
         RETURNING *",
    )
    .bind::<SqlUuid, _>(worker)
    .bind::<BigInt, _>(LEASE)
    .bind::<SqlUuid, _>(worker)
    .get_result(conn)
    .await
    .optional()
}

/// Takes a step from `from`. `false` when somebody else has, or it was given up.
pub async fn advance(
    conn: &mut AsyncPgConnection,
    from: &Rebuild,
    to: &Progress,
) -> QueryResult<bool> {
    let advanced = Statement::new(
        "UPDATE rebuilds SET phase = ?, step = step + 1, organization_id = ?, kind = ?, id = ?,
             organizations = organizations + ?, records = records + ?, carried = carried + ?,
             finished_at = CASE WHEN ? IN ('done', 'refused') THEN clock_timestamp() END
         WHERE phase = ? AND step = ? AND started_at = ?",
    )
    .bind::<Text, _>(to.phase)
    .bind::<Nullable<SqlUuid>, _>(to.organization_id)
    .bind::<Nullable<Text>, _>(to.kind.as_deref())
    .bind::<Nullable<Text>, _>(to.id.as_deref())
    .bind::<BigInt, _>(to.organizations)
    .bind::<BigInt, _>(to.records)
    .bind::<BigInt, _>(to.carried)
    .bind::<Text, _>(to.phase)
    .bind::<Text, _>(from.phase.as_str())
    .bind::<BigInt, _>(from.step)
    .bind::<Timestamptz, _>(from.started_at)
    .run(conn)
    .await?;
    Ok(advanced > 0)
}

/// Begins a rebuild, unless one is under way. The caller is the only one who writes.
pub async fn begin(conn: &mut AsyncPgConnection, now: DateTime<Utc>) -> QueryResult<bool> {
    let begun = Statement::new(
        "INSERT INTO rebuilds AS r (phase, step, started_at) VALUES ('carrying', 0, ?)
         ON CONFLICT (\"only\") DO UPDATE SET
             phase = 'carrying', step = 0, started_at = excluded.started_at, finished_at = NULL,
             leased_by = NULL, leased_until = NULL, organization_id = NULL, kind = NULL, id = NULL,
             organizations = 0, records = 0, carried = 0
         WHERE r.phase NOT IN ('carrying', 'filling', 'settling')",
    )
    .bind::<Timestamptz, _>(now)
    .run(conn)
    .await?;
    if begun > 0 {
        conn.batch_execute(include_str!("../../sql/rebuild_begin.sql"))
            .await?;
    }
    Ok(begun > 0)
}

/// Gives up the rebuild under way. The caller is the only one who writes.
pub async fn cancel(conn: &mut AsyncPgConnection, now: DateTime<Utc>) -> QueryResult<bool> {
    let cancelled = Statement::new(
        "UPDATE rebuilds SET phase = 'cancelled', finished_at = ?
         WHERE phase IN ('carrying', 'filling', 'settling')",
    )
    .bind::<Timestamptz, _>(now)
    .run(conn)
    .await?;
    if cancelled > 0 {
        drop_built(conn).await?;
    }
    Ok(cancelled > 0)
}

/// Forgets what was built.
pub async fn drop_built(conn: &mut AsyncPgConnection) -> QueryResult<()> {
    conn.batch_execute(include_str!("../../sql/rebuild_drop.sql"))
        .await
}

/// Puts what was built in the place of what is served. The caller is the only one who writes.
///
/// What then reads otherwise than before has changed now, and not when it was built: whoever asks
/// for changes may have been told of all that was before. What is no more leaves a tombstone.
pub async fn swap(
    conn: &mut AsyncPgConnection,
    started_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    // Nobody waits for this but those who write.
    conn.batch_execute("SET LOCAL statement_timeout = '15min'")
        .await?;
    // Most have their times already; what was built before all it is derived from was there, or
    // has turned since, has not.
    Statement::new(
        "UPDATE rebuild.documents n SET updated_at = o.updated_at FROM public.documents o
         WHERE n.updated_at >= ? AND o.organization_id = n.organization_id AND o.view = n.view
             AND o.id = n.id AND o.updated_at <> n.updated_at AND o.deleted = n.deleted
             AND o.body = n.body AND o.detail_body IS NOT DISTINCT FROM n.detail_body",
    )
    .bind::<Timestamptz, _>(started_at - SKEW)
    .run(conn)
    .await?;
    Statement::new(
        "UPDATE view_clocks SET changed_at = greatest(?, changed_at + interval '1 microsecond')",
    )
    .bind::<Timestamptz, _>(now)
    .run(conn)
    .await?;
    Statement::new(
        "UPDATE rebuild.documents n SET updated_at = c.changed_at FROM view_clocks c
         WHERE n.organization_id = c.organization_id AND n.view = c.view AND n.updated_at >= ?
             AND NOT EXISTS (SELECT FROM public.documents o
                 WHERE o.organization_id = n.organization_id AND o.view = n.view AND o.id = n.id
                     AND o.updated_at = n.updated_at AND o.deleted = n.deleted AND o.body = n.body)",
    )
    .bind::<Timestamptz, _>(started_at - SKEW)
    .run(conn)
    .await?;
    bury(conn, now).await?;
    conn.batch_execute(include_str!("../../sql/rebuild_swap.sql"))
        .await
}

/// Puts tombstones in the place of what is served and was not built.
async fn bury(conn: &mut AsyncPgConnection, now: DateTime<Utc>) -> QueryResult<()> {
    Statement::new(
        "INSERT INTO rebuild.documents
             (organization_id, view, id, version, sort_key, facets, body, deleted, updated_at)
         SELECT o.organization_id, o.view, o.id, o.version, '', '[]',
             convert_to(format('{\"id\":%s,\"deleted\":true,\"deleted_at\":\"%s\"}',
                 to_json(o.id), ?::text), 'UTF8'),
             true, c.changed_at
         FROM public.documents o JOIN view_clocks c USING (organization_id, view)
         WHERE NOT o.deleted AND NOT EXISTS (SELECT FROM rebuild.documents n
             WHERE n.organization_id = o.organization_id AND n.view = o.view AND n.id = o.id)",
    )
    .bind::<Text, _>(now.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    .run(conn)
    .await
    .map(drop)
}

/// Tells the planner what was built.
pub async fn analyze(conn: &mut AsyncPgConnection) -> QueryResult<()> {
    conn.batch_execute(
        "ANALYZE rebuild.records, rebuild.record_links, rebuild.pilot_totals, rebuild.documents,
             rebuild.document_facets",
    )
    .await
}

/// Schools that are served and were not exported.
pub async fn left_out(conn: &mut AsyncPgConnection) -> QueryResult<i64> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        schools: i64,
    }
    let known = |schema: &str| {
        format!(
            "EXISTS (SELECT FROM {schema}.records r WHERE r.organization_id = c.organization_id
                 AND r.kind = 'organization' AND NOT r.deleted)"
        )
    };
    let row: Row = Statement::new(format!(
        "SELECT count(DISTINCT c.organization_id) AS schools FROM view_clocks c
         WHERE {} AND NOT {}",
        known("public"),
        known("rebuild")
    ))
    .get_result(conn)
    .await?;
    Ok(row.schools)
}

/// A document that was carried over.
#[derive(Debug, Clone, QueryableByName)]
pub struct Carried {
    #[diesel(sql_type = SqlUuid)]
    pub organization_id: Uuid,
    #[diesel(sql_type = Text)]
    pub view: String,
    #[diesel(sql_type = Text)]
    pub id: String,
}

/// Carries over what follows upon a document and no record can tell again: the event log, and
/// tombstones. In the order of their keys; nothing: all of it has been.
pub async fn carry(conn: &mut AsyncPgConnection, from: &Rebuild) -> QueryResult<Vec<Carried>> {
    Statement::new(
        "WITH page AS (
             SELECT d.* FROM public.documents d
             WHERE (d.organization_id, d.view, d.id) > (?, ?, ?) AND (d.view = 'events' OR d.deleted)
             ORDER BY d.organization_id, d.view, d.id LIMIT ?
         ), documents AS (
             INSERT INTO rebuild.documents SELECT * FROM page ON CONFLICT DO NOTHING
         ), facets AS (
             INSERT INTO rebuild.document_facets
             SELECT p.organization_id, p.view, f ->> 0, f ->> 1, p.sort_key, p.id
             FROM page p CROSS JOIN jsonb_array_elements(p.facets) f
             ON CONFLICT DO NOTHING
         )
         SELECT organization_id, view, id FROM page ORDER BY organization_id, view, id",
    )
    .bind::<SqlUuid, _>(from.organization_id.unwrap_or_default())
    .bind::<Text, _>(from.kind.as_deref().unwrap_or_default())
    .bind::<Text, _>(from.id.as_deref().unwrap_or_default())
    .bind::<BigInt, _>(CARRIED)
    .load(conn)
    .await
}
