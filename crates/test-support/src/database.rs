//! A PostgreSQL database for one test.

mod template;

use std::path::{Path, PathBuf};

use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use tokio::sync::OnceCell;
use url::Url;

use crate::{cleanup, place};

/// A fresh database, dropped together with its connections when this is dropped.
pub struct TestDatabase {
    /// `postgres://user@host:port/<name>`
    pub url: String,
    pub name: String,
}

impl TestDatabase {
    /// A database with the migrations of `service` (the directory `migrations/<service>` of the
    /// workspace), cloned from a template that the first test to need it makes.
    pub async fn create(service: &str) -> Self {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        Self::migrated(service, &workspace.join("migrations").join(service)).await
    }

    /// [`TestDatabase::create`] with the migrations in `directory`.
    pub async fn migrated(label: &str, directory: &Path) -> Self {
        let mut conn = maintenance().await;
        let template = template::ensure(&mut conn, label, &PathBuf::from(directory)).await;
        Self::clone_of(&mut conn, label, &template).await
    }

    /// A database with nothing in it.
    pub async fn empty(label: &str) -> Self {
        Self::clone_of(&mut maintenance().await, label, "template1").await
    }

    /// A connection to it, outside any pool.
    pub async fn connect(&self) -> AsyncPgConnection {
        AsyncPgConnection::establish(&self.url)
            .await
            .expect("connects to the test's database")
    }

    async fn clone_of(conn: &mut AsyncPgConnection, label: &str, template: &str) -> Self {
        let name = cleanup::unique_name(label);
        conn.batch_execute(&format!(
            r#"CREATE DATABASE "{name}" TEMPLATE "{template}""#
        ))
        .await
        .unwrap_or_else(|error| panic!("cannot clone {template}: {error}"));
        Self {
            url: url_of(&name),
            name,
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let name = std::mem::take(&mut self.name);
        cleanup::run(async move {
            let mut conn = AsyncPgConnection::establish(&place(SERVER)).await?;
            Ok(drop_database(&mut conn, &name).await?)
        });
    }
}

/// Names a superuser and a database to issue CREATE DATABASE from:
/// `postgres://postgres@127.0.0.1:5432/postgres`.
const SERVER: &str = "TEST_DATABASE_URL";

fn url_of(database: &str) -> String {
    let mut url = Url::parse(&place(SERVER)).expect("TEST_DATABASE_URL is a URL");
    url.set_path(database);
    url.into()
}

async fn maintenance() -> AsyncPgConnection {
    static SWEPT: OnceCell<()> = OnceCell::const_new();
    let mut conn = AsyncPgConnection::establish(&place(SERVER))
        .await
        .unwrap_or_else(|error| panic!("the test PostgreSQL of TEST_DATABASE_URL: {error}"));
    SWEPT.get_or_init(|| template::sweep(&mut conn)).await;
    conn
}

async fn drop_database(conn: &mut AsyncPgConnection, name: &str) -> diesel::QueryResult<()> {
    conn.batch_execute(&format!(r#"DROP DATABASE IF EXISTS "{name}" WITH (FORCE)"#))
        .await
}
