//! Replicas on a real broker.

use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::time::{Duration, Instant};

use bus::{Bus, Settings};
use domain::api_key::RateLimit;
use test_support::{TestBroker, eventually};
use uuid::Uuid;

use super::super::pace::Pace;
use super::super::{Limits, NotTaken, Share, Subject, Wanted};

const LIMIT: Duration = Duration::from_secs(20);

struct Replica {
    limits: Arc<Limits>,
    share: Share,
}

impl Replica {
    async fn start(broker: &TestBroker) -> Self {
        let settings = Settings::new(broker.amqp_url.clone());
        let bus = Bus::connect(&settings, "test").await.unwrap();
        let limits = Limits::new(1_000);
        let share = Share::start(limits.clone(), &bus);
        let replica = Self { limits, share };
        eventually("it shares", LIMIT, async || {
            replica.limits.is_shared().then_some(())
        })
        .await;
        replica
    }

    async fn hears_of(&self, replicas: u32) {
        eventually("it has heard of the others", LIMIT, async || {
            (self.limits.replicas.load(SeqCst) == replicas).then_some(())
        })
        .await;
    }

    /// Takes until there is nothing left, and returns how many there were.
    async fn exhaust(&self, wanted: Wanted) -> u32 {
        let mut taken = 0;
        loop {
            match self.limits.take(&[self.limits.purse(wanted)]).await {
                Ok(()) => taken += 1,
                Err(NotTaken::Exhausted { .. }) => return taken,
                // The broker is busy.
                Err(NotTaken::Unheard) => {}
            }
        }
    }

    fn remaining(&self, wanted: Wanted) -> u32 {
        self.limits.level(&self.limits.purse(wanted)).remaining
    }
}

async fn three(broker: &TestBroker) -> [Replica; 3] {
    let replicas = [
        Replica::start(broker).await,
        Replica::start(broker).await,
        Replica::start(broker).await,
    ];
    for replica in &replicas {
        replica.hears_of(3).await;
    }
    replicas
}

fn somebody(requests: u32, seconds: u32) -> Wanted {
    let limit = RateLimit::new(requests, seconds).unwrap();
    (Subject::Key(Uuid::new_v4().into()), limit)
}

/// What may come back while it lasts, and a tenth of the limit.
fn most(limit: RateLimit, elapsed: Duration) -> u128 {
    let back = elapsed.as_nanos() / u128::from(Pace::from(limit).interval);
    u128::from(limit.requests()) * 11 / 10 + back + 1
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_let_in_no_more_than_the_limit_and_a_tenth_wherever_requests_arrive() {
    let broker = TestBroker::create().await;
    let replicas = three(&broker).await;
    // How many ask at each replica at the same time.
    for workers in [[12, 0, 0], [4, 4, 4], [1, 9, 2]] {
        let wanted = somebody(1_000, 60);
        let begun = Instant::now();
        let asking = replicas
            .iter()
            .zip(workers)
            .flat_map(|(replica, workers)| (0..workers).map(move |_| replica.exhaust(wanted)));
        let let_in: u32 = futures::future::join_all(asking).await.iter().sum();
        let most = most(wanted.1, begun.elapsed());
        assert!(
            u128::from(let_in) <= most,
            "{workers:?}: {let_in} of {most}"
        );
        assert!(let_in >= 1_000, "{workers:?}: {let_in}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_that_go_from_one_to_the_next_gain_nothing() {
    let broker = TestBroker::create().await;
    let replicas = three(&broker).await;
    let wanted = somebody(1_000, 60);
    let (begun, mut let_in, mut refused) = (Instant::now(), 0u32, 0);
    for replica in replicas.iter().cycle() {
        match replica.limits.take(&[replica.limits.purse(wanted)]).await {
            Ok(()) => (let_in, refused) = (let_in + 1, 0),
            Err(_) => refused += 1,
        }
        if refused == 3 {
            break;
        }
    }
    let most = most(wanted.1, begun.elapsed());
    assert!(u128::from(let_in) <= most, "{let_in} of {most}");
    assert!(let_in >= 900, "{let_in}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_joins_knows_what_was_let_in_before() {
    let broker = TestBroker::create().await;
    let first = Replica::start(&broker).await;
    let wanted = somebody(200, 86_400);
    assert_eq!(first.exhaust(wanted).await, 200);
    let second = Replica::start(&broker).await;
    assert_eq!(second.exhaust(wanted).await, 0);
    first.hears_of(2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_goes_tells_what_it_let_in_and_is_not_counted_any_more() {
    let broker = TestBroker::create().await;
    let [first, second, last] = three(&broker).await;
    let wanted = somebody(1_000, 86_400);
    for _ in 0..7 {
        last.limits
            .take(&[last.limits.purse(wanted)])
            .await
            .unwrap();
    }
    let purse = last.limits.purse(wanted);
    last.limits.give_back(&[purse.clone(), purse]);
    last.share.finish().await;
    for replica in [&first, &second] {
        replica.hears_of(2).await;
        assert_eq!(replica.remaining(wanted), 995);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_cannot_tell_the_others_lets_in_a_twentieth_and_no_more() {
    let broker = TestBroker::create().await;
    let replicas = three(&broker).await;
    let path = format!("vhosts/{}", broker.vhost);
    broker.management(reqwest::Method::DELETE, &path).await;
    for replica in &replicas {
        eventually("it is cut off", LIMIT, async || {
            (!replica.limits.is_shared()).then_some(())
        })
        .await;
        let wanted = somebody(1_000, 60);
        for _ in 0..25 {
            assert_eq!(
                replica.limits.take(&[replica.limits.purse(wanted)]).await,
                Ok(())
            );
        }
        let refused = replica.limits.take(&[replica.limits.purse(wanted)]).await;
        assert_eq!(refused, Err(NotTaken::Unheard));
        replica.limits.give_back(&[replica.limits.purse(wanted)]);
        assert_eq!(
            replica.limits.take(&[replica.limits.purse(wanted)]).await,
            Ok(())
        );
    }
}
