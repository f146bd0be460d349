//! PostgreSQL: pool, transactions, migrations, outbox.
//!
//! A service owns one database and reaches it through one [`Db`]. Queries are plain functions that
//! take a connection and stand beside their row type, in the service; this crate holds only what
//! is the same everywhere.

mod connect;
mod db;
mod error;
mod migrate;
pub mod outbox;
mod settings;
mod statement;
mod transaction;
mod watched;

pub use connect::connect_alone;
pub use db::{Conn, Db};
pub use diesel_async::AsyncPgConnection;
pub use error::{StoreError, is_violation, violated_constraint};
pub use migrate::{migrate, migrate_within};
pub use settings::{PlanCacheMode, Settings};
pub use statement::{Prepared, Statement, prepared};
