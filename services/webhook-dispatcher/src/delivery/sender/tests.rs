use std::time::Duration;

use opentelemetry::metrics::MeterProvider;
use opentelemetry::metrics::noop::NoopMeterProvider;
use test_support::{Receiver, Respond};
use tokio::sync::mpsc::unbounded_channel;
use tokio::time::Instant;
use uuid::Uuid;

use super::*;
use crate::db::destinations::DestinationRow;
use crate::delivery::attempt::{Attempt, AttemptOutcome, HttpCourier};
use crate::delivery::destination::{Destination, Opener};
use crate::delivery::exchange::Exchange;
use crate::delivery::stages::Parcel;
use crate::entropy::OsEntropy;
use crate::lease::Lease;
use crate::secrets::{KeyRing, SigningSecret};
use domain::webhook::SigningScheme;
use egress::Egress;
use service_kit::Clock;

const LIMIT: Duration = Duration::from_secs(10);

struct Running {
    room: Arc<Room>,
    orders: UnboundedSender<Order>,
    finished: UnboundedReceiver<Finished>,
    shutdown: Shutdown,
    destination: Arc<Destination>,
}

/// A sender, and an endpoint at `url`.
fn start(url: &str) -> Running {
    let settings = egress::Settings {
        allow_loopback: true,
        ..egress::Settings::default()
    };
    let egress = Egress::new(&settings).unwrap();
    let courier = HttpCourier {
        egress: egress.clone(),
        clock: Clock::system(),
        traced: true,
    };
    start_with(Arc::new(courier), egress, url)
}

fn start_with<C: Courier>(courier: Arc<C>, egress: Egress, url: &str) -> Running {
    let (room, shutdown) = (Room::new(100, 32), Shutdown::new());
    let (orders, ordered) = unbounded_channel();
    let (done, finished) = unbounded_channel();
    let metrics = DispatcherMetrics::new(&NoopMeterProvider::new().meter("test"));
    let sender = Sender::new(courier, Arc::clone(&room), metrics, done, 10);
    tokio::spawn(sender.run(ordered, shutdown.clone()));
    Running {
        room,
        orders,
        finished,
        shutdown,
        destination: Arc::new(destination(egress, url)),
    }
}

pub fn destination(egress: Egress, url: &str) -> Destination {
    let key_ring = KeyRing::try_from(format!("a:{}=", "A".repeat(43))).unwrap();
    let endpoint_id = EndpointId(Uuid::from_u128(7));
    let secret = SigningSecret::generate(SigningScheme::GaFlight, &OsEntropy).unwrap();
    let sealed = secret.seal(endpoint_id, &key_ring, &OsEntropy).unwrap();
    let stored = DestinationRow {
        url: url.to_owned(),
        scheme: "ga".to_owned(),
        secret_ciphertext: sealed.ciphertext,
        secret_key_id: sealed.key_id,
        previous_secret_ciphertext: None,
        previous_secret_key_id: None,
        previous_secret_until: None,
        headers_ciphertext: None,
        headers_key_id: None,
        retries: "short".to_owned(),
        health: "healthy".to_owned(),
        consecutive_failures: 0,
    };
    Opener { egress, key_ring }.open(endpoint_id, &stored, Instant::now())
}

pub fn lease(lasts: Duration) -> Arc<Lease> {
    Arc::new(Lease::new(Uuid::from_u128(1), Instant::now(), lasts))
}

/// Deliveries to `destination`, in what room there is.
pub fn leased(
    room: &Arc<Room>,
    destination: &Arc<Destination>,
    lease: &Arc<Lease>,
    count: usize,
) -> Vec<Leased> {
    let places = room.for_new(destination.endpoint_id, count);
    assert_eq!(places.len(), count);
    let leased = places.into_iter().zip(1..).map(|(place, sequence)| {
        let parcel = Parcel {
            id: Uuid::from_u128(u128::try_from(sequence).unwrap()).into(),
            event_id: "evt_1".into(),
            event_type: "flight.approved".into(),
            traceparent: None,
            body: "{}".into(),
            sequence,
            attempts_made: 0,
            probes: 0,
            destination: Arc::clone(destination),
        };
        Leased::new(parcel, Arc::clone(lease), place)
    });
    leased.collect()
}

impl Running {
    fn leased(&self, lease: &Arc<Lease>, count: usize) -> Vec<Leased> {
        leased(&self.room, &self.destination, lease, count)
    }

    async fn next(&mut self) -> Option<Finished> {
        tokio::time::timeout(LIMIT, self.finished.recv())
            .await
            .expect("something is finished in time")
    }
}

#[tokio::test]
async fn what_was_sent_is_finished_and_holds_its_place_until_it_is_recorded() {
    let receiver = Receiver::answering(Respond::status(418));
    let mut running = start(&receiver.url("/"));
    running
        .orders
        .send(Order::Send(running.leased(&lease(LIMIT), 1)))
        .ok()
        .unwrap();
    let Some(Finished::Sent(sent)) = running.next().await else {
        panic!("it was not sent")
    };
    assert_eq!(
        (sent.attempt().status(), sent.attempt().number),
        (Some(418), 1)
    );
    assert_eq!(running.room.held(), 1);
    sent.recorded(true);
    assert_eq!(running.room.held(), 0);
}

#[tokio::test]
async fn nothing_is_begun_under_a_lease_that_has_ended_and_the_lease_is_given_up() {
    let receiver = Receiver::start();
    let mut running = start(&receiver.url("/"));
    let (ended, lasting) = (lease(Duration::ZERO), lease(LIMIT));
    running
        .orders
        .send(Order::Send(running.leased(&ended, 3)))
        .ok()
        .unwrap();
    running
        .orders
        .send(Order::Send(running.leased(&lasting, 1)))
        .ok()
        .unwrap();
    let Some(Finished::Sent(sent)) = running.next().await else {
        panic!("the other one was not sent")
    };
    assert!(sent.lease().is_alive() && !sent.lease().is_given_up());
    assert!(ended.is_given_up());
    assert_eq!((receiver.received().len(), running.room.held()), (1, 1));
}

#[tokio::test]
async fn a_stop_hands_back_what_waits_and_finishes_what_is_under_way() {
    let receiver = Receiver::answering(Respond::status(200).after(Duration::from_millis(200)));
    let mut running = start(&receiver.url("/"));
    running
        .orders
        .send(Order::Send(running.leased(&lease(LIMIT), 8)))
        .ok()
        .unwrap();
    receiver.wait_for(1, LIMIT).await;
    running.shutdown.begin();
    drop(std::mem::replace(
        &mut running.orders,
        unbounded_channel().0,
    ));
    let (mut sent, mut returned) = (0, 0);
    while let Some(finished) = running.next().await {
        match finished {
            Finished::Sent(_) => sent += 1,
            Finished::Returned(_) => returned += 1,
        }
    }
    assert_eq!((sent, returned), (1, 7));
}

#[tokio::test]
async fn a_recall_takes_back_what_waits_for_that_endpoint() {
    let receiver = Receiver::answering(Respond::hang());
    let mut running = start(&receiver.url("/"));
    running
        .orders
        .send(Order::Send(running.leased(&lease(LIMIT), 5)))
        .ok()
        .unwrap();
    receiver.wait_for(1, LIMIT).await;
    running
        .orders
        .send(Order::Recall(running.destination.endpoint_id))
        .ok()
        .unwrap();
    for _ in 0..4 {
        assert!(matches!(running.next().await, Some(Finished::Returned(_))));
    }
}

#[tokio::test]
async fn where_anything_may_have_changed_all_that_waits_is_taken_back() {
    let receiver = Receiver::answering(Respond::hang());
    let mut running = start(&receiver.url("/"));
    let waiting = running.leased(&lease(LIMIT), 5);
    running.orders.send(Order::Send(waiting)).ok().unwrap();
    receiver.wait_for(1, LIMIT).await;
    running.orders.send(Order::RecallAll).ok().unwrap();
    for _ in 0..4 {
        assert!(matches!(running.next().await, Some(Finished::Returned(_))));
    }
}

/// As by a claim that was asked for before the endpoint was paused, and answered after.
#[tokio::test]
async fn what_was_read_before_a_recall_is_not_sent_after_it() {
    let receiver = Receiver::start();
    let mut running = start(&receiver.url("/"));
    let id = running.destination.endpoint_id;
    for recall in [Order::Recall(id), Order::RecallAll] {
        running.orders.send(recall).ok().unwrap();
        let stale = running.leased(&lease(LIMIT), 1);
        running.orders.send(Order::Send(stale)).ok().unwrap();
        assert!(matches!(running.next().await, Some(Finished::Returned(_))));
        // Read anew.
        let egress = Egress::new(&egress::Settings {
            allow_loopback: true,
            ..egress::Settings::default()
        });
        running.destination = Arc::new(destination(egress.unwrap(), &receiver.url("/")));
        let fresh = running.leased(&lease(LIMIT), 1);
        running.orders.send(Order::Send(fresh)).ok().unwrap();
        assert!(matches!(running.next().await, Some(Finished::Sent(_))));
    }
    assert_eq!(receiver.received().len(), 2);
}

/// Answers after so long.
pub struct After(pub Duration);

impl Courier for After {
    async fn attempt(&self, parcel: &Parcel) -> Attempt {
        let Self(duration) = *self;
        tokio::time::sleep(duration).await;
        Attempt {
            number: parcel.attempts_made + 1,
            started_at: Clock::system().now(),
            duration,
            outcome: AttemptOutcome::Failed {
                kind: "timeout",
                detail: String::new(),
                status: None,
                retry_after: None,
            },
            exchange: Exchange::default(),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_slow_endpoint_would_get_much_later_goes_back() {
    let egress = Egress::new(&egress::Settings::default()).unwrap();
    let mut running = start_with(
        Arc::new(After(Duration::from_secs(9))),
        egress,
        "https://example.test/",
    );
    let id = running.destination.endpoint_id;
    for _ in 0..40 {
        running.room.learn(id, true);
    }
    let waiting = running.leased(&lease(LIMIT * 100), 90);
    running.orders.send(Order::Send(waiting)).ok().unwrap();
    let (mut sent, mut returned) = (0, 0);
    let began = Instant::now();
    while returned == 0 || sent < 10 {
        match running.next().await.unwrap() {
            Finished::Sent(_) => sent += 1,
            Finished::Returned(_) => {
                returned += 1;
                // Long before the first attempt ends.
                assert!(began.elapsed() < Duration::from_secs(3));
            }
        }
    }
    // Ten were under way, and what one attempt at a time may have waiting stays.
    assert_eq!((sent, returned), (10, 90 - 10 - 8));
    assert_eq!(running.room.behind(), [id]);
}
