//! One turn of a recovery: everything that it does, in the transaction it is given.

use chrono::{DateTime, TimeDelta, Utc};
use domain::webhook::EndpointStatus;
use store::AsyncPgConnection;
use uuid::Uuid;

use super::Search;
use super::kept::whole_since;
use super::settle::{Settled, settle};
use crate::db::endpoints;
use crate::db::recoveries::{self, Range, RecoveryRow};
use crate::endpoint::Endpoint;
use crate::entropy::{Entropy, time_ordered_ids};
use crate::error::DispatcherError;
use crate::retention::Days;

/// Events that a turn looks at.
const LOOKED_AT: i64 = 500;
/// Until an endpoint that takes nothing is looked at again.
const UNTIL_ENABLED: TimeDelta = TimeDelta::seconds(1);
const UNTIL_TAKEN: TimeDelta = TimeDelta::milliseconds(200);

/// Why a recovery ends when its endpoint does.
const DELETED: &str = "endpoint_deleted";

pub struct Turn<'a> {
    pub entropy: &'a dyn Entropy,
    /// Nothing is added to so many deliveries that wait for an endpoint already.
    pub most_waiting: i64,
    /// Of organisations that chose none.
    pub retention: Days,
    pub now: DateTime<Utc>,
}

/// What a turn left.
pub struct Taken {
    pub recovery: RecoveryRow,
    /// Deliveries that it made.
    pub made: usize,
}

impl Turn<'_> {
    /// None: it is nobody's turn, or somebody is at it.
    pub async fn take(
        &self,
        conn: &mut AsyncPgConnection,
        id: Uuid,
    ) -> Result<Option<Taken>, DispatcherError> {
        let Some(mut recovery) = recoveries::take(conn, id, self.now).await? else {
            return Ok(None);
        };
        let made = self.go_on(conn, &mut recovery).await?;
        recoveries::save(conn, id, &recovery.progress).await?;
        Ok(Some(Taken { recovery, made }))
    }

    async fn go_on(
        &self,
        conn: &mut AsyncPgConnection,
        recovery: &mut RecoveryRow,
    ) -> Result<usize, DispatcherError> {
        let organization = recovery.organization_id.into();
        recovery.progress.updated_at = self.now;
        // Nobody replays meanwhile what is looked at here.
        endpoints::lock_organization(conn, organization).await?;
        let found = endpoints::find(conn, organization, recovery.endpoint_id.into()).await?;
        let Some(endpoint) = found else {
            recovery.progress.finish(Some(DELETED), self.now);
            return Ok(0);
        };
        let waiting = recoveries::waiting(conn, endpoint.id, self.most_waiting).await?;
        let free = usize::try_from(self.most_waiting - waiting).unwrap_or_default();
        let obstacle = obstacle(endpoint.status, free);
        recovery.progress.waiting_for = obstacle.map(|(reason, _)| reason.to_owned());
        if let Some((_, pause)) = obstacle {
            recovery.progress.due_at = self.now + pause;
            return Ok(0);
        }
        let (search, pace) = (recovery.search()?, recovery.pace()?);
        let whole_since = whole_since(conn, organization, self.retention, self.now).await?;
        let bounds = (whole_since, pace.at_once().min(free));
        let (settled, is_last) = look(conn, recovery, &search, &endpoint, bounds).await?;
        let ids = time_ordered_ids(self.entropy, self.now, settled.owe.len())?;
        let made = recoveries::owe(conn, endpoint.id, &settled.owe, &ids, self.now).await?;
        if made < settled.owe.len() {
            recovery.progress.finish(Some(DELETED), self.now);
            return Ok(made);
        }
        let progress = &mut recovery.progress;
        progress.examined += settled.examined;
        progress.recovered += i64::try_from(made).unwrap_or(i64::MAX);
        progress.still_owed += settled.still_owed;
        progress.due_at = pace.next(progress.due_at, self.now, made);
        if let Some(position) = settled.position {
            progress.position = position;
        }
        if is_last {
            progress.finish(None, self.now);
        }
        Ok(made)
    }
}

/// Settles the next events. Answers also whether there are no more.
async fn look(
    conn: &mut AsyncPgConnection,
    recovery: &RecoveryRow,
    search: &Search,
    endpoint: &Endpoint,
    (whole_since, most): (DateTime<Utc>, usize),
) -> Result<(Settled, bool), DispatcherError> {
    let begin = search.begin(whole_since);
    let range = Range {
        organization_id: endpoint.organization_id,
        after: begin.as_str().max(&recovery.progress.position),
        end: &search.end(),
        limit: LOOKED_AT,
    };
    let found = recoveries::candidates(conn, &range, endpoint.id).await?;
    let settled = settle(search, (endpoint.id, &endpoint.interest), &found, most);
    let found = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let is_last = found < LOOKED_AT && settled.examined == found;
    Ok((settled, is_last))
}

/// What keeps an endpoint from being owed more, and until when.
fn obstacle(status: EndpointStatus, free: usize) -> Option<(&'static str, TimeDelta)> {
    match status {
        EndpointStatus::Paused => Some(("endpoint_paused", UNTIL_ENABLED)),
        EndpointStatus::Disabled => Some(("endpoint_disabled", UNTIL_ENABLED)),
        EndpointStatus::Enabled if free == 0 => Some(("backlog", UNTIL_TAKEN)),
        EndpointStatus::Enabled => None,
    }
}
