//! The pool.

use std::sync::Arc;
use std::time::Duration;

use deadpool::managed::QueueMode;
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use futures::FutureExt;

use crate::outbox::{self, HandOver};
use crate::{Settings, StoreError, connect, watched};

/// A connection that goes back to the pool when it is dropped.
pub type Conn = Object<AsyncPgConnection>;

/// A service's database: a pool of connections. Clones share it.
#[derive(Clone)]
pub struct Db {
    pool: Pool<AsyncPgConnection>,
    patience: Duration,
    pub(crate) hand_over: Arc<HandOver>,
}

/// A busy hour's connections are closed when it is over.
const LONGEST_IDLE: Duration = Duration::from_secs(600);

impl Db {
    /// Prepares the pool. Connections are opened when they are needed, so this succeeds while the
    /// database is still starting; [`Db::ping`] tells whether it is there.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when the URL is none.
    pub fn connect(settings: &Settings, application_name: &str) -> Result<Self, StoreError> {
        let config = connect::config(
            &settings.url,
            application_name,
            settings.connect_timeout(),
            &settings.options(),
        )?;
        let mut manager = ManagerConfig::default();
        // A closed connection is recognised without asking the server.
        manager.recycling_method = RecyclingMethod::Fast;
        let answer_timeout = settings.answer_timeout();
        manager.custom_setup = Box::new(move |_| {
            let config = config.clone();
            async move {
                match answer_timeout {
                    Some(limit) => watched::open(&config, limit).await,
                    None => connect::open(&config).await,
                }
            }
            .boxed()
        });
        // The URL stays out of the manager: `custom_setup` has it already.
        let manager = AsyncDieselConnectionManager::new_with_config("", manager);
        let pool = Pool::builder(manager)
            .max_size(settings.pool_size)
            // The one used last: its session has plans and catalogs at hand that another would have to
            // read first, which takes longer than most statements do.
            .queue_mode(QueueMode::Lifo)
            .build()
            .map_err(|error| StoreError::Refused(error.to_string()))?;
        Ok(Self {
            pool,
            patience: settings.connect_timeout(),
            hand_over: Arc::default(),
        })
    }

    /// A connection, free or new, waiting at most `connect_timeout_ms`.
    ///
    /// # Errors
    /// [`StoreError::Busy`], [`StoreError::Unreachable`] or [`StoreError::Refused`].
    pub async fn conn(&self) -> Result<Conn, StoreError> {
        match tokio::time::timeout(self.patience, self.pool.get()).await {
            Ok(connection) => Ok(connection?),
            Err(_) => Err(StoreError::Busy),
        }
    }

    /// What transactions write to the outbox from now on, as they commit: for the relay.
    pub fn outbox(&self) -> outbox::Receiver {
        self.hand_over.receive()
    }

    /// Asks the database for a sign of life. Lets connections go that nobody has used for long: some of
    /// them may be dead, which is not noticed before somebody needs them.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.pool
            .retain(|_, use_of| use_of.last_used() < LONGEST_IDLE);
        let mut conn = self.conn().await?;
        Ok(conn.batch_execute("SELECT 1").await?)
    }
}
