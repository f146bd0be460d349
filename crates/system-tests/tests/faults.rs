//! Nothing acknowledged is lost: 2,000 approvals under way while services and servers die.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test"
)]

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use system_tests::{
    School, Servers, Service, Stack, approve_all, restart_postgres, stop_rabbitmq_for,
};
use test_support::{Receiver, eventually};

const FLIGHTS: u64 = 2_000;
const COUNT: usize = 2_000;
const PATIENCE: Duration = Duration::from_secs(180);

static SERVERS: Servers = Servers::new();

/// A school whose 2,000 flights are being approved.
struct Run {
    stack: Stack,
    receiver: Receiver,
    school: School,
    done: Arc<AtomicUsize>,
    approvals: tokio::task::JoinHandle<()>,
}

impl Run {
    async fn begin(label: &str) -> Self {
        let stack = Stack::start(label).await;
        let receiver = Receiver::start();
        let school = School::open(&stack, receiver.url("/webhooks"), &["flight.approved"]).await;
        let ids = school.submit_flights(&stack, FLIGHTS).await;
        assert_eq!(ids.len(), COUNT);
        let done = Arc::new(AtomicUsize::new(0));
        let approvals = tokio::spawn(approve_all(
            stack.rpc.clone(),
            school.organization_id.clone(),
            ids,
            done.clone(),
        ));
        Self {
            stack,
            receiver,
            school,
            done,
            approvals,
        }
    }

    async fn wait_for(&self, approvals: usize) {
        let what = format!("{approvals} approvals");
        eventually(&what, PATIENCE, async || {
            (AtomicUsize::load(&self.done, Ordering::SeqCst) >= approvals).then_some(())
        })
        .await;
    }

    /// Every flight is approved, in the API and in the event log; every event arrived, under one
    /// delivery id, with sequence numbers that have no gap.
    async fn nothing_is_lost(self) {
        let Self {
            stack,
            receiver,
            school,
            approvals,
            ..
        } = self;
        approvals.await.unwrap();
        stack.wait_until_ready().await;
        let mut deliveries: HashMap<String, HashSet<(String, u64)>> = HashMap::new();
        let mut read = 0;
        eventually("every event arrives", PATIENCE, async || {
            let fresh = receiver.received_after(read);
            read += fresh.len();
            for received in fresh {
                let body: serde_json::Value = serde_json::from_slice(&received.body).unwrap();
                let delivery = received.header("X-GA-Webhook-Delivery").unwrap().to_owned();
                let sequence = received
                    .header("X-GA-Webhook-Sequence")
                    .unwrap()
                    .parse()
                    .unwrap();
                deliveries
                    .entry(body["data"]["flight"]["id"].to_string())
                    .or_default()
                    .insert((delivery, sequence));
            }
            (deliveries.len() >= COUNT).then_some(())
        })
        .await;
        assert_eq!(deliveries.len(), COUNT);
        let twice: Vec<_> = deliveries.values().filter(|d| d.len() != 1).collect();
        assert!(
            twice.is_empty(),
            "told of one approval under several delivery ids: {twice:?}"
        );
        let sequences: HashSet<u64> = deliveries
            .values()
            .flatten()
            .map(|(_, sequence)| *sequence)
            .collect();
        assert_eq!(
            sequences,
            (1..=FLIGHTS).collect(),
            "sequence numbers have no gap"
        );

        eventually("the read side has every approval", PATIENCE, async || {
            let approved = school.list(&stack, "flights?status=approved").await;
            let events = school.list(&stack, "events?type=flight.approved").await;
            (approved.len() == COUNT && events.len() == COUNT).then_some(())
        })
        .await;
        eprintln!(
            "{} posts for {FLIGHTS} deliveries",
            receiver.received().len()
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_minus_nine_of_each_service_in_turn() {
    let _alone = SERVERS.alone().await;
    let mut run = Run::begin("kill").await;
    for (i, service) in Service::ALL.into_iter().enumerate() {
        run.wait_for(200 + i * 300).await;
        run.stack.kill_and_restart(service).await;
    }
    run.nothing_is_lost().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rabbitmq_stopped_for_ten_seconds() {
    let _alone = SERVERS.alone().await;
    let run = Run::begin("rabbitmq").await;
    run.wait_for(500).await;
    stop_rabbitmq_for(Duration::from_secs(10)).await;
    run.nothing_is_lost().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgresql_restarted() {
    let _alone = SERVERS.alone().await;
    let run = Run::begin("postgresql").await;
    run.wait_for(500).await;
    restart_postgres().await;
    run.nothing_is_lost().await;
}
