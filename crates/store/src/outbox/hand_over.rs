//! Past the table: what a transaction owes goes to the relay of the same process when it commits,
//! which then need not be woken and need not claim.
//!
//! Such rows are written as claimed. If the process ends before it has published them, or loses
//! them from memory for any other reason, their claim runs out and any relay takes them.

use std::cell::RefCell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use diesel_async::{AnsiTransactionManager, AsyncPgConnection, TransactionManager};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::OutboxRow;

/// Rows on their way in memory at most; what is beyond is left to be claimed.
const MOST: usize = 4_096;
/// How long rows are the relay's that got them. It must have published them by then, so it leaves
/// those that have waited for [`FRESH`] to whoever claims them.
pub(super) const CLAIMED_FOR: Duration = Duration::from_secs(10);
const FRESH: Duration = Duration::from_secs(1);

/// The way from the transactions of one [`crate::Db`] to its relay.
#[derive(Default)]
pub(crate) struct HandOver {
    relay: Mutex<Option<UnboundedSender<Handed>>>,
    under_way: Arc<AtomicUsize>,
}

struct Handed {
    rows: Vec<OutboxRow>,
    at: Instant,
}

tokio::task_local! {
    /// What the transaction that runs here has written for the relay.
    static WRITTEN: RefCell<Vec<OutboxRow>>;
}

impl HandOver {
    /// The rows from now on. There is one relay: the last that asked.
    pub(crate) fn receive(self: &Arc<Self>) -> Receiver {
        let (sender, rows) = unbounded_channel();
        let receiver = Receiver {
            hand_over: Arc::clone(self),
            sender,
            rows,
        };
        receiver.open();
        receiver
    }

    /// Runs a transaction, and hands over what it has written when it says that it has committed.
    pub(crate) async fn collect<T>(
        &self,
        transaction: impl Future<Output = T>,
        has_committed: impl Fn(&T) -> bool,
    ) -> T {
        let Some(relay) = self.open_way() else {
            return transaction.await;
        };
        let work = async {
            let outcome = transaction.await;
            (outcome, WRITTEN.with(RefCell::take))
        };
        let (outcome, rows) = WRITTEN.scope(RefCell::default(), work).await;
        if !rows.is_empty() && has_committed(&outcome) {
            let (count, at) = (rows.len(), Instant::now());
            self.under_way.fetch_add(count, Ordering::Relaxed);
            if relay.send(Handed { rows, at }).is_err() {
                self.under_way.fetch_sub(count, Ordering::Relaxed);
            }
        }
        outcome
    }

    /// Where to, while there is a relay that takes rows and has not too many.
    fn open_way(&self) -> Option<UnboundedSender<Handed>> {
        let has_room = self.under_way.load(Ordering::Relaxed) < MOST;
        self.relay()
            .clone()
            .filter(|relay| has_room && !relay.is_closed())
    }

    fn relay(&self) -> std::sync::MutexGuard<'_, Option<UnboundedSender<Handed>>> {
        self.relay.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether rows written by this connection now will be handed over. Not within a savepoint: it may
/// be rolled back and leave the transaction standing.
pub(super) fn is_collecting(conn: &mut AsyncPgConnection) -> bool {
    let status = AnsiTransactionManager::transaction_manager_status_mut(conn);
    let depth = status.transaction_depth().ok().flatten();
    depth.is_some_and(|depth| depth.get() == 1) && WRITTEN.try_with(|_| ()).is_ok()
}

pub(super) fn note(rows: Vec<OutboxRow>) {
    // Outside of a transaction nobody collects, and nothing is noted.
    let _ = WRITTEN.try_with(|written| written.borrow_mut().extend(rows));
}

/// The relay's end.
pub struct Receiver {
    hand_over: Arc<HandOver>,
    sender: UnboundedSender<Handed>,
    rows: UnboundedReceiver<Handed>,
}

impl Receiver {
    /// Rows that were committed, at least one and about `most`. Nobody else publishes them as long
    /// as their claim lasts.
    pub async fn next(&mut self, most: usize) -> Vec<OutboxRow> {
        let mut batch = Vec::new();
        while batch.is_empty() {
            // It keeps a sender itself, so there is always another to wait for.
            let Some(first) = self.rows.recv().await else {
                return batch;
            };
            self.take(first, &mut batch);
            while batch.len() < most
                && let Ok(more) = self.rows.try_recv()
            {
                self.take(more, &mut batch);
            }
        }
        batch
    }

    /// Takes rows, or again.
    pub fn open(&self) {
        *self.hand_over.relay() = Some(self.sender.clone());
    }

    /// Takes no more for now: they are better off in the table while nothing can be published.
    pub fn close(&self) {
        *self.hand_over.relay() = None;
    }

    fn take(&self, handed: Handed, batch: &mut Vec<OutboxRow>) {
        let count = handed.rows.len();
        self.hand_over.under_way.fetch_sub(count, Ordering::Relaxed);
        if handed.at.elapsed() < FRESH {
            batch.extend(handed.rows);
        }
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let mut relay = self.hand_over.relay();
        // Unless another has taken its place.
        if relay
            .as_ref()
            .is_some_and(|own| own.same_channel(&self.sender))
        {
            *relay = None;
        }
        drop(relay);
        while let Ok(handed) = self.rows.try_recv() {
            let count = handed.rows.len();
            self.hand_over.under_way.fetch_sub(count, Ordering::Relaxed);
        }
    }
}
