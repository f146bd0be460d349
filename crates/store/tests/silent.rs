//! A server behind something that still takes what is sent, and passes nothing on.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test")]

use std::net::SocketAddr;
use std::time::Duration;

use diesel_async::SimpleAsyncConnection;
use store::{Db, Settings};
use test_support::{TestDatabase, eventually};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Passes on what comes to `target`, until it is told to hold on to it for ever. Answers its address.
async fn between(target: String, silent: watch::Receiver<bool>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let (target, mut silent) = (target.clone(), silent.clone());
            // What is connected from now on is not meant.
            silent.mark_unchanged();
            tokio::spawn(async move {
                let mut server = TcpStream::connect(target).await.unwrap();
                tokio::select! {
                    _ = tokio::io::copy_bidirectional(&mut client, &mut server) => {}
                    _ = silent.changed() => std::future::pending().await,
                }
            });
        }
    });
    address
}

fn at(url: &str, address: SocketAddr) -> (String, String) {
    let (head, rest) = url.split_once('@').unwrap();
    let (server, name) = rest.split_once('/').unwrap();
    (server.to_owned(), format!("{head}@{address}/{name}"))
}

#[tokio::test]
async fn a_question_without_an_answer_ends_and_the_next_one_is_asked_elsewhere() {
    let database = TestDatabase::empty("silent").await;
    let (silence, silent) = watch::channel(false);
    let (server, _) = at(&database.url, ([127, 0, 0, 1], 1).into());
    let address = between(server, silent).await;
    let (_, url) = at(&database.url, address);
    let mut settings = Settings::new(url);
    settings.pool_size = 2;
    settings.answer_timeout_ms = Some(500);
    let db = Db::connect(&settings, "silent-test").unwrap();

    // An answer in several pieces, and a pause between questions, are no silence.
    let mut conn = db.conn().await.unwrap();
    let slow = "SELECT pg_sleep(0.3); SELECT repeat('x', 1000000); SELECT pg_sleep(0.3)";
    conn.batch_execute(slow).await.unwrap();
    for _ in 0..2 {
        let mut other = db.conn().await.unwrap();
        other.batch_execute("SELECT pg_sleep(0.4)").await.unwrap();
    }
    conn.batch_execute("SELECT 1").await.unwrap();

    silence.send_replace(true);
    assert!(conn.batch_execute("SELECT 1").await.is_err());
    drop(conn);
    eventually("a new connection", Duration::from_secs(5), async || {
        db.ping().await.ok()
    })
    .await;
}
