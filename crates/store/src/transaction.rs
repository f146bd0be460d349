//! Transactions that are tried again when PostgreSQL asks for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use diesel::connection::InstrumentationEvent;
use diesel::result::Error as QueryError;
use diesel_async::{
    AnsiTransactionManager, AsyncConnection, AsyncPgConnection, TransactionManager,
};

use crate::error::is_conflict;
use crate::{Conn, Db, StoreError};

const MAX_ATTEMPTS: u32 = 3;

impl Db {
    /// Runs `work` in one transaction: committed when it returns `Ok`, rolled back when it returns
    /// `Err` or is dropped half way.
    ///
    /// When PostgreSQL breaks it off for a deadlock or a serialization failure, `work` is run
    /// again, up to three times in all, so it must have no effect outside the transaction.
    ///
    /// ```ignore
    /// db.transaction(async |conn| {
    ///     flights::insert(conn, &flight).await?;
    ///     outbox::insert(conn, &messages).await?;
    ///     Ok::<_, CommandError>(flight.id)
    /// })
    /// .await
    /// ```
    ///
    /// # Errors
    /// What `work` returned last, or the failure to get a connection, begin or commit.
    pub async fn transaction<R, E, F>(&self, work: F) -> Result<R, E>
    where
        for<'c> F: Work<&'c mut AsyncPgConnection, Result<R, E>, Future: Send> + Send + Sync,
        E: From<StoreError> + From<QueryError> + Send,
        R: Send,
    {
        let mut attempt = 1;
        loop {
            let conn = self.conn().await?;
            // On the heap: a transaction may hold much, and every future around it would have room
            // for it once more on the stack.
            let attempted = Box::pin(try_once(conn, &work));
            let has_committed = |(outcome, _): &(Result<R, E>, bool)| outcome.is_ok();
            let (outcome, conflict) = self.hand_over.collect(attempted, has_committed).await;
            if outcome.is_ok() || !conflict || attempt == MAX_ATTEMPTS {
                return outcome;
            }
            tracing::debug!(attempt, "transaction in conflict with another");
            tokio::time::sleep(Duration::from_millis(5) * attempt).await;
            attempt += 1;
        }
    }
}

/// What [`Db::transaction`] can run: an async closure that may be called again and whose future can
/// move between threads. Only closures implement it; the trait exists because `AsyncFn` alone
/// cannot say the latter (rust-lang/rust#110338).
pub trait Work<T, R>: AsyncFn(T) -> R + Fn(T) -> <Self as Work<T, R>>::Future {
    type Future: Future<Output = R>;
}

impl<F, T, R, Fut> Work<T, R> for F
where
    F: AsyncFn(T) -> R + Fn(T) -> Fut,
    Fut: Future<Output = R>,
{
    type Future = Fut;
}

/// One attempt, and whether PostgreSQL reported a conflict during it.
async fn try_once<R, E, F>(conn: Conn, work: &F) -> (Result<R, E>, bool)
where
    for<'c> F: Work<&'c mut AsyncPgConnection, Result<R, E>, Future: Send> + Sync,
    E: From<QueryError>,
{
    let mut borrowed = Unfinished(None);
    let conn: &mut AsyncPgConnection = borrowed.0.insert(conn);
    let conflict = watch_for_conflict(conn);
    let outcome = async {
        AnsiTransactionManager::begin_transaction(conn).await?;
        match work(conn).await {
            Ok(value) => {
                AnsiTransactionManager::commit_transaction(conn).await?;
                Ok(value)
            }
            Err(error) => {
                // When the rollback fails too, the pool sees it and drops the connection; the
                // first error says more.
                if let Err(rollback) = AnsiTransactionManager::rollback_transaction(conn).await {
                    tracing::debug!(error = %rollback, "rollback failed");
                }
                Err(error)
            }
        }
    }
    .await;
    drop(borrowed.0.take());
    (outcome, conflict.load(Ordering::Relaxed))
}

/// Notes a conflict where the statement fails, because the error type that `work` makes of it is
/// not ours to look into.
fn watch_for_conflict(conn: &mut AsyncPgConnection) -> Arc<AtomicBool> {
    let seen = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&seen);
    conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::FinishQuery {
            error: Some(error), ..
        } = event
            && is_conflict(error)
        {
            flag.store(true, Ordering::Relaxed);
        }
    });
    seen
}

/// Holds the connection while a transaction is open. If the future is dropped in the middle, the
/// connection is closed instead of going back to the pool, where it would sit on its locks.
struct Unfinished(Option<Conn>);

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(conn) = self.0.take() {
            drop(Conn::take(conn));
        }
    }
}
