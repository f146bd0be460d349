//! Waking the relay when a transaction with outbox rows commits.

use std::sync::Arc;
use std::time::Duration;

use diesel_async::SimpleAsyncConnection;
use futures::StreamExt;
use secrecy::SecretString;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::{StoreError, connect_alone};

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// A subscription to the outbox's notifications. It keeps a connection of its own and restores it
/// when it breaks; dropping this ends it.
pub struct Wakeups {
    notify: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Wakeups {
    /// Returns when rows were written since the last call, or may have been (after a lost
    /// connection), and at the latest after `at_most`. Any number of writes wake once.
    pub async fn wait(&self, at_most: Duration) {
        let _ = timeout(at_most, self.notify.notified()).await;
    }

    /// The signal itself, to wait on together with others or to wake the waiter by hand.
    pub fn notify(&self) -> Arc<Notify> {
        Arc::clone(&self.notify)
    }
}

impl Drop for Wakeups {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Starts listening to the outbox of the database at `url`. Needs a tokio runtime; never fails,
/// since the waiter has its timer while the connection is down.
pub fn listen(url: &SecretString) -> Wakeups {
    let notify = Arc::new(Notify::new());
    let task = tokio::spawn(keep_listening(url.clone(), Arc::clone(&notify)));
    Wakeups { notify, task }
}

async fn keep_listening(url: SecretString, notify: Arc<Notify>) {
    let mut pause = FIRST_PAUSE;
    loop {
        let ended = listen_once(&url, &notify, &mut pause).await;
        let reason = match &ended {
            Ok(()) => "connection closed".to_owned(),
            Err(error) => error.to_string(),
        };
        tracing::warn!(reason, "outbox notifications are interrupted");
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

async fn listen_once(
    url: &SecretString,
    notify: &Notify,
    pause: &mut Duration,
) -> Result<(), StoreError> {
    let mut conn = connect_alone(url, "outbox listener").await?;
    conn.batch_execute("LISTEN outbox").await?;
    *pause = FIRST_PAUSE;
    // What was written while nobody listened was not announced.
    notify.notify_one();
    let mut notifications = std::pin::pin!(conn.notifications_stream());
    while let Some(notification) = notifications.next().await {
        notification?;
        notify.notify_one();
    }
    Ok(())
}
