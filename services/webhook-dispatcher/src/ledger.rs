//! What the delivery machine asks of the database: all of it, and nothing else.
//!
//! [`Postgres`] is the one that runs. The simulation has a model in memory, and a test holds the
//! two to the same answers.

mod postgres;

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::EndpointId;
use futures::future::BoxFuture;
use store::StoreError;
use uuid::Uuid;

use crate::commands::note_health::{Change, Witness};
use crate::db::claims::{ClaimedRow, Openings};
use crate::db::endpoints::SubscriberRow;
use crate::db::fan_out::{NewDeliveries, NewEvents, Numbered};
use crate::db::outcomes::Outcomes;
use crate::error::DispatcherError;

pub use postgres::Postgres;

/// The answer to one request; each is one transaction.
pub type Asked<'a, T> = BoxFuture<'a, Result<T, DispatcherError>>;

/// What was written of attempts.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Written {
    /// Those whose deliveries were still leased to who made them, by their places among the outcomes.
    pub outcomes: Vec<usize>,
    /// Endpoints whose health is another now.
    pub changes: Vec<(EndpointId, Change)>,
}

pub trait Ledger: Send + Sync + 'static {
    /// The endpoints of these organisations that are there, be they enabled or not.
    fn subscribers<'a>(&'a self, organizations: &'a [Uuid]) -> Asked<'a, Vec<SubscriberRow>>;

    /// Writes events and their deliveries, and answers with the deliveries that are new.
    fn fan_out<'a>(
        &'a self,
        events: &'a NewEvents<'_>,
        deliveries: &'a NewDeliveries<'_>,
        now: DateTime<Utc>,
    ) -> Asked<'a, Vec<Numbered>>;

    /// Leases due deliveries to `owner`, those of endpoints with ids above `after`.
    fn claim<'a>(
        &'a self,
        owner: Uuid,
        after: Uuid,
        openings: &'a Openings,
        now: DateTime<Utc>,
    ) -> Asked<'a, Vec<ClaimedRow>>;

    /// Writes what became of attempts, and what `witnesses` tell of their endpoints, which are in
    /// the order in which they ended.
    fn record<'a>(
        &'a self,
        outcomes: &'a Outcomes<'_>,
        witnesses: &'a [Witness],
        now: DateTime<Utc>,
    ) -> Asked<'a, Written>;

    /// Hands back those of `deliveries` whose lease is still held, each by the owner beside it. They
    /// came in `consignments`, several perhaps in one, or in none.
    fn release<'a>(
        &'a self,
        deliveries: &'a [Uuid],
        owners: &'a [Uuid],
        consignments: &'a [Uuid],
    ) -> Asked<'a, usize>;

    /// Enters a replica, by the clock that all replicas share.
    fn register(&self, owner: Uuid, duration: Duration) -> Asked<'_, ()>;

    /// Prolongs a lease that has not ended. False: it has.
    fn renew(&self, owner: Uuid, duration: Duration) -> Asked<'_, bool>;

    /// Hands back everything that `owner` holds, and ends its lease.
    fn retire(&self, owner: Uuid) -> Asked<'_, usize>;

    /// Frees one batch of what the dead hold.
    fn reap(&self) -> Asked<'_, usize>;

    /// Forgets replicas that died long ago and hold nothing.
    fn forget_the_dead(&self) -> Asked<'_, usize>;

    /// Ends one batch of what is owed to deleted endpoints.
    fn end_deleted(&self, now: DateTime<Utc>) -> Asked<'_, usize>;

    /// Notes which deleted endpoints are owed nothing any more.
    fn close_deleted(&self) -> Asked<'_, usize>;
}

/// Whether a write may have been carried out although it failed: it was sent, and the answer is
/// not known. Without a connection nothing was sent.
pub fn may_be_done(error: &DispatcherError) -> bool {
    match error {
        DispatcherError::Store(
            StoreError::Busy | StoreError::Unreachable(_) | StoreError::Refused(_),
        ) => false,
        DispatcherError::Store(error) => !error.is_refusal(),
        _ => true,
    }
}
