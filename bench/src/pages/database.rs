//! A database for one run.

use anyhow::Context;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use secrecy::SecretString;
use store::AsyncPgConnection;
use url::Url;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations/read-model");

/// One name: what a run that was killed has left behind, the next one takes away.
const NAME: &str = "bench_pages";

pub struct Database {
    /// Of the database itself.
    pub url: SecretString,
    server: SecretString,
}

impl Database {
    /// Makes an empty read model on the server of `beside`.
    pub async fn create(beside: &str) -> anyhow::Result<Self> {
        let mut url = Url::parse(beside).context("the database's URL")?;
        url.set_path(NAME);
        let database = Self {
            url: String::from(url).into(),
            server: beside.to_owned().into(),
        };
        database.forget().await?;
        let mut conn = database.on_server().await?;
        conn.batch_execute(&format!("CREATE DATABASE {NAME}"))
            .await?;
        store::migrate(&database.url, MIGRATIONS).await?;
        // Nothing of this outlives the run. Pages are read the same way.
        database
            .connect()
            .await?
            .batch_execute(
                "ALTER TABLE documents SET UNLOGGED; ALTER TABLE document_facets SET UNLOGGED",
            )
            .await?;
        Ok(database)
    }

    pub async fn connect(&self) -> anyhow::Result<AsyncPgConnection> {
        Ok(store::connect_alone(&self.url, "bench").await?)
    }

    /// On disk: `7254 MB`.
    pub async fn size(&self) -> anyhow::Result<String> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Text)]
            size: String,
        }
        let statement = "SELECT pg_size_pretty(pg_database_size(current_database())) AS size";
        let row: Row = diesel::sql_query(statement)
            .get_result(&mut self.connect().await?)
            .await?;
        Ok(row.size)
    }

    pub async fn drop(self) -> anyhow::Result<()> {
        self.forget().await
    }

    async fn forget(&self) -> anyhow::Result<()> {
        let drop = format!("DROP DATABASE IF EXISTS {NAME} WITH (FORCE)");
        Ok(self.on_server().await?.batch_execute(&drop).await?)
    }

    async fn on_server(&self) -> anyhow::Result<AsyncPgConnection> {
        Ok(store::connect_alone(&self.server, "bench").await?)
    }
}
