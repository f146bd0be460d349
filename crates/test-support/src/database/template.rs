//! Templates: migrated once, cloned by every test.

use std::path::Path;

use diesel::sql_types::{BigInt, Bool, Text};
use diesel::{QueryableByName, sql_query};
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use sha2::{Digest, Sha256};

use super::{drop_database, url_of};
use crate::cleanup;

/// "GA tests" in ASCII. One lock for all templates: making one takes a second, once.
const LOCK: i64 = 0x4741_2074_6573_7473;

/// The name of the template for `directory`, made now if it is missing. The name carries a hash of
/// the migrations, so that an edited migration gets a template of its own.
pub(super) async fn ensure(conn: &mut AsyncPgConnection, label: &str, directory: &Path) -> String {
    let name = format!("template_{}_{}", label.replace('-', "_"), hash(directory));
    sql_query("SELECT pg_advisory_lock($1)")
        .bind::<BigInt, _>(LOCK)
        .execute(conn)
        .await
        .expect("takes the lock for test templates");
    if !exists(conn, &name).await {
        make(conn, &name, directory).await;
    }
    sql_query("SELECT pg_advisory_unlock($1)")
        .bind::<BigInt, _>(LOCK)
        .execute(conn)
        .await
        .expect("releases the lock for test templates");
    name
}

/// Drops databases that tests left behind.
pub(super) async fn sweep(conn: &mut AsyncPgConnection) {
    for name in names(conn).await {
        if cleanup::is_leftover(&name) {
            // Another test run may be sweeping too.
            let _ = drop_database(conn, &name).await;
        }
    }
}

/// Migrates under another name first: a template that bears its name is complete.
async fn make(conn: &mut AsyncPgConnection, name: &str, directory: &Path) {
    let unfinished = format!("{name}_new");
    let _ = drop_database(conn, &unfinished).await;
    conn.batch_execute(&format!(r#"CREATE DATABASE "{unfinished}""#))
        .await
        .expect("creates a database for the template");
    migrate(&url_of(&unfinished), directory).await;
    conn.batch_execute(&format!(
        r#"ALTER DATABASE "{unfinished}" RENAME TO "{name}""#
    ))
    .await
    .expect("names the template");
}

async fn migrate(url: &str, directory: &Path) {
    let conn = AsyncPgConnection::establish(url)
        .await
        .expect("connects to the template");
    let migrations = FileBasedMigrations::from_path(directory)
        .unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    // Diesel's harness is synchronous; off the runtime's thread it may block.
    tokio::task::spawn_blocking(move || {
        let mut conn: AsyncConnectionWrapper<AsyncPgConnection> = conn.into();
        if let Err(error) = conn.run_pending_migrations(migrations) {
            panic!("migration failed: {error}");
        }
    })
    .await
    .expect("the migrations apply to an empty database");
}

async fn exists(conn: &mut AsyncPgConnection, name: &str) -> bool {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Bool)]
        found: bool,
    }
    let row: Row = sql_query("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1) AS found")
        .bind::<Text, _>(name)
        .get_result(conn)
        .await
        .expect("looks for the template");
    row.found
}

async fn names(conn: &mut AsyncPgConnection) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let rows: Vec<Row> = sql_query("SELECT datname::text AS name FROM pg_database")
        .load(conn)
        .await
        .expect("lists databases");
    rows.into_iter().map(|row| row.name).collect()
}

/// Over paths and contents of everything in the directory.
fn hash(directory: &Path) -> String {
    let mut hasher = Sha256::new();
    hash_into(&mut hasher, directory);
    let hash = hex::encode(hasher.finalize());
    hash.chars().take(16).collect()
}

fn hash_into(hasher: &mut Sha256, directory: &Path) {
    let entries = std::fs::read_dir(directory)
        .unwrap_or_else(|error| panic!("migrations in {}: {error}", directory.display()));
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            hash_into(hasher, &path);
        } else {
            hasher.update(path.to_string_lossy().as_bytes());
            hasher.update(std::fs::read(&path).expect("reads a migration"));
        }
    }
}
