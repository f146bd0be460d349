//! What the time does to documents, by itself.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use domain::OrgId;
use public_api::routes::View;

use super::Done;
use super::derive::{self, Affected};
use super::put::{self, Writes};
use crate::db::documents::Cause;
use crate::db::{generation, turns, view_clocks};
use crate::error::ReadModelError;

/// Derives anew what is due in a view, `limit` documents at most.
pub(super) async fn turn_view(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    view: View,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Done, ReadModelError> {
    let clock = BTreeMap::from([((organization, view), now)]);
    let stamps = view_clocks::advance(conn, &clock).await?;
    let due = turns::due(conn, organization, view, now, limit).await?;
    let count = due.len();
    let mut writes = Writes::default();
    let affected = Affected::of(organization, view, due);
    derive::documents(conn, affected, now, &mut writes).await?;
    put::put(conn, writes, &stamps, Cause::Time).await?;
    Ok(Done { count, stamps })
}

/// A view with documents that are due, locked, unless others hold all of them.
pub(super) async fn next(
    conn: &mut AsyncPgConnection,
    now: DateTime<Utc>,
) -> Result<Option<(OrgId, View)>, ReadModelError> {
    Ok(view_clocks::lock_due(conn, now).await?)
}

/// Derives anew what is due in some view of the tables that are built, in front of which the
/// search path stands.
pub async fn turn_here(
    conn: &mut AsyncPgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<usize, ReadModelError> {
    let Some((organization, view)) = next(conn, now).await? else {
        return Ok(0);
    };
    let built = turn_view(conn, organization, view, now, limit).await?;
    generation::keep_times(conn, &built.stamps).await?;
    Ok(built.count)
}
