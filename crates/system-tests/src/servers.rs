//! The servers under the services, and their failures.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::stack::Server;

/// Tests of one program run side by side, and there is one RabbitMQ and one PostgreSQL for them:
/// whoever stops a server, or would notice, holds this.
pub struct Servers(RwLock<()>);

impl Servers {
    pub const fn new() -> Self {
        Self(RwLock::const_new(()))
    }

    /// For whoever stops a server.
    pub async fn alone(&self) -> RwLockWriteGuard<'_, ()> {
        self.0.write().await
    }

    /// For whoever would notice.
    pub async fn together(&self) -> RwLockReadGuard<'_, ()> {
        self.0.read().await
    }
}

impl Default for Servers {
    fn default() -> Self {
        Self::new()
    }
}

/// Stops RabbitMQ, leaves it so for a while, and starts it again.
pub async fn stop_rabbitmq_for(pause: Duration) {
    stop(Server::RabbitMq).await;
    tokio::time::sleep(pause).await;
    start(Server::RabbitMq).await;
}

/// Restarts PostgreSQL, cutting every connection.
pub async fn restart_postgres() {
    stop(Server::PostgreSql).await;
    start(Server::PostgreSql).await;
}

pub(crate) async fn stop(server: Server) {
    script(of(server), "stop").await;
}

/// Ends it as a crash would.
pub(crate) async fn kill(server: Server) {
    script(of(server), "kill").await;
}

/// Returns when it can be used.
pub(crate) async fn start(server: Server) {
    script(of(server), "start").await;
}

fn of(server: Server) -> &'static str {
    match server {
        Server::PostgreSql => "postgres.sh",
        Server::RabbitMq => "rabbitmq.sh",
    }
}

async fn script(name: &str, act: &str) {
    #[expect(clippy::disallowed_methods, reason = "tests have no settings")]
    let dev_dir = std::env::var("TEST_SCRIPTS_DEV_DIR")
        .expect("run `./dev test-servers up` and export what it prints");
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../scripts")
        .join(name);
    let status = Command::new(path)
        .arg(act)
        .env("DEV_DIR", dev_dir)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .await
        .expect("the script runs");
    assert!(status.success(), "{name} {act} failed: {status}");
}
