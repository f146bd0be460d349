//! Building every document anew from the system of record, while the old ones are served and
//! changes come in.
//!
//! - *carrying*: the event log and the tombstones, which no record can tell again;
//! - *filling*: the records of every school, as if each had just been published. They are taken in
//!   like any message, so what is served takes in, too, whatever it had missed;
//! - *settling*: what has fallen due meanwhile; then one transaction puts the new in the place of
//!   the old.
//!
//! Each step is a transaction that also notes how far it came, so a rebuild that was broken off in
//! any way goes on where it was, in whatever replica finds it.

mod source;

use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use contracts::convert::{InvalidMessage, parse};
use contracts::rpc::RpcError;
use contracts::v1::ExportPosition;
use diesel_async::AsyncPgConnection;
use prost::Message;
use service_kit::Clock;
use store::{Db, StoreError};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::apply;
use crate::db::generation;
use crate::db::rebuilds::{self, Progress, Rebuild};
use crate::error::ReadModelError;
use crate::record::Change;

pub use source::Source;

/// Between two looks for a rebuild, and before a step that failed is tried again.
const PAUSE: Duration = Duration::from_secs(1);
/// Documents settled in one transaction.
const SETTLED: i64 = 500;

/// Why a step was not taken.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    #[error(transparent)]
    ReadModel(#[from] ReadModelError),
    #[error("the system of record does not answer: {0}")]
    Source(#[from] RpcError),
    #[error("the system of record exports what cannot be read: {0}")]
    Message(#[from] InvalidMessage),
}

impl From<StoreError> for RebuildError {
    fn from(error: StoreError) -> Self {
        Self::ReadModel(error.into())
    }
}

/// What came of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stepped {
    /// There is no rebuild under way, or somebody else works on it.
    Idle,
    /// There is more to do.
    On,
    /// It is over.
    Over,
}

/// Works on rebuilds.
pub struct Worker<S> {
    db: Db,
    clock: Clock,
    source: S,
    name: Uuid,
}

impl<S: Source> Worker<S> {
    pub fn new(db: Db, clock: Clock, source: S) -> Self {
        Self {
            db,
            clock,
            source,
            name: Uuid::new_v4(),
        }
    }

    /// Takes the next step of whatever rebuild there is, until it is told to end.
    pub async fn run(&self, token: &CancellationToken) {
        while !token.is_cancelled() {
            let stepped = self.step().await.unwrap_or_else(|error| {
                tracing::warn!(%error, "the rebuild waits");
                Stepped::Idle
            });
            if stepped == Stepped::Over {
                tracing::info!("the rebuild is over");
            }
            if stepped != Stepped::On {
                tokio::select! {
                    () = token.cancelled() => {}
                    () = tokio::time::sleep(PAUSE) => {}
                }
            }
        }
    }

    /// # Errors
    /// The database's and the system of record's. The same step may be tried again.
    pub async fn step(&self) -> Result<Stepped, RebuildError> {
        let claimed = {
            let mut conn = self.db.conn().await?;
            let claimed = rebuilds::claim(&mut conn, self.name).await;
            claimed.map_err(ReadModelError::from)?
        };
        match claimed {
            None => Ok(Stepped::Idle),
            Some(rebuild) => match rebuild.phase.as_str() {
                "carrying" => self.carry(&rebuild).await,
                "filling" => self.fill(&rebuild).await,
                _ => self.settle(&rebuild).await,
            },
        }
    }

    async fn carry(&self, from: &Rebuild) -> Result<Stepped, RebuildError> {
        let carried = async |conn: &mut AsyncPgConnection| {
            generation::enter(conn).await?;
            let carried = rebuilds::carry(conn, from).await?;
            let to = match carried.last().cloned() {
                None => Progress {
                    phase: "filling",
                    ..Progress::default()
                },
                Some(last) => Progress {
                    phase: "carrying",
                    organization_id: Some(last.organization_id),
                    kind: Some(last.view),
                    id: Some(last.id),
                    carried: count(carried.len()),
                    ..Progress::default()
                },
            };
            still(rebuilds::advance(conn, from, &to).await?)
        };
        self.db.transaction(carried).await?;
        Ok(Stepped::On)
    }

    async fn fill(&self, from: &Rebuild) -> Result<Stepped, RebuildError> {
        // Without a position in it, the organisation has been filled.
        let position = match (&from.kind, &from.id) {
            (Some(kind), Some(id)) => Some(ExportPosition {
                kind: kind.clone(),
                id: id.clone(),
            }),
            _ => None,
        };
        let organization = from.organization_id.map(|id| id.to_string());
        let organization = match (organization, &position) {
            (Some(organization), Some(_)) => Some(organization),
            (last, _) => self.source.organization(last).await?,
        };
        let Some(organization) = organization else {
            let to = Progress {
                phase: "settling",
                ..Progress::default()
            };
            return self.take_in(from, &to, &[]).await;
        };
        let page = self.source.page(organization.clone(), position).await?;
        let changes = page.changes.into_iter().map(|change| {
            let payload = Bytes::from(change.encode_to_vec());
            Change::parse(payload)
        });
        let changes = changes.collect::<Result<Vec<_>, _>>()?;
        let done = page.next.is_none();
        let to = Progress {
            phase: "filling",
            organization_id: Some(parse("organization_id", &organization)?),
            kind: page.next.as_ref().map(|next| next.kind.clone()),
            id: page.next.map(|next| next.id),
            organizations: i64::from(done),
            records: count(changes.len()),
            ..Progress::default()
        };
        self.take_in(from, &to, &changes).await
    }

    /// Takes in a page like messages.
    async fn take_in(
        &self,
        from: &Rebuild,
        to: &Progress,
        changes: &[Change],
    ) -> Result<Stepped, RebuildError> {
        let now = self.clock.now();
        let taken = async |conn: &mut AsyncPgConnection| {
            apply::records(conn, changes.iter(), now).await?;
            still(rebuilds::advance(conn, from, to).await?)
        };
        self.db.transaction(taken).await?;
        Ok(Stepped::On)
    }

    async fn settle(&self, from: &Rebuild) -> Result<Stepped, RebuildError> {
        let now = self.clock.now();
        let turned = async |conn: &mut AsyncPgConnection| {
            generation::enter(conn).await?;
            generation::turn_to_built(conn).await?;
            apply::turn_here(conn, now, SETTLED).await
        };
        if self.db.transaction(turned).await? > 0 {
            return Ok(Stepped::On);
        }
        let mut conn = self.db.conn().await?;
        let analyzed = rebuilds::analyze(&mut conn).await;
        analyzed.map_err(ReadModelError::from)?;
        drop(conn);
        let swapped = async |conn: &mut AsyncPgConnection| swap(conn, from, now).await;
        self.db.transaction(swapped).await?;
        Ok(Stepped::Over)
    }
}

/// Puts what was built in the place of what is served. Where a school is served that the system
/// of record did not export, something is amiss there: what was built is forgotten.
async fn swap(
    conn: &mut AsyncPgConnection,
    from: &Rebuild,
    now: DateTime<Utc>,
) -> Result<(), ReadModelError> {
    generation::enter_alone(conn).await?;
    let left_out = rebuilds::left_out(conn).await?;
    let phase = if left_out == 0 { "done" } else { "refused" };
    let to = Progress {
        phase,
        ..Progress::default()
    };
    still(rebuilds::advance(conn, from, &to).await?)?;
    if left_out > 0 {
        tracing::error!(
            left_out,
            "schools are missing from the export: nothing is put in place"
        );
        return Ok(rebuilds::drop_built(conn).await?);
    }
    Ok(rebuilds::swap(conn, from.started_at, now).await?)
}

/// Whoever was overtaken rolls back.
fn still(advanced: bool) -> Result<(), ReadModelError> {
    if advanced {
        Ok(())
    } else {
        Err(ReadModelError::Overtaken)
    }
}

fn count(many: usize) -> i64 {
    i64::try_from(many).unwrap_or(i64::MAX)
}
