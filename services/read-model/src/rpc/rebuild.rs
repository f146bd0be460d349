//! What operators ask of rebuilds.

use chrono::{DateTime, Utc};
use contracts::convert::timestamp;
use contracts::v1::RebuildStatus;
use diesel_async::AsyncPgConnection;
use store::Db;

use crate::db::generation;
use crate::db::rebuilds::{self, Rebuild};
use crate::error::ReadModelError;

pub(super) async fn start(db: &Db, now: DateTime<Utc>) -> Result<RebuildStatus, ReadModelError> {
    db.transaction(async |conn: &mut AsyncPgConnection| {
        generation::enter_alone(conn).await?;
        let applied = rebuilds::begin(conn, now).await?;
        Ok(described(rebuilds::find(conn).await?, applied))
    })
    .await
}

pub(super) async fn cancel(db: &Db, now: DateTime<Utc>) -> Result<RebuildStatus, ReadModelError> {
    db.transaction(async |conn: &mut AsyncPgConnection| {
        generation::enter_alone(conn).await?;
        let applied = rebuilds::cancel(conn, now).await?;
        Ok(described(rebuilds::find(conn).await?, applied))
    })
    .await
}

pub(super) async fn status(db: &Db) -> Result<RebuildStatus, ReadModelError> {
    let mut conn = db.conn().await?;
    Ok(described(rebuilds::find(&mut conn).await?, false))
}

fn described(rebuild: Option<Rebuild>, applied: bool) -> RebuildStatus {
    let Some(rebuild) = rebuild else {
        return RebuildStatus {
            phase: "none".to_owned(),
            ..RebuildStatus::default()
        };
    };
    RebuildStatus {
        phase: rebuild.phase,
        applied,
        started_at: Some(timestamp(rebuild.started_at)),
        finished_at: rebuild.finished_at.map(timestamp),
        organizations: rebuild.organizations,
        records: rebuild.records,
        carried: rebuild.carried,
    }
}
