//! Looks at aircraft when the calendar alone changes something about them: an inspection falls
//! due, a deferral runs out, a work order's day goes by. Every replica watches; each aircraft is
//! looked at by one of them.

use std::collections::HashMap;
use std::time::Duration;

use chrono::TimeDelta;
use diesel_async::{AnsiTransactionManager, AsyncPgConnection, TransactionManager};
use domain::organization::Organization;
use domain::{AircraftId, OrgId};
use service_kit::Clock;
use store::Db;
use tokio_util::sync::CancellationToken;

use crate::commands::maintenance::hangar::Hangar;
use crate::commands::school;
use crate::context::{self, Context, Entropy};
use crate::db::maintenance::standing;
use crate::error::OpsError;
use crate::outgoing::Outgoing;

/// Aircraft looked at in one transaction.
const BATCH: u32 = 50;
/// How long nothing may be due unnoticed.
const PAUSE: Duration = Duration::from_secs(5);
/// When an aircraft that could not be looked at is tried again.
const LATER: TimeDelta = TimeDelta::hours(1);

pub struct Watch {
    db: Db,
    clock: Clock,
    entropy: Entropy,
}

/// What one step came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looked {
    /// Nothing is due to be looked at.
    Idle,
    /// At that many aircraft; there may be more.
    At(usize),
}

impl Watch {
    pub fn new(db: Db, clock: Clock) -> Self {
        Self {
            db,
            clock,
            entropy: context::entropy(),
        }
    }

    /// Watches until `token` is cancelled.
    pub async fn run(&self, token: &CancellationToken) {
        while !token.is_cancelled() {
            let pause = match self.step().await {
                Ok(Looked::At(_)) => continue,
                Ok(Looked::Idle) => PAUSE,
                Err(error) => {
                    tracing::warn!(%error, "aircraft cannot be looked at");
                    PAUSE
                }
            };
            tokio::select! {
                () = token.cancelled() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Looks at aircraft that are due to be looked at, a batch of them in one transaction.
    ///
    /// # Errors
    /// [`Failed`] when the database is away: nothing of the batch was done.
    pub async fn step(&self) -> Result<Looked, Failed> {
        let context = Context {
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
            vault: None,
            traceparent: None,
        };
        let looked = self
            .db
            .transaction(async |conn| look_at_batch(conn, &context).await)
            .await
            .map_err(Failed)?;
        Ok(match looked {
            0 => Looked::Idle,
            count => Looked::At(count),
        })
    }
}

/// A step that came to nothing, and may be taken again.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Failed(OpsError);

async fn look_at_batch(conn: &mut AsyncPgConnection, context: &Context) -> Result<usize, OpsError> {
    let claimed = standing::claim(conn, context.now(), i64::from(BATCH)).await?;
    let mut schools: HashMap<OrgId, Organization> = HashMap::new();
    for (organization, aircraft) in &claimed {
        if !schools.contains_key(organization) {
            let found = school(conn, *organization).await?.organization;
            schools.insert(*organization, found);
        }
        let Some(school) = schools.get(organization) else {
            continue;
        };
        // A savepoint: one aircraft that cannot be looked at keeps none of the others waiting.
        AnsiTransactionManager::begin_transaction(conn).await?;
        let Err(error) = look_at(conn, context, school, *aircraft).await else {
            AnsiTransactionManager::commit_transaction(conn).await?;
            continue;
        };
        AnsiTransactionManager::rollback_transaction(conn).await?;
        if error.is_transient() {
            return Err(error);
        }
        tracing::error!(%error, %organization, %aircraft, "an aircraft is not looked at");
        let later = context.now() + LATER;
        standing::postpone(conn, *organization, *aircraft, later).await?;
    }
    Ok(claimed.len())
}

async fn look_at(
    conn: &mut AsyncPgConnection,
    context: &Context,
    school: &Organization,
    aircraft: AircraftId,
) -> Result<(), OpsError> {
    let mut hangar = Hangar::open(conn, context, school, aircraft).await?;
    let mut outgoing = Outgoing::new(context);
    hangar.close(conn, &mut outgoing).await?;
    Ok(outgoing.write(conn).await?)
}
