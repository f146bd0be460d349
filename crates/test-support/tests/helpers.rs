//! The helpers themselves, against the test servers.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test"
)]

use std::path::Path;
use std::time::{Duration, Instant};

use diesel::{QueryableByName, sql_query, sql_types::BigInt};
use diesel_async::RunQueryDsl;
use reqwest::Method;
use test_support::{Receiver, Respond, TestBroker, TestDatabase, eventually};

const SOON: Duration = Duration::from_secs(5);

#[tokio::test]
async fn a_receiver_records_and_answers_by_script() {
    let receiver = Receiver::start();
    receiver.script([
        Respond::status(503).retry_after(7).body("later"),
        Respond::status(200).big_body(100_000),
    ]);
    let client = reqwest::Client::new();
    let url = receiver.url("/hooks?a=1");

    let post = client.post(&url).header("X-Signature", "abc").body("{}");
    let answer = post.send().await.unwrap();
    assert_eq!(answer.status(), 503);
    assert_eq!(answer.headers()["retry-after"], "7");
    assert_eq!(answer.text().await.unwrap(), "later");
    let answer = client.get(&url).send().await.unwrap();
    assert_eq!(answer.bytes().await.unwrap().len(), 100_000);
    let answer = client.get(&url).send().await.unwrap();
    assert_eq!(answer.bytes().await.unwrap().len(), 0);

    let received = receiver.wait_for(3, SOON).await;
    assert_eq!(received[0].method, "POST");
    assert_eq!(received[0].path, "/hooks?a=1");
    assert_eq!(received[0].header("x-signature"), Some("abc"));
    assert_eq!(received[0].body, "{}");
    assert!(received[0].at <= received[1].at);
}

#[tokio::test]
async fn a_receiver_delays_hangs_and_resets() {
    let receiver = Receiver::answering(Respond::reset());
    receiver.script([
        Respond::status(204).after(Duration::from_millis(100)),
        Respond::hang(),
    ]);
    let client = reqwest::Client::new();
    let get = |limit| client.get(receiver.url("/")).timeout(limit).send();

    let start = Instant::now();
    assert_eq!(get(SOON).await.unwrap().status(), 204);
    assert!(start.elapsed() >= Duration::from_millis(100));
    let hung = get(Duration::from_millis(300)).await.unwrap_err();
    assert!(hung.is_timeout(), "{hung:?}");
    let reset = get(SOON).await.unwrap_err();
    assert!(reset.is_request() && !reset.is_timeout(), "{reset:?}");
    // The one that was reset arrived all the same.
    receiver.wait_for(3, SOON).await;
}

#[tokio::test]
async fn a_virtual_host_lives_as_long_as_its_broker() {
    let observer = TestBroker::create().await;
    let listed = async |name: &str| {
        let all = observer.management(Method::GET, "vhosts").await;
        let names: Vec<_> = all.as_array().unwrap().iter().collect();
        names.iter().any(|vhost| vhost["name"] == name)
    };
    let broker = TestBroker::create().await;
    let name = broker.vhost.clone();
    assert!(broker.amqp_url.ends_with(&format!("/{name}")));
    assert!(listed(&name).await);
    drop(broker);
    assert!(!listed(&name).await);
}

#[tokio::test]
async fn databases_are_cloned_from_one_template_and_dropped() {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        n: i64,
    }
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/migrations");
    let create = || TestDatabase::migrated("helpers", &migrations);
    let (one, two) = tokio::join!(create(), create());
    let mut conn = one.connect().await;
    sql_query("INSERT INTO planes VALUES ('N123GA')")
        .execute(&mut conn)
        .await
        .unwrap();
    let mut other = two.connect().await;
    let planes: Count = sql_query("SELECT count(*) AS n FROM planes")
        .get_result(&mut other)
        .await
        .unwrap();
    assert_eq!(planes.n, 0);

    let count = format!(
        "SELECT count(*) AS n FROM pg_database WHERE datname = '{}'",
        one.name
    );
    // Its open connection does not keep it.
    drop(one);
    let left: Count = sql_query(count).get_result(&mut other).await.unwrap();
    assert_eq!(left.n, 0);
}

#[tokio::test]
async fn eventually_returns_the_first_answer() {
    let mut asked = 0;
    let answer = eventually("three", SOON, async || {
        asked += 1;
        (asked == 3).then_some(asked)
    });
    assert_eq!(answer.await, 3);
}
