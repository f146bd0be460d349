//! Whether the service can do its work right now.

use std::fmt::Display;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use futures::future::{BoxFuture, join_all};
use serde::Serialize;
use tokio::runtime::Handle;

use crate::Shutdown;

/// A check that takes longer counts as failed. Kubernetes asks for an answer within a second
/// unless told otherwise.
const CHECK_LIMIT: Duration = Duration::from_millis(800);

/// The checks behind `/ready`. Clones share them.
#[derive(Clone)]
pub struct Health {
    checks: Arc<Mutex<Vec<Check>>>,
    built: Arc<AtomicBool>,
    shutdown: Shutdown,
}

#[derive(Clone)]
struct Check {
    name: &'static str,
    ask: Arc<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>,
    /// Where the service runs. A check opens connections, and these belong to the runtime they
    /// were opened on, which must not be the admin server's.
    runtime: Handle,
}

/// A check that failed, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failing {
    pub check: &'static str,
    pub reason: String,
}

impl Health {
    pub fn new(shutdown: Shutdown) -> Self {
        Self {
            checks: Arc::default(),
            built: Arc::default(),
            shutdown,
        }
    }

    /// Adds a check, asked at every request for `/ready`. To be called from the service's tokio
    /// runtime.
    ///
    /// ```ignore
    /// kit.health.register("database", move || {
    ///     let db = db.clone();
    ///     async move { db.ping().await }
    /// });
    /// ```
    pub fn register<F, Fut, E>(&self, name: &'static str, check: F)
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), E>> + Send + 'static,
        E: Display,
    {
        let ask = move || {
            let answer = check();
            async move { answer.await.map_err(|error| error.to_string()) }.boxed()
        };
        self.lock().push(Check {
            name,
            ask: Arc::new(ask),
            runtime: Handle::current(),
        });
    }

    /// Everything that keeps the service from being ready; empty means ready.
    pub async fn failing(&self) -> Vec<Failing> {
        if self.shutdown.has_begun() {
            return vec![Failing::new("shutdown", "stopping")];
        }
        if !self.built.load(Ordering::Acquire) {
            return vec![Failing::new("start", "not built yet")];
        }
        let checks = self.lock().clone();
        let answers = join_all(checks.iter().map(Check::run)).await;
        answers.into_iter().flatten().collect()
    }

    /// Notes that the service has been built. [`crate::run`] calls it.
    pub fn built(&self) {
        self.built.store(true, Ordering::Release);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Check>> {
        self.checks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Check {
    async fn run(&self) -> Option<Failing> {
        let asked = tokio::time::timeout(CHECK_LIMIT, (self.ask)());
        let reason = match self.runtime.spawn(asked).await {
            Ok(Ok(Ok(()))) => return None,
            Ok(Ok(Err(reason))) => reason,
            Ok(Err(_)) => format!("no answer within {CHECK_LIMIT:?}"),
            Err(error) => error.to_string(),
        };
        Some(Failing::new(self.name, reason))
    }
}

impl Failing {
    fn new(check: &'static str, reason: impl Into<String>) -> Self {
        Self {
            check,
            reason: reason.into(),
        }
    }
}
