//! What is said to every replica, on a real broker.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test"
)]

use std::time::Duration;

use bus::{Bus, Heard, Settings, broadcasts};
use contracts::topology::USAGE;
use contracts::v1::Usage;
use prost::Message;
use test_support::TestBroker;
use tokio::sync::mpsc::Receiver;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

const LIMIT: Duration = Duration::from_secs(10);

async fn next(heard: &mut Receiver<Heard<Usage>>) -> Heard<Usage> {
    timeout(LIMIT, heard.recv()).await.unwrap().unwrap()
}

fn said(sequence: u64) -> Usage {
    Usage {
        sequence,
        ..Usage::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_hears_everything_in_order() {
    let broker = TestBroker::create().await;
    let settings = Settings::new(broker.amqp_url.clone());
    let bus = Bus::connect(&settings, "test").await.unwrap();
    let token = CancellationToken::new();
    let mut replicas = [None, Some(1_000)]
        .map(|length| broadcasts::<Usage>(&bus, USAGE, length, token.child_token()));
    for replica in &mut replicas {
        assert_eq!(next(replica).await, Heard::Connected);
    }
    let mut broadcaster = bus.broadcaster(USAGE);
    let mut confirms = Vec::new();
    for sequence in 1..=100 {
        let payload = said(sequence).encode_to_vec().into();
        confirms.push(broadcaster.say(payload).await.unwrap());
    }
    for confirm in confirms {
        assert_eq!(confirm.await, Ok(()));
    }
    // A byte that begins nothing.
    let unreadable = broadcaster.say(vec![0xff].into()).await.unwrap();
    assert_eq!(unreadable.await, Ok(()));
    for replica in &mut replicas {
        for sequence in 1..=100 {
            assert_eq!(next(replica).await, Heard::Message(said(sequence)));
        }
        let unreadable = next(replica).await;
        assert_eq!(unreadable, Heard::Connected, "something was missed");
    }
}
