//! The servers under the services, and their failures.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::sync::{Mutex, MutexGuard};

/// Tests of one program run side by side, and there is one RabbitMQ and one PostgreSQL for them:
/// whoever stops a server, or would notice, holds this.
pub struct Servers(Mutex<()>);

impl Servers {
    pub const fn new() -> Self {
        Self(Mutex::const_new(()))
    }

    pub async fn alone(&self) -> MutexGuard<'_, ()> {
        self.0.lock().await
    }
}

impl Default for Servers {
    fn default() -> Self {
        Self::new()
    }
}

/// Stops RabbitMQ, leaves it so for a while, and starts it again.
pub async fn stop_rabbitmq_for(pause: Duration) {
    script("rabbitmq.sh", "stop").await;
    tokio::time::sleep(pause).await;
    script("rabbitmq.sh", "start").await;
}

/// Restarts PostgreSQL, cutting every connection.
pub async fn restart_postgres() {
    script("postgres.sh", "restart").await;
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
