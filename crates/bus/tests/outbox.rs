//! The relay between a real database and a real broker.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test"
)]

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bus::{BatchHandler, Bus, ConsumeOptions, Delivery, Outcome, Settings, Transient, consume};
use contracts::topology::DISPATCHER_EVENTS;
use diesel_async::RunQueryDsl;
use store::{Db, outbox};
use test_support::{TestBroker, TestDatabase, eventually};
use tokio_util::sync::CancellationToken;

/// The ids that were seen, and how many messages that were.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<(BTreeSet<String>, usize)>>);

impl Collector {
    fn has(&self, id: &str) -> bool {
        self.0.lock().unwrap().0.contains(id)
    }
}

impl BatchHandler for Collector {
    async fn handle(&self, batch: &[Delivery]) -> Result<Vec<Outcome>, Transient> {
        let mut seen = self.0.lock().unwrap();
        seen.0.extend(batch.iter().map(|d| d.message_id.clone()));
        seen.1 += batch.len();
        Ok(vec![Outcome::Ack; batch.len()])
    }
}

fn owed(range: std::ops::Range<u32>) -> Vec<outbox::NewMessage> {
    range
        .map(|i| outbox::NewMessage {
            exchange: "gaf.events".to_owned(),
            routing_key: "flight.approved".to_owned(),
            message_id: i.to_string(),
            content_type: "application/x-protobuf".to_owned(),
            headers: None,
            traceparent: None,
            payload: vec![0; 64],
        })
        .collect()
}

async fn database() -> (TestDatabase, Db, store::Settings) {
    let database = TestDatabase::empty("outbox").await;
    let settings = store::Settings::new(database.url.clone());
    let mut conn = database.connect().await;
    for sql in [
        include_str!("../../store/sql/outbox.sql"),
        include_str!("../../store/sql/outbox_notice.sql"),
    ] {
        let made = diesel_async::SimpleAsyncConnection::batch_execute(&mut conn, sql);
        made.await.unwrap();
    }
    let db = Db::connect(&settings, "test").unwrap();
    (database, db, settings)
}

fn collect(bus: &Bus, collector: &Collector, token: &CancellationToken) {
    let (bus, handler, token) = (bus.clone(), collector.clone(), token.clone());
    tokio::spawn(async move {
        let options = ConsumeOptions::default();
        consume(&bus, DISPATCHER_EVENTS, options, handler, token).await
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_committed_arrives_through_two_relays_and_a_cut_of_every_connection() {
    let broker = TestBroker::create().await;
    let (database, db, settings) = database().await;
    let bus = Bus::connect(&Settings::new(broker.amqp_url.clone()), "test")
        .await
        .unwrap();
    let (token, collector) = (CancellationToken::new(), Collector::default());
    for _ in 0..2 {
        tokio::spawn(bus::outbox::run(
            db.clone(),
            settings.url.clone(),
            bus.clone(),
            token.clone(),
        ));
    }
    collect(&bus, &collector, &token);
    for part in 0..10 {
        let mut conn = database.connect().await;
        outbox::insert(&mut conn, &owed(part * 200..(part + 1) * 200))
            .await
            .unwrap();
        if part == 5 {
            let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
            diesel::sql_query(cut).execute(&mut conn).await.unwrap();
        }
    }
    eventually("all 2,000 arrive", Duration::from_secs(30), async || {
        (collector.0.lock().unwrap().0.len() == 2_000).then_some(())
    })
    .await;
    eventually("nothing is owed", Duration::from_secs(15), async || {
        let mut conn = database.connect().await;
        (outbox::owed(&mut conn).await.unwrap().rows == 0).then_some(())
    })
    .await;
    token.cancel();
}

/// One relay, one collector, until the token is cancelled.
async fn relay(
    broker: &TestBroker,
    db: &Db,
    settings: &store::Settings,
) -> (Collector, tokio_util::sync::DropGuard) {
    let bus = Bus::connect(&Settings::new(broker.amqp_url.clone()), "test")
        .await
        .unwrap();
    eventually("a connection", Duration::from_secs(10), async || {
        bus.is_connected().then_some(())
    })
    .await;
    let (token, collector) = (CancellationToken::new(), Collector::default());
    let url = settings.url.clone();
    tokio::spawn(bus::outbox::run(
        db.clone(),
        url,
        bus.clone(),
        token.clone(),
    ));
    collect(&bus, &collector, &token);
    (collector, token.drop_guard())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_that_cannot_be_published_hold_up_no_others() {
    let broker = TestBroker::create().await;
    let (database, db, settings) = database().await;
    let mut conn = database.connect().await;
    // More than a relay takes at once that no queue wants, and one for an exchange that is none.
    let mut hopeless = owed(0..1_100);
    for message in &mut hopeless {
        message.exchange = "gaf.records".to_owned();
    }
    hopeless.last_mut().unwrap().exchange = "no.such".to_owned();
    outbox::insert(&mut conn, &hopeless).await.unwrap();
    outbox::insert(&mut conn, &owed(2_000..2_001))
        .await
        .unwrap();
    let (collector, _guard) = relay(&broker, &db, &settings).await;
    eventually(
        "the good one arrives",
        Duration::from_secs(10),
        async || collector.has("2000").then_some(()),
    )
    .await;
    outbox::insert(&mut conn, &owed(2_001..2_002))
        .await
        .unwrap();
    eventually("and the next one", Duration::from_secs(10), async || {
        collector.has("2001").then_some(())
    })
    .await;
    eventually(
        "only the others are owed",
        Duration::from_secs(5),
        async || (outbox::owed(&mut conn).await.unwrap().rows == 1_100).then_some(()),
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_confirmed_is_removed_although_the_database_was_away_then() {
    let broker = TestBroker::create().await;
    let (database, db, settings) = database().await;
    let mut conn = database.connect().await;
    let refuse = "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN RAISE EXCEPTION 'away'; END $$;
         CREATE TRIGGER refuse BEFORE DELETE ON outbox EXECUTE FUNCTION refuse();";
    diesel_async::SimpleAsyncConnection::batch_execute(&mut conn, refuse)
        .await
        .unwrap();
    let (collector, _guard) = relay(&broker, &db, &settings).await;
    outbox::insert(&mut conn, &owed(0..10)).await.unwrap();
    eventually("all arrive", Duration::from_secs(10), async || {
        (collector.0.lock().unwrap().0.len() == 10).then_some(())
    })
    .await;
    let heal = "DROP TRIGGER refuse ON outbox";
    diesel::sql_query(heal).execute(&mut conn).await.unwrap();
    // The lease lasts ten seconds.
    eventually("nothing is owed", Duration::from_secs(6), async || {
        (outbox::owed(&mut conn).await.unwrap().rows == 0).then_some(())
    })
    .await;
    assert_eq!(collector.0.lock().unwrap().1, 10, "none came twice");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_committed_here_arrives_without_a_claim() {
    let broker = TestBroker::create().await;
    let (database, db, settings) = database().await;
    let mut conn = database.connect().await;
    let (collector, _guard) = relay(&broker, &db, &settings).await;
    outbox::insert(&mut conn, &owed(0..1)).await.unwrap();
    eventually("the relay works", Duration::from_secs(10), async || {
        collector.has("0").then_some(())
    })
    .await;
    let refuse = "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN RAISE EXCEPTION 'claimed'; END $$;
         CREATE TRIGGER refuse BEFORE UPDATE ON outbox FOR EACH ROW EXECUTE FUNCTION refuse();";
    diesel_async::SimpleAsyncConnection::batch_execute(&mut conn, refuse)
        .await
        .unwrap();
    for number in 1..200 {
        let write = async |conn: &mut store::AsyncPgConnection| {
            Ok::<_, store::StoreError>(outbox::insert(conn, &owed(number..number + 1)).await?)
        };
        db.transaction(write).await.unwrap();
    }
    eventually("all arrive", Duration::from_secs(8), async || {
        (collector.0.lock().unwrap().0.len() == 200).then_some(())
    })
    .await;
    eventually("nothing is owed", Duration::from_secs(6), async || {
        (outbox::owed(&mut conn).await.unwrap().rows == 0).then_some(())
    })
    .await;
    assert_eq!(collector.0.lock().unwrap().1, 200, "none came twice");
}
