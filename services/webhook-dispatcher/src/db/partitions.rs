//! The partitions of the log: a table a day, of each of its three tables.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

/// The partitioned tables, in the order in which a day leaves them: what is told of a delivery goes
/// before the delivery, and that before its event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Log {
    Attempts,
    Ended,
    Events,
}

impl Log {
    pub const ALL: [Self; 3] = [Self::Attempts, Self::Ended, Self::Events];

    pub const fn table(self) -> &'static str {
        match self {
            Self::Attempts => "attempts",
            Self::Ended => "ended",
            Self::Events => "events",
        }
    }

    /// The table that holds the rows of one day (UTC).
    pub fn partition(self, day: NaiveDate) -> String {
        format!("{}_{}", self.table(), day.format(DAY))
    }

    /// The table of what no day is made for.
    pub fn rest(self) -> String {
        format!("{}_default", self.table())
    }
}

/// As it stands at the end of a partition's name.
const DAY: &str = "%Y%m%d";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Partition {
    pub log: Log,
    pub day: NaiveDate,
    /// False: it was taken away and is still to be dropped.
    pub is_attached: bool,
}

#[derive(QueryableByName)]
struct PartitionRow {
    #[diesel(sql_type = Text)]
    parent: String,
    #[diesel(sql_type = Text)]
    day: String,
    #[diesel(sql_type = Bool)]
    is_attached: bool,
}

const LIST: &str = "
SELECT p.parent, right(c.relname, 8) AS day, i.inhrelid IS NOT NULL AS is_attached
FROM unnest($1) AS p (parent)
JOIN pg_class c ON c.relname ~ ('^' || p.parent || '_[0-9]{8}$') AND c.relkind = 'r'
    AND c.relnamespace = current_schema()::regnamespace
LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
ORDER BY day, array_position($1, p.parent)";

fn tables() -> Vec<&'static str> {
    Log::ALL.map(Log::table).to_vec()
}

/// Of all three, the oldest days first, and of each day in the order of [`Log::ALL`].
pub async fn list(conn: &mut AsyncPgConnection) -> QueryResult<Vec<Partition>> {
    let rows: Vec<PartitionRow> = diesel::sql_query(LIST)
        .bind::<Array<Text>, _>(tables())
        .load(conn)
        .await?;
    let partition = |row: PartitionRow| {
        let log = Log::ALL.into_iter().find(|log| log.table() == row.parent);
        Some(Partition {
            log: log?,
            day: NaiveDate::parse_from_str(&row.day, DAY).ok()?,
            is_attached: row.is_attached,
        })
    };
    Ok(rows.into_iter().filter_map(partition).collect())
}

/// Makes one. False: it is there.
pub async fn make(conn: &mut AsyncPgConnection, log: Log, day: NaiveDate) -> QueryResult<bool> {
    diesel::select(functions::make_partition(log.table(), day))
        .get_result(conn)
        .await
}

/// Takes one away from its table, so that it can be dropped at leisure. False: what is owed still
/// needs it.
///
/// Not `CONCURRENTLY`, which PostgreSQL does not do beside a default partition, and which could not
/// see in the same moment whether the day is still needed. The lock is short: see [`set_limits`].
pub async fn detach(conn: &mut AsyncPgConnection, log: Log, day: NaiveDate) -> QueryResult<bool> {
    diesel::select(functions::detach_partition(log.table(), day))
        .get_result(conn)
        .await
}

/// Drops one that was taken away.
pub async fn remove(conn: &mut AsyncPgConnection, log: Log, day: NaiveDate) -> QueryResult<()> {
    let table = log.partition(day);
    diesel::sql_query(format!("DROP TABLE {table}"))
        .execute(conn)
        .await?;
    Ok(())
}

/// For the rest of the connection: a statement that does not get its lock at once is given up, so
/// that nobody waits behind it. And none is compiled: over many partitions each looks dear, and is not.
pub async fn set_limits(conn: &mut AsyncPgConnection) -> QueryResult<()> {
    for limit in [
        "SET lock_timeout = '200ms'",
        "SET statement_timeout = '60s'",
        "SET idle_in_transaction_session_timeout = '60s'",
        "SET jit = off",
    ] {
        diesel::sql_query(limit).execute(conn).await?;
    }
    Ok(())
}

/// What one of the tables takes up.
#[derive(QueryableByName, Debug, Clone, PartialEq, Eq)]
pub struct Size {
    #[diesel(sql_type = Text)]
    pub table: String,
    /// On disk, with its indexes and what is stored apart.
    #[diesel(sql_type = BigInt)]
    pub bytes: i64,
    /// Rows that no day is made for, as far as they were counted.
    #[diesel(sql_type = BigInt)]
    pub unplaced: i64,
}

/// How far rows are counted of which there should be none.
const COUNTED: i64 = 1_000;

/// Of all three.
pub async fn sizes(conn: &mut AsyncPgConnection) -> QueryResult<Vec<Size>> {
    let mut sizes = Vec::with_capacity(Log::ALL.len());
    for log in Log::ALL {
        let size = format!(
            "SELECT $1 AS \"table\",
                 (SELECT coalesce(sum(pg_total_relation_size(inhrelid)), 0)::bigint
                  FROM pg_inherits WHERE inhparent = $1::regclass) AS bytes,
                 (SELECT count(*) FROM (SELECT FROM {} LIMIT $2) AS counted) AS unplaced",
            log.rest()
        );
        let size = diesel::sql_query(size)
            .bind::<Text, _>(log.table())
            .bind::<BigInt, _>(COUNTED);
        sizes.push(size.get_result(conn).await?);
    }
    Ok(sizes)
}

mod functions {
    use diesel::sql_types::{Date, Text};

    diesel::define_sql_function! {
        fn make_partition(parent: Text, day: Date) -> Bool;
    }
    diesel::define_sql_function! {
        fn detach_partition(parent: Text, day: Date) -> Bool;
    }
}
