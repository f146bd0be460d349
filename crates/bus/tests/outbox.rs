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

#[derive(Clone, Default)]
struct Collector(Arc<Mutex<BTreeSet<String>>>);

impl BatchHandler for Collector {
    async fn handle(&self, batch: &[Delivery]) -> Result<Vec<Outcome>, Transient> {
        let mut seen = self.0.lock().unwrap();
        seen.extend(batch.iter().map(|d| d.message_id.clone()));
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
    diesel_async::SimpleAsyncConnection::batch_execute(
        &mut conn,
        include_str!("../../store/sql/outbox.sql"),
    )
    .await
    .unwrap();
    let db = Db::connect(&settings, "test").unwrap();
    (database, db, settings)
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
    let (consumer, handler, inner) = (bus.clone(), collector.clone(), token.clone());
    tokio::spawn(async move {
        consume(
            &consumer,
            DISPATCHER_EVENTS,
            ConsumeOptions::default(),
            handler,
            inner,
        )
        .await
    });
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
        (collector.0.lock().unwrap().len() == 2_000).then_some(())
    })
    .await;
    eventually("nothing is owed", Duration::from_secs(15), async || {
        let mut conn = database.connect().await;
        (outbox::owed(&mut conn).await.unwrap().rows == 0).then_some(())
    })
    .await;
    token.cancel();
}
