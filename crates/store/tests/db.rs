//! The pool and its transactions, on a real PostgreSQL.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use diesel::sql_types::BigInt;
use diesel::{QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use store::{Db, Settings, StoreError, violated_constraint};
use test_support::{TestDatabase, eventually};

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

async fn count(conn: &mut AsyncPgConnection, query: &str) -> i64 {
    let row: Count = sql_query(query).get_result(conn).await.unwrap();
    row.n
}

async fn seats() -> (TestDatabase, Db) {
    let database = TestDatabase::empty("store").await;
    let db = Db::connect(&Settings::new(database.url.clone()), "store-test").unwrap();
    db.conn()
        .await
        .unwrap()
        .batch_execute(include_str!("migrations/0001_first/up.sql"))
        .await
        .unwrap();
    (database, db)
}

async fn take_seat(conn: &mut AsyncPgConnection, id: i64) -> Result<(), StoreError> {
    sql_query("INSERT INTO seats VALUES ($1, 'pilot ' || $1)")
        .bind::<BigInt, _>(id)
        .execute(conn)
        .await?;
    Ok(())
}

#[tokio::test]
async fn commits_what_succeeds_and_rolls_back_what_fails() {
    let (_database, db) = seats().await;
    let seat = db
        .transaction(async |conn| {
            take_seat(conn, 1).await?;
            Ok::<_, StoreError>(1)
        })
        .await
        .unwrap();
    assert_eq!(seat, 1);

    let refused = db
        .transaction(async |conn| {
            take_seat(conn, 2).await?;
            Err::<(), _>(StoreError::Busy)
        })
        .await;
    assert!(matches!(refused, Err(StoreError::Busy)));
    let mut conn = db.conn().await.unwrap();
    assert_eq!(count(&mut conn, "SELECT count(*) AS n FROM seats").await, 1);
}

#[tokio::test]
async fn names_the_violated_constraint() {
    let (_database, db) = seats().await;
    let mut conn = db.conn().await.unwrap();
    for (values, constraint) in [
        ("(1, 'a'), (2, 'a')", "seats_one_each"),
        ("(3, '')", "seats_named"),
        ("(4, 'b'), (4, 'c')", "seats_pkey"),
    ] {
        let error = conn
            .batch_execute(&format!("INSERT INTO seats VALUES {values}"))
            .await
            .unwrap_err();
        assert_eq!(violated_constraint(&error), Some(constraint));
        assert!(!StoreError::from(error).is_transient());
    }
}

#[tokio::test]
async fn a_deadlock_is_resolved_by_trying_again() {
    let (_database, db) = seats().await;
    for id in [1, 2] {
        take_seat(&mut db.conn().await.unwrap(), id).await.unwrap();
    }
    let barrier = Arc::new(tokio::sync::Barrier::new(2));
    let attempts = Arc::new(AtomicU32::new(0));
    let cross = |first: i64, second: i64| {
        let (db, barrier, attempts) = (db.clone(), barrier.clone(), attempts.clone());
        // Spawned, because commands run on a multi-threaded runtime: the future has to be Send.
        tokio::spawn(async move {
            let met = AtomicU32::new(0);
            db.transaction(async |conn| {
                attempts.fetch_add(1, Ordering::SeqCst);
                rename(conn, first).await?;
                if met.fetch_add(1, Ordering::SeqCst) == 0 {
                    barrier.wait().await;
                }
                rename(conn, second).await
            })
            .await
        })
    };
    let (one, two) = tokio::join!(cross(1, 2), cross(2, 1));
    one.unwrap().unwrap();
    two.unwrap().unwrap();
    assert_eq!(AtomicU32::load(&attempts, Ordering::SeqCst), 3);
}

async fn rename(conn: &mut AsyncPgConnection, id: i64) -> Result<(), StoreError> {
    sql_query("UPDATE seats SET holder = holder || '!' WHERE id = $1")
        .bind::<BigInt, _>(id)
        .execute(conn)
        .await?;
    Ok(())
}

#[tokio::test]
async fn a_dropped_transaction_lets_go_of_its_locks() {
    let (database, db) = seats().await;
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let begun = std::sync::Mutex::new(Some(begun));
    let worker = db.clone();
    let task = tokio::spawn(async move {
        worker
            .transaction(async |conn| {
                take_seat(conn, 1).await?;
                let begun = begun.lock().unwrap().take();
                begun.unwrap().send(()).unwrap();
                std::future::pending::<Result<(), StoreError>>().await
            })
            .await
    });
    has_begun.await.unwrap();
    task.abort();
    let mut observer = database.connect().await;
    let open = "SELECT count(*) AS n FROM pg_stat_activity
        WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
    eventually("the transaction ends", Duration::from_secs(5), async || {
        (count(&mut observer, open).await == 0).then_some(())
    })
    .await;
    // The pool has room again.
    take_seat(&mut db.conn().await.unwrap(), 1).await.unwrap();
}

#[tokio::test]
async fn a_full_pool_is_busy_in_bounded_time() {
    let database = TestDatabase::empty("store").await;
    let mut settings = Settings::new(database.url.clone());
    settings.pool_size = 1;
    settings.connect_timeout_ms = 100;
    let db = Db::connect(&settings, "store-test").unwrap();
    let held = db.conn().await.unwrap();
    let error = db.conn().await.err().unwrap();
    assert!(matches!(error, StoreError::Busy));
    assert!(error.is_transient());
    drop(held);
    db.ping().await.unwrap();
}

#[tokio::test]
async fn a_slow_statement_is_stopped() {
    let database = TestDatabase::empty("store").await;
    let mut settings = Settings::new(database.url.clone());
    settings.statement_timeout_ms = 50;
    let db = Db::connect(&settings, "store-test").unwrap();
    let mut conn = db.conn().await.unwrap();
    let error = conn.batch_execute("SELECT pg_sleep(30)").await.unwrap_err();
    assert!(error.to_string().contains("statement timeout"), "{error}");
}

#[tokio::test]
async fn lost_connections_are_transient_and_replaced() {
    let (database, db) = seats().await;
    let mut conn = db.conn().await.unwrap();
    database
        .connect()
        .await
        .batch_execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND application_name = 'store-test'",
        )
        .await
        .unwrap();
    let error = conn.batch_execute("SELECT 1").await.unwrap_err();
    assert!(StoreError::from(error).is_transient());
    drop(conn);
    // Another connection of the pool may be ending just now; each is found out at its first use.
    eventually("a new connection", Duration::from_secs(5), async || {
        db.ping()
            .await
            .inspect_err(|error| assert!(error.is_transient(), "{error}"))
            .ok()
    })
    .await;
}

#[tokio::test]
async fn a_server_that_accepts_and_is_silent_is_unreachable_in_bounded_time() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut settings = Settings::new(format!("postgres://ga@{}/x", silent.local_addr().unwrap()));
    settings.connect_timeout_ms = 100;
    let error = Db::connect(&settings, "t").unwrap().ping().await;
    assert!(error.unwrap_err().is_transient());
}

#[tokio::test]
async fn tells_what_may_pass_from_what_will_not() {
    let nobody = Settings::new("postgres://postgres@127.0.0.1:1/none");
    let error = Db::connect(&nobody, "t").unwrap().ping().await.unwrap_err();
    assert!(matches!(error, StoreError::Unreachable(_)), "{error}");

    let database = TestDatabase::empty("store").await;
    let missing = database.url.replace(&database.name, "no_such_database");
    let error = Db::connect(&Settings::new(missing), "t")
        .unwrap()
        .ping()
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Refused(_)), "{error}");
    assert!(!error.is_transient());

    let error = Db::connect(&Settings::new("hunter2@nowhere"), "t");
    let text = error.err().unwrap().to_string();
    assert!(!text.contains("hunter2"), "{text}");
}

/// The shape of a command: borrows its input, uses its own error, and runs where futures move
/// between threads.
struct Usher {
    db: Db,
}

#[derive(Debug, thiserror::Error)]
enum UsherError {
    #[error("the seat is taken")]
    Taken,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<diesel::result::Error> for UsherError {
    fn from(error: diesel::result::Error) -> Self {
        match violated_constraint(&error) {
            Some("seats_pkey") => Self::Taken,
            _ => Self::Store(error.into()),
        }
    }
}

trait Seating {
    fn seat(
        &self,
        ids: &[i64],
        holder: String,
    ) -> impl Future<Output = Result<usize, UsherError>> + Send;
}

impl Seating for Usher {
    async fn seat(&self, ids: &[i64], holder: String) -> Result<usize, UsherError> {
        let seated = self
            .db
            .transaction(async |conn| {
                for id in ids {
                    let name = format!("{holder} {id}");
                    sql_query("INSERT INTO seats VALUES ($1, $2)")
                        .bind::<BigInt, _>(id)
                        .bind::<diesel::sql_types::Text, _>(name)
                        .execute(conn)
                        .await?;
                }
                Ok::<_, UsherError>(ids.len())
            })
            .await?;
        Ok(seated)
    }
}

#[tokio::test]
async fn a_command_maps_a_violation_to_its_own_error() {
    let (_database, db) = seats().await;
    let usher = Arc::new(Usher { db });
    let seat = |ids: Vec<i64>| {
        let usher = usher.clone();
        tokio::spawn(async move { usher.seat(&ids, "pilot".to_owned()).await })
    };
    assert_eq!(seat(vec![1, 2]).await.unwrap().unwrap(), 2);
    let again = seat(vec![3, 2]).await.unwrap();
    assert!(matches!(again, Err(UsherError::Taken)));
    assert_eq!(seat(vec![3]).await.unwrap().unwrap(), 1);
}
