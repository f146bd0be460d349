//! A replica's way to the tables: it takes time, breaks, and loses answers.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::result::{DatabaseErrorKind, Error as QueryError};
use futures::FutureExt;
use store::StoreError;
use tokio::runtime::Handle;
use tokio::time::sleep;
use uuid::Uuid;

use super::tables::{At, Told, Wanted};
use super::world::{State, World};
use crate::commands::note_health::Witness;
use crate::db::claims::{ClaimedRow, Openings};
use crate::db::endpoints::SubscriberRow;
use crate::db::fan_out::{NewDeliveries, NewEvents, Numbered};
use crate::db::outcomes::Outcomes;
use crate::error::DispatcherError;
use crate::ledger::{Asked, Ledger, Written};
use test_support::Chance;

/// The ledger of one replica.
pub(super) struct Link {
    pub(super) world: Arc<World>,
    pub(super) replica: usize,
}

/// How the database is reached at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Each way takes up to this.
    Within(Duration),
    /// Nobody answers.
    Refusing,
    /// Nobody answers, which is known only after this.
    Hanging(Duration),
}

/// What happens to one statement, as far as it is decided when it is sent.
struct Journey {
    reach: Reach,
    there: Duration,
    back: Duration,
    /// The connection breaks before it is there.
    is_lost: bool,
    /// The connection breaks before its answer is there.
    is_answer_lost: bool,
    if_dropped: Dropped,
}

/// What becomes of a statement under way that nobody waits for any more.
#[derive(Clone, Copy)]
enum Dropped {
    Never,
    Now,
    After(Duration),
}

impl Journey {
    fn new(chance: &mut Chance, reach: Reach, lossy_percent: u64) -> Self {
        let longest = match reach {
            Reach::Within(longest) => longest,
            Reach::Refusing | Reach::Hanging(_) => Duration::ZERO,
        };
        let longest = u64::try_from(longest.as_millis()).unwrap() + 1;
        // A way that takes no time at all is the most common one.
        let way = |chance: &mut Chance| match chance.is(60) {
            true => Duration::ZERO,
            false => chance.milliseconds(longest),
        };
        let (there, back) = (way(chance), way(chance));
        Self {
            reach,
            there,
            back,
            is_lost: chance.is(lossy_percent),
            is_answer_lost: chance.is(lossy_percent),
            if_dropped: match chance.between(0, 3) {
                0 => Dropped::Never,
                1 => Dropped::Now,
                _ => Dropped::After(chance.milliseconds(3_000)),
            },
        }
    }
}

/// A statement on its way.
struct Sent<T: 'static, F: FnOnce(&mut State, At) -> T + Send + 'static> {
    world: Arc<World>,
    statement: Option<F>,
    if_dropped: Dropped,
}

impl<T: 'static, F: FnOnce(&mut State, At) -> T + Send + 'static> Drop for Sent<T, F> {
    fn drop(&mut self) {
        let (Some(statement), Ok(runtime)) = (self.statement.take(), Handle::try_current()) else {
            return;
        };
        let world = Arc::clone(&self.world);
        match self.if_dropped {
            Dropped::Never => {}
            Dropped::Now => drop(world.carry_out(statement)),
            Dropped::After(time) => {
                runtime.spawn(async move {
                    sleep(time).await;
                    world.carry_out(statement);
                });
            }
        }
    }
}

impl Link {
    /// Sends a statement, and answers with what it answered.
    fn ask<T: Send + 'static>(
        &self,
        name: &'static str,
        statement: impl FnOnce(&mut State, At) -> T + Send + 'static,
    ) -> Asked<'_, T> {
        let journey = self.world.with(|state| {
            let (reach, lossy_percent) = (state.reach[self.replica], state.lossy_percent);
            Journey::new(&mut state.chance, reach, lossy_percent)
        });
        self.journey(name, journey, statement).boxed()
    }

    async fn journey<T: Send + 'static>(
        &self,
        name: &'static str,
        journey: Journey,
        statement: impl FnOnce(&mut State, At) -> T + Send + 'static,
    ) -> Result<T, DispatcherError> {
        match journey.reach {
            Reach::Within(_) => {}
            Reach::Refusing => return Err(unreachable()),
            Reach::Hanging(time) => {
                sleep(time).await;
                return Err(unreachable());
            }
        }
        let mut sent = Sent {
            world: Arc::clone(&self.world),
            statement: Some(statement),
            if_dropped: journey.if_dropped,
        };
        pass(journey.there).await;
        if journey.is_lost || !self.is_reached() {
            // Or it is there, and is carried out when nobody waits for it any more.
            self.note(name, "is lost");
            return Err(broken());
        }
        let Some(statement) = sent.statement.take() else {
            return Err(broken());
        };
        self.note(name, "");
        let answer = self.world.carry_out(statement);
        pass(journey.back).await;
        if journey.is_answer_lost || !self.is_reached() {
            self.note(name, "was done, but its answer is lost");
            return Err(broken());
        }
        Ok(answer)
    }

    fn note(&self, name: &str, what: &str) {
        self.world
            .note(|| format!("{} {name} {what}", self.replica));
    }

    fn is_reached(&self) -> bool {
        let reach = self.world.with(|state| state.reach[self.replica]);
        matches!(reach, Reach::Within(_))
    }
}

async fn pass(time: Duration) {
    if !time.is_zero() {
        sleep(time).await;
    }
}

fn unreachable() -> DispatcherError {
    StoreError::Unreachable("away".to_owned()).into()
}

fn broken() -> DispatcherError {
    let why = Box::new("broken".to_owned());
    QueryError::DatabaseError(DatabaseErrorKind::ClosedConnection, why).into()
}

impl Ledger for Link {
    fn subscribers<'a>(&'a self, organizations: &'a [Uuid]) -> Asked<'a, Vec<SubscriberRow>> {
        let organizations = organizations.to_vec();
        self.ask("subscribers", move |state, _| {
            state.tables.subscribers(&organizations)
        })
    }

    fn fan_out<'a>(
        &'a self,
        events: &'a NewEvents<'_>,
        deliveries: &'a NewDeliveries<'_>,
        now: DateTime<Utc>,
    ) -> Asked<'a, Vec<Numbered>> {
        let wanted = Wanted::new(events, deliveries);
        self.ask("fan out", move |state, _| state.tables.fan_out(wanted, now))
    }

    fn claim<'a>(
        &'a self,
        owner: Uuid,
        after: Uuid,
        openings: &'a Openings,
        now: DateTime<Utc>,
    ) -> Asked<'a, Vec<ClaimedRow>> {
        let openings = openings.clone();
        self.ask("claim", move |state, _| {
            state.tables.claim(owner, after, &openings, now)
        })
    }

    fn record<'a>(
        &'a self,
        outcomes: &'a Outcomes<'_>,
        witnesses: &'a [Witness],
        now: DateTime<Utc>,
    ) -> Asked<'a, Written> {
        let (told, witnesses) = (Told::all(outcomes), witnesses.to_vec());
        let health = self.world.health;
        self.ask("record", move |state, _| {
            let written = state.tables.record(&told, &witnesses, &health, now);
            for (endpoint, change) in &written.changes {
                if change.holds_back() {
                    state.announce(*endpoint);
                }
            }
            written
        })
    }

    fn release<'a>(
        &'a self,
        deliveries: &'a [Uuid],
        owners: &'a [Uuid],
        _consignments: &'a [Uuid],
    ) -> Asked<'a, usize> {
        let (deliveries, owners) = (deliveries.to_vec(), owners.to_vec());
        self.ask("release", move |state, _| {
            state.tables.release(&deliveries, &owners)
        })
    }

    fn register(&self, owner: Uuid, duration: Duration) -> Asked<'_, ()> {
        let replica = self.replica;
        self.ask("register", move |state, now| {
            state.laws.owners.insert(owner, replica);
            state.tables.register(owner, duration, now);
        })
    }

    fn renew(&self, owner: Uuid, duration: Duration) -> Asked<'_, bool> {
        self.ask("renew", move |state, now| {
            state.tables.renew(owner, duration, now)
        })
    }

    fn retire(&self, owner: Uuid) -> Asked<'_, usize> {
        self.ask("retire", move |state, now| state.tables.retire(owner, now))
    }

    fn reap(&self) -> Asked<'_, usize> {
        self.ask("reap", |state, now| state.tables.reap(now))
    }

    fn forget_the_dead(&self) -> Asked<'_, usize> {
        self.ask("forget", |state, now| state.tables.forget_the_dead(now))
    }

    fn end_deleted(&self, _: DateTime<Utc>) -> Asked<'_, usize> {
        self.ask("end deleted", |state, _| state.tables.end_deleted())
    }

    fn close_deleted(&self) -> Asked<'_, usize> {
        self.ask("close deleted", |state, _| state.tables.close_deleted())
    }
}
