//! From deliveries to outcomes.

mod feeds;

use std::marker::PhantomData;
use std::time::Duration;

use bus::{BatchHandler, Delivery, Outcome, Transient};
use service_kit::{Clock, traceparent};
use store::Db;
use tracing::Instrument;

use crate::Metrics;
use crate::error::{Blame, ReadModelError};
use crate::metrics::Tally;

pub use feeds::{Events, Feed, Records};

/// How long a message waits that fails for a reason that may be its own or the database's.
const UNCLEAR_PAUSE: Duration = Duration::from_secs(10);

/// Applies the messages of one queue, each batch in one transaction.
pub struct Consumer<F> {
    db: Db,
    clock: Clock,
    metrics: Metrics,
    feed: PhantomData<fn() -> F>,
}

impl<F: Feed> Consumer<F> {
    pub fn new(db: Db, clock: Clock, metrics: Metrics) -> Self {
        Self {
            db,
            clock,
            metrics,
            feed: PhantomData,
        }
    }

    /// Applies all that can be read. What the database refuses is found by halving: everything
    /// else of the batch is applied, whatever stands beside it.
    async fn apply(&self, batch: &[Delivery]) -> Result<(Vec<Outcome>, Tally), Transient> {
        let mut outcomes = vec![Outcome::Ack; batch.len()];
        let mut readable = Vec::with_capacity(batch.len());
        for ((place, delivery), outcome) in batch.iter().enumerate().zip(&mut outcomes) {
            match F::parse(delivery) {
                Ok(item) => readable.push((place, item)),
                Err(invalid) => {
                    *outcome = Outcome::DeadLetter(format!("unreadable message: {invalid}"))
                }
            }
        }
        let mut applied = 0;
        let mut parts = vec![readable.as_slice()];
        while let Some(part) = parts.pop().filter(|part| !part.is_empty()) {
            match self.apply_part(part).await {
                Ok(count) => applied += count,
                Err(error) if error.blame() == Blame::Database => {
                    return Err(Transient(error.to_string()));
                }
                Err(error) => match part {
                    [(place, _)] => {
                        if let Some(outcome) = outcomes.get_mut(*place) {
                            *outcome = refused(&error);
                        }
                    }
                    _ => {
                        let (earlier, later) = part.split_at(part.len() / 2);
                        parts.extend([later, earlier]);
                    }
                },
            }
        }
        let dead = outcomes
            .iter()
            .filter(|outcome| matches!(outcome, Outcome::DeadLetter(_)))
            .count();
        let acknowledged = outcomes
            .iter()
            .filter(|outcome| matches!(outcome, Outcome::Ack))
            .count();
        Ok((
            outcomes,
            Tally {
                applied,
                ignored: acknowledged.saturating_sub(applied),
                dead,
            },
        ))
    }

    async fn apply_part(&self, part: &[(usize, F::Item)]) -> Result<usize, ReadModelError> {
        let now = self.clock.now();
        let applied = self
            .db
            .transaction(async |conn| F::apply(conn, part, now).await)
            .await?;
        let committed = self.clock.now();
        for (_, item) in part {
            self.metrics.lag(F::QUEUE, F::happened_at(item), committed);
        }
        Ok(applied)
    }
}

fn refused(error: &ReadModelError) -> Outcome {
    match error.blame() {
        Blame::Message => Outcome::DeadLetter(error.to_string()),
        Blame::Database | Blame::Unclear => {
            tracing::error!(%error, "a message waits for the database to take it");
            Outcome::Retry(UNCLEAR_PAUSE)
        }
    }
}

impl<F: Feed> BatchHandler for Consumer<F> {
    async fn handle(&self, batch: &[Delivery]) -> Result<Vec<Outcome>, Transient> {
        let span = tracing::info_span!("project", queue = F::QUEUE, messages = batch.len());
        // A batch of several messages has several parents; a span has one.
        if let [
            Delivery {
                traceparent: Some(parent),
                ..
            },
        ] = batch
        {
            traceparent::continue_from(&span, parent);
        }
        async {
            let (outcomes, tally) = self.apply(batch).await?;
            self.metrics.count(F::QUEUE, tally);
            tracing::debug!(?tally, "batch applied");
            Ok(outcomes)
        }
        .instrument(span)
        .await
    }
}
