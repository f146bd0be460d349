//! Migrations at start-up.

use std::time::Duration;

use diesel::pg::Pg;
use diesel::sql_types::BigInt;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness};
use secrecy::SecretString;
use tokio::time::{Instant, sleep};

use crate::{StoreError, connect_alone};

/// "GA migra" in ASCII: the advisory lock under which a database's migrations run.
const LOCK: i64 = 0x4741_206d_6967_7261;
/// How long to wait for a database that is not there yet.
const PATIENCE: Duration = Duration::from_secs(60);

/// Brings the database up to date and returns the versions that were applied. Replicas that start
/// together take turns; the later ones find nothing left to do. A database that cannot be reached
/// yet is waited for, up to a minute.
///
/// # Errors
/// [`StoreError::Migration`] names the migration that failed; connection errors as they are.
pub async fn migrate(
    url: &SecretString,
    migrations: EmbeddedMigrations,
) -> Result<Vec<String>, StoreError> {
    migrate_within(url, migrations, PATIENCE).await
}

/// [`migrate`], waiting at most `patience` for the database to be there.
pub async fn migrate_within(
    url: &SecretString,
    migrations: EmbeddedMigrations,
    patience: Duration,
) -> Result<Vec<String>, StoreError> {
    let mut conn = reach(url, patience).await?;
    take_turn(&mut conn).await?;
    // Diesel's harness is synchronous. The lock ends with the connection, which ends with the task.
    let applied = tokio::task::spawn_blocking(move || {
        let mut conn: AsyncConnectionWrapper<AsyncPgConnection> = conn.into();
        run_pending(&mut conn, migrations)
    });
    applied
        .await
        .map_err(|error| StoreError::Migration(error.to_string()))?
}

fn run_pending(
    conn: &mut impl MigrationHarness<Pg>,
    migrations: EmbeddedMigrations,
) -> Result<Vec<String>, StoreError> {
    let pending = conn
        .pending_migrations(migrations)
        .map_err(|error| StoreError::Migration(error.to_string()))?;
    let mut applied = Vec::new();
    for migration in pending {
        let name = migration.name().to_string();
        conn.run_migration(&migration)
            .map_err(|error| StoreError::Migration(format!("{name}: {error}")))?;
        tracing::info!(migration = name, "migration applied");
        applied.push(name);
    }
    Ok(applied)
}

async fn reach(url: &SecretString, patience: Duration) -> Result<AsyncPgConnection, StoreError> {
    let deadline = Instant::now() + patience;
    let mut pause = Duration::from_millis(100);
    loop {
        match connect_alone(url, "migrations").await {
            Err(error) if error.is_transient() && Instant::now() + pause < deadline => {
                tracing::warn!(%error, "waiting for the database");
                sleep(pause).await;
                pause = (pause * 2).min(Duration::from_secs(2));
            }
            outcome => return outcome,
        }
    }
}

/// Waits for the lock by asking again: a session that blocks on it holds a snapshot, and
/// `CREATE INDEX CONCURRENTLY` in the session that has the lock would wait for that for ever.
async fn take_turn(conn: &mut AsyncPgConnection) -> Result<(), StoreError> {
    loop {
        let ours = diesel::select(pg_try_advisory_lock(LOCK))
            .get_result::<bool>(conn)
            .await?;
        if ours {
            return Ok(());
        }
        sleep(Duration::from_millis(100)).await;
    }
}

diesel::define_sql_function! {
    fn pg_try_advisory_lock(key: BigInt) -> Bool;
}
