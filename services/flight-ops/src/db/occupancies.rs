//! The table `occupancies`: whom and what each session that stands keeps from another.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use domain::planning::Session;
use store::Statement;
use uuid::Uuid;

/// A flight comes of one session.
pub const FLIGHT_TAKEN: &str = "planning_sessions_flight_once";

/// Somebody or something that is occupied, by which session, from when until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct Occupied {
    #[diesel(sql_type = SqlUuid)]
    pub session_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    pub resource_id: Uuid,
    #[diesel(sql_type = Timestamptz)]
    pub starts_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub ends_at: DateTime<Utc>,
}

/// Makes what the session occupies what it is to occupy. `false` when another session stands in
/// the way of any of it: nothing of the transaction may then be kept.
pub async fn occupy(conn: &mut AsyncPgConnection, session: &Session) -> QueryResult<bool> {
    free(conn, session).await?;
    let wanted = session.occupied();
    if wanted.is_empty() {
        return Ok(true);
    }
    // All sessions take what they take in the same order. One that another transaction is about to
    // take is waited for: the constraint then sees what came of it.
    let statement = Statement::new(
        "INSERT INTO occupancies (organization_id, session_id, resource_id, during)
         SELECT ?, ?, wanted.id, tstzrange(?, ?, '[)') FROM unnest(?) AS wanted (id)
         ORDER BY wanted.id
         ON CONFLICT DO NOTHING",
    )
    .bind::<SqlUuid, _>(session.organization_id.0)
    .bind::<SqlUuid, _>(session.id.0)
    .bind::<Timestamptz, _>(session.plan.starts_at)
    .bind::<Timestamptz, _>(session.plan.ends_at)
    .bind::<Array<SqlUuid>, _>(list(&wanted));
    Ok(statement.run(conn).await? == wanted.len())
}

async fn free(conn: &mut AsyncPgConnection, session: &Session) -> QueryResult<()> {
    let statement =
        Statement::new("DELETE FROM occupancies WHERE organization_id = ? AND session_id = ?")
            .bind::<SqlUuid, _>(session.organization_id.0)
            .bind::<SqlUuid, _>(session.id.0);
    statement.run(conn).await.map(drop)
}

/// The first that stands in the way of the session.
pub async fn in_the_way(
    conn: &mut AsyncPgConnection,
    session: &Session,
) -> QueryResult<Option<Occupied>> {
    let statement = Statement::new(
        "SELECT o.session_id, o.resource_id, lower(o.during) AS starts_at, upper(o.during) AS ends_at
         FROM occupancies o
         WHERE o.organization_id = ? AND o.resource_id = ANY (?)
             AND o.during && tstzrange(?, ?, '[)') AND o.session_id <> ?
         ORDER BY lower(o.during), o.resource_id LIMIT 1",
    )
    .bind::<SqlUuid, _>(session.organization_id.0)
    .bind::<Array<SqlUuid>, _>(list(&session.occupied()))
    .bind::<Timestamptz, _>(session.plan.starts_at)
    .bind::<Timestamptz, _>(session.plan.ends_at)
    .bind::<SqlUuid, _>(session.id.0);
    statement.get_result(conn).await.optional()
}

fn list(ids: &BTreeSet<Uuid>) -> Vec<Uuid> {
    ids.iter().copied().collect()
}
