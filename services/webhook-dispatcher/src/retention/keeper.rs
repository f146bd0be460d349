//! The worker that makes the days ahead and takes away those that nobody keeps.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, SubsecRound, TimeDelta, Utc};
use diesel::QueryResult;
use secrecy::SecretString;
use service_kit::Clock;
use store::{AsyncPgConnection, StoreError, connect_alone};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::batches::Batches;
use super::{Fate, Policies, Whose};
use crate::commands::{replay_event, start_recovery};
use crate::db::partitions::{self, Log, Partition};
use crate::db::retention;
use crate::metrics::DispatcherMetrics;
use crate::settings::RetentionSettings;

/// Days that are made before they come, so that a week may pass in which nobody makes any.
const AHEAD: i64 = 7;
/// Until the next round after one that could not do everything.
const SOON: Duration = Duration::from_secs(10);
/// A round that takes longer waits for an answer that does not come.
const LONGEST: Duration = Duration::from_secs(6 * 3_600);
/// At most one round at a time, of all replicas.
const ONE_AT_A_TIME: &str =
    "SELECT pg_try_advisory_lock(hashtextextended('retention', 0)) AS is_ours";

/// Every replica has one; one at a time works.
pub struct Keeper {
    pub database_url: SecretString,
    pub clock: Clock,
    /// Further than this from the database's clock, this one takes nothing away: it does not come back.
    pub clock_tolerance: TimeDelta,
    pub metrics: DispatcherMetrics,
    pub settings: RetentionSettings,
}

/// What a round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// Partitions.
    pub made: usize,
    pub dropped: usize,
    /// Partitions whose time is over and which what is owed still needs.
    pub needed: usize,
    /// Deliveries that were owed for too long.
    pub expired: usize,
    /// Rows of organisations that keep less than others.
    pub purged: usize,
}

#[derive(diesel::QueryableByName)]
struct Turn {
    #[diesel(sql_type = diesel::sql_types::Bool)]
    is_ours: bool,
}

impl Keeper {
    pub const CLOCK_TOLERANCE: TimeDelta = TimeDelta::hours(1);

    /// Works until the token is cancelled.
    pub async fn run(self, token: CancellationToken) {
        loop {
            let pause = tokio::select! {
                () = token.cancelled() => return,
                round = timeout(LONGEST, self.round()) => match round {
                    Ok(Ok(Some(done))) if done != Round::default() => {
                        tracing::info!(?done, "the log was looked after");
                        self.settings.every()
                    }
                    Ok(Ok(_)) => self.settings.every(),
                    Ok(Err(error)) => {
                        tracing::warn!(%error, "the log was not looked after to the end");
                        SOON.min(self.settings.every())
                    }
                    Err(_) => {
                        tracing::warn!("the log was not looked after in time");
                        SOON.min(self.settings.every())
                    }
                },
            };
            tokio::select! {
                () = token.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// One round, on a connection of its own: the lock that keeps others from it ends with it. None:
    /// another replica is at it, or this one does not know the time. It may be broken off anywhere; the
    /// next one goes on.
    pub async fn round(&self) -> Result<Option<Round>, StoreError> {
        let mut conn = connect_alone(&self.database_url, "webhook-dispatcher retention").await?;
        // Everybody measures, so that all say the same.
        for size in partitions::sizes(&mut conn).await? {
            self.metrics.set_log(&size);
        }
        let now = self.clock.now().trunc_subsecs(6);
        let apart = now - retention::database_time(&mut conn).await?;
        if apart.abs() > self.clock_tolerance {
            let seconds = apart.num_seconds();
            tracing::error!(
                seconds,
                "the log is not looked after: this clock is too far from the database's"
            );
            return Ok(None);
        }
        let turn: Turn =
            diesel_async::RunQueryDsl::get_result(diesel::sql_query(ONE_AT_A_TIME), &mut conn)
                .await?;
        if !turn.is_ours {
            return Ok(None);
        }
        partitions::set_limits(&mut conn).await?;
        let mut round = Round {
            made: make_ahead(&mut conn, now.date_naive()).await?,
            ..Round::default()
        };
        let policies = self.policies(&mut conn).await?;
        round.expired = expire(&mut conn, &policies, now).await?;
        self.metrics.expired(round.expired);
        for partition in partitions::list(&mut conn).await? {
            take_away(
                &mut conn,
                partition,
                &policies,
                now.date_naive(),
                &mut round,
            )
            .await?;
        }
        let (ended, asked) = (
            now - start_recovery::REMEMBERED,
            now - replay_event::REMEMBERED,
        );
        round.purged += Batches::Requests { ended, asked }.all(&mut conn).await?;
        let until = now - policies.longest().span();
        round.purged += Batches::Rest { until }.all(&mut conn).await?;
        Ok(Some(round))
    }

    async fn policies(&self, conn: &mut AsyncPgConnection) -> QueryResult<Policies> {
        let chosen = retention::all(conn).await?;
        let chosen = chosen.iter();
        let chosen = chosen.filter_map(|row| Some((row.organization_id, row.days()?)));
        Ok(Policies::new(self.settings.days, chosen))
    }
}

/// Each is made in a transaction of its own.
async fn make_ahead(conn: &mut AsyncPgConnection, today: NaiveDate) -> QueryResult<usize> {
    let there = partitions::list(conn).await?;
    let is_there = |log, day| {
        there
            .iter()
            .any(|partition| (partition.log, partition.day) == (log, day))
    };
    let mut made = 0;
    for day in (0..=AHEAD).map(|days| today + TimeDelta::days(days)) {
        for log in Log::ALL {
            if !is_there(log, day) && partitions::make(conn, log, day).await? {
                made += 1;
            }
        }
    }
    Ok(made)
}

async fn expire(
    conn: &mut AsyncPgConnection,
    policies: &Policies,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let chosen = policies.chosen().collect::<Vec<_>>();
    let others = Whose::AllBut(chosen.iter().map(|(id, _)| *id).collect());
    let each = chosen
        .into_iter()
        .map(|(id, days)| (Whose::Only(vec![id]), days));
    let mut expired = 0;
    for (whose, days) in each.chain([(others, policies.standard())]) {
        let until = now - days.span();
        expired += Batches::Owed { whose, until, now }.all(conn).await?;
    }
    let until = now.date_naive() - policies.shortest().span();
    Ok(expired + Batches::WithoutEvent { until, now }.all(conn).await?)
}

/// Of what was taken away, only events go on, where there are deliveries of them.
async fn remove(conn: &mut AsyncPgConnection, log: Log, day: NaiveDate) -> QueryResult<()> {
    if log == Log::Events {
        Batches::Carried { day }.all(conn).await?;
    }
    partitions::remove(conn, log, day).await
}

/// What the time of one partition is over for.
async fn take_away(
    conn: &mut AsyncPgConnection,
    Partition {
        log,
        day,
        is_attached,
    }: Partition,
    policies: &Policies,
    today: NaiveDate,
    round: &mut Round,
) -> QueryResult<()> {
    if !is_attached {
        round.dropped += 1;
        return remove(conn, log, day).await;
    }
    match (policies.fate(day, today), log) {
        (Fate::Gone, _) => {
            if partitions::detach(conn, log, day).await? {
                remove(conn, log, day).await?;
                round.dropped += 1;
            } else {
                round.needed += 1;
            }
        }
        (Fate::GoneOf(whose), Log::Events) => {
            round.purged += Batches::Events { day, whose }.all(conn).await?;
        }
        // Attempts go with their deliveries.
        (Fate::GoneOf(whose), Log::Ended) => {
            round.purged += Batches::Deliveries { day, whose }.all(conn).await?;
        }
        (Fate::GoneOf(_), Log::Attempts) | (Fate::Kept, _) => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests;
