//! What is done a few rows at a time.

use std::time::Instant;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::QueryResult;
use store::AsyncPgConnection;

use super::Whose;
use crate::db::{purges, retention};

pub enum Batches {
    /// Ends what is owed since before `until`.
    Owed {
        whose: Whose,
        until: DateTime<Utc>,
        now: DateTime<Utc>,
    },
    /// Ends what is owed of events that are gone, from before the day `until`.
    WithoutEvent {
        until: NaiveDate,
        now: DateTime<Utc>,
    },
    /// Removes what ended, and its attempts.
    Deliveries {
        day: NaiveDate,
        whose: Whose,
    },
    Events {
        day: NaiveDate,
        whose: Whose,
    },
    /// Has events stay whose day is taken away and of which there are deliveries.
    Carried {
        day: NaiveDate,
    },
    /// Removes what is remembered of requests.
    Requests {
        ended: DateTime<Utc>,
        asked: DateTime<Utc>,
    },
    /// Removes what no day was made for.
    Rest {
        until: DateTime<Utc>,
    },
}

impl Batches {
    /// Does one after another until there is nothing left, and rests after each for as long as it
    /// took, so that at most half of what the server can do is spent on it. Answers the sum of the
    /// rows.
    pub async fn all(&self, conn: &mut AsyncPgConnection) -> QueryResult<usize> {
        let mut done = 0;
        loop {
            let began = Instant::now();
            match self.one(conn).await? {
                0 => return Ok(done),
                rows => done += rows,
            }
            tokio::time::sleep(began.elapsed()).await;
        }
    }

    async fn one(&self, conn: &mut AsyncPgConnection) -> QueryResult<usize> {
        match self {
            Self::Owed { whose, until, now } => retention::expire(conn, whose, *until, *now).await,
            Self::WithoutEvent { until, now } => {
                retention::expire_without_event(conn, *until, *now).await
            }
            Self::Deliveries { day, whose } => purges::deliveries(conn, *day, whose).await,
            Self::Events { day, whose } => purges::events(conn, *day, whose).await,
            Self::Carried { day } => purges::carry_events(conn, *day).await,
            Self::Requests { ended, asked } => purges::requests(conn, *ended, *asked).await,
            Self::Rest { until } => purges::rest(conn, *until).await,
        }
    }
}
