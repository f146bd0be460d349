//! What a recovery would do, without doing it.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use store::Db;

use super::Search;
use super::kept::whole_since;
use super::settle::settle;
use crate::db::recoveries::{self, Range};
use crate::endpoint::Endpoint;
use crate::error::DispatcherError;
use crate::retention::Days;

/// Events looked at in one statement.
const LOOKED_AT: i64 = 1_000;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Events looked at.
    pub examined: i64,
    pub recoverable: i64,
    pub still_owed: i64,
    /// All were looked at.
    pub is_complete: bool,
}

/// What counting needs.
pub struct Counter<'a> {
    pub db: &'a Db,
    /// How long the log of organisations that chose nothing is kept.
    pub retention: Days,
    pub now: DateTime<Utc>,
    /// For about so long at most.
    pub patience: Duration,
}

impl Counter<'_> {
    pub async fn count(
        &self,
        endpoint: &Endpoint,
        search: &Search,
    ) -> Result<Count, DispatcherError> {
        let (began, organization) = (Instant::now(), endpoint.organization_id);
        let mut conn = self.db.conn().await?;
        let whole_since = whole_since(&mut conn, organization, self.retention, self.now).await?;
        let (mut count, mut after) = (Count::default(), search.begin(whole_since));
        let end = search.end();
        while !count.is_complete && began.elapsed() < self.patience {
            let range = Range {
                organization_id: organization,
                after: &after,
                end: &end,
                limit: LOOKED_AT,
            };
            let found = recoveries::candidates(&mut conn, &range, endpoint.id).await?;
            let which = (endpoint.id, &endpoint.interest);
            let settled = settle(search, which, &found, usize::MAX);
            count.examined += settled.examined;
            count.recoverable += i64::try_from(settled.owe.len()).unwrap_or(i64::MAX);
            count.still_owed += settled.still_owed;
            count.is_complete = settled.examined < LOOKED_AT;
            after = settled.position.unwrap_or(after);
        }
        Ok(count)
    }
}
