//! The ledger as it runs.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::FutureExt;
use store::Db;
use uuid::Uuid;

use super::{Asked, Ledger, Written};
use crate::commands::note_health::{Noting, Witness, credible, note_health};
use crate::db::claims::{self, ClaimedRow, Openings};
use crate::db::endpoints::{self, SubscriberRow};
use crate::db::fan_out::{self, NewDeliveries, NewEvents, Numbered};
use crate::db::outcomes::{self, Outcomes};
use crate::db::{closing, consignments, leases};
use crate::entropy::Entropy;
use crate::settings::HealthSettings;

#[cfg(test)]
mod tests;

/// The tables, through the pool.
pub struct Postgres {
    pub db: Db,
    /// The same tables for the straight way of an event, which is short and walked all the time:
    /// planning it would cost more than it does itself. It touches nothing but endpoints, consignments
    /// and what is new, and finds those by their keys however many there are.
    pub straight: Db,
    pub entropy: Arc<dyn Entropy>,
    pub health: HealthSettings,
}

impl Ledger for Postgres {
    fn subscribers<'a>(&'a self, organizations: &'a [Uuid]) -> Asked<'a, Vec<SubscriberRow>> {
        async move {
            let mut conn = self.straight.conn().await?;
            Ok(endpoints::subscribers(&mut conn, organizations).await?)
        }
        .boxed()
    }

    fn fan_out<'a>(
        &'a self,
        events: &'a NewEvents<'_>,
        deliveries: &'a NewDeliveries<'_>,
        now: DateTime<Utc>,
    ) -> Asked<'a, Vec<Numbered>> {
        async move {
            let mut conn = self.straight.conn().await?;
            Ok(fan_out::write(&mut conn, events, deliveries, now).await?)
        }
        .boxed()
    }

    fn claim<'a>(
        &'a self,
        owner: Uuid,
        after: Uuid,
        openings: &'a Openings,
        now: DateTime<Utc>,
    ) -> Asked<'a, Vec<ClaimedRow>> {
        async move {
            let mut conn = self.db.conn().await?;
            Ok(claims::claim(&mut conn, owner, after, openings, now).await?)
        }
        .boxed()
    }

    fn record<'a>(
        &'a self,
        outcomes: &'a Outcomes<'_>,
        witnesses: &'a [Witness],
        now: DateTime<Utc>,
    ) -> Asked<'a, Written> {
        async move {
            // Most batches end here: one statement, of a plan that is kept. What is left of others has been
            // put into `owed` meanwhile.
            let (all, mut settled) = (outcomes.deliveries.len(), None);
            if witnesses.is_empty() && outcomes.are_consigned() {
                let mut conn = self.straight.conn().await?;
                let written = consignments::settle(&mut conn, outcomes).await?;
                if written.len() == all {
                    return Ok(Written {
                        outcomes: written,
                        changes: Vec::new(),
                    });
                }
                settled = Some(written);
            }
            let noting = Noting {
                entropy: self.entropy.as_ref(),
                settings: &self.health,
                now,
            };
            self.db
                .transaction(async |conn| {
                    let mut written = match &settled {
                        Some(settled) => settled.clone(),
                        None => consignments::settle(conn, outcomes).await?,
                    };
                    if written.len() < all {
                        written.extend(outcomes::write(conn, outcomes).await?);
                    }
                    let credible = credible(witnesses, &written);
                    let changes = note_health(conn, &noting, &credible).await?;
                    Ok(Written {
                        outcomes: written,
                        changes,
                    })
                })
                .await
        }
        .boxed()
    }

    fn release<'a>(
        &'a self,
        deliveries: &'a [Uuid],
        owners: &'a [Uuid],
        consignments: &'a [Uuid],
    ) -> Asked<'a, usize> {
        async move {
            let mut conn = self.db.conn().await?;
            Ok(leases::release(&mut conn, deliveries, owners, consignments).await?)
        }
        .boxed()
    }

    fn register(&self, owner: Uuid, duration: Duration) -> Asked<'_, ()> {
        async move { Ok(leases::register(&mut *self.db.conn().await?, owner, duration).await?) }
            .boxed()
    }

    fn renew(&self, owner: Uuid, duration: Duration) -> Asked<'_, bool> {
        async move { Ok(leases::renew(&mut *self.db.conn().await?, owner, duration).await?) }
            .boxed()
    }

    fn retire(&self, owner: Uuid) -> Asked<'_, usize> {
        async move { Ok(leases::retire(&mut *self.db.conn().await?, owner).await?) }.boxed()
    }

    fn reap(&self) -> Asked<'_, usize> {
        async move { Ok(leases::reap(&mut *self.db.conn().await?).await?) }.boxed()
    }

    fn forget_the_dead(&self) -> Asked<'_, usize> {
        async move { Ok(leases::forget_the_dead(&mut *self.db.conn().await?).await?) }.boxed()
    }

    fn end_deleted(&self, now: DateTime<Utc>) -> Asked<'_, usize> {
        async move { Ok(closing::fail(&mut *self.db.conn().await?, now).await?) }.boxed()
    }

    fn close_deleted(&self) -> Asked<'_, usize> {
        async move { Ok(closing::close(&mut *self.db.conn().await?).await?) }.boxed()
    }
}
