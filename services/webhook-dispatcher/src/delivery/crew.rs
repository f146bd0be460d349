//! Who makes the attempts.

use std::sync::Arc;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

use super::attempt::Courier;
use super::stages::{Leased, Sent};

/// Tasks that make one attempt after another. They are kept, and the one that was used last is used
/// next: a task of its own for each attempt would be some kilobytes of memory that no core has seen
/// lately.
pub struct Crew<C> {
    courier: Arc<C>,
    tasks: JoinSet<()>,
    /// Those that have nothing to do.
    idle: Vec<Hand>,
    done: UnboundedSender<Done>,
    ended: UnboundedReceiver<Done>,
    under_way: usize,
}

/// The way to a task. It travels with the job, so that whoever has it is free to take another; a task
/// that nobody can reach any more ends.
type Hand = UnboundedSender<Job>;

struct Job {
    number: u64,
    leased: Leased,
    hand: Hand,
}

/// An attempt that has ended.
struct Done {
    number: u64,
    sent: Sent,
    hand: Hand,
}

/// Tasks that are kept while there is nothing for them to do.
const MOST_IDLE: usize = 256;

impl<C: Courier> Crew<C> {
    pub fn new(courier: Arc<C>) -> Self {
        let (done, ended) = unbounded_channel();
        Self {
            courier,
            tasks: JoinSet::new(),
            idle: Vec::new(),
            done,
            ended,
            under_way: 0,
        }
    }

    /// Nothing is under way.
    pub fn is_idle(&self) -> bool {
        self.under_way == 0
    }

    /// Begins an attempt. It is known by `number`.
    pub fn begin(&mut self, number: u64, leased: Leased) {
        let hand = self.idle.pop().unwrap_or_else(|| self.hire());
        let job = Job {
            number,
            leased,
            hand: hand.clone(),
        };
        self.under_way += 1;
        // A task lives as long as it can be reached.
        let _ = hand.send(job);
    }

    /// Waits for attempts to end, and takes as many as have, or none where it was a task that did. Each is
    /// told of once; a call that is dropped has taken nothing.
    pub async fn ended(&mut self) -> Vec<(u64, Sent)> {
        let mut ended = Vec::new();
        tokio::select! {
            biased;
            _ = self.ended.recv_many(&mut ended, MOST_IDLE) => {}
            Some(task) = self.tasks.join_next() => if let Err(error) = task {
                // An attempt catches its own panics.
                tracing::error!(%error, "an attempt was lost");
                self.under_way = self.under_way.saturating_sub(1);
            },
        }
        self.under_way = self.under_way.saturating_sub(ended.len());
        let told = ended.into_iter().map(|Done { number, sent, hand }| {
            if self.idle.len() < MOST_IDLE {
                self.idle.push(hand);
            }
            (number, sent)
        });
        told.collect()
    }

    /// Drops what is under way.
    pub async fn dismiss(mut self) {
        self.tasks.shutdown().await;
    }

    fn hire(&mut self) -> Hand {
        let (hand, jobs) = unbounded_channel();
        let (courier, done) = (Arc::clone(&self.courier), self.done.clone());
        self.tasks.spawn(work(courier, jobs, done));
        hand
    }
}

async fn work<C: Courier>(
    courier: Arc<C>,
    mut jobs: UnboundedReceiver<Job>,
    done: UnboundedSender<Done>,
) {
    while let Some(Job {
        number,
        leased,
        hand,
    }) = jobs.recv().await
    {
        let attempt = courier.attempt(leased.parcel()).await;
        let sent = leased.sent(attempt);
        if done.send(Done { number, sent, hand }).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use egress::Egress;

    use super::*;
    use crate::delivery::attempt::Attempt;
    use crate::delivery::room::Room;
    use crate::delivery::sender::tests::{After, destination, lease, leased};
    use crate::delivery::stages::Parcel;

    /// Begins `count` attempts at an endpoint that is known to answer quickly.
    fn begin<C: Courier>(crew: &mut Crew<C>, room: &Arc<Room>, count: usize) {
        let egress = Egress::new(&egress::Settings::default()).unwrap();
        let destination = Arc::new(destination(egress, "https://example.test/"));
        for _ in 0..200 {
            room.learn(destination.endpoint_id, true);
        }
        let deliveries = leased(room, &destination, &lease(Duration::from_secs(60)), count);
        for (number, one) in (1..).zip(deliveries) {
            crew.begin(number, one);
        }
    }

    /// Has `count` attempts made at once.
    async fn make(crew: &mut Crew<After>, room: &Arc<Room>, count: usize) {
        begin(crew, room, count);
        let mut ended = Vec::new();
        while !crew.is_idle() {
            ended.extend(crew.ended().await.into_iter().map(|(number, _)| number));
        }
        ended.sort_unstable();
        assert!(ended.into_iter().eq((1..).take(count)));
    }

    #[tokio::test(start_paused = true)]
    async fn tasks_are_kept_for_the_next_attempts_but_not_those_of_a_crowd() {
        let room = Room::new(10_000, 100);
        let mut crew = Crew::new(Arc::new(After(Duration::from_secs(1))));
        for _ in 0..3 {
            make(&mut crew, &room, 5).await;
            assert_eq!(crew.tasks.len(), 5);
        }
        make(&mut crew, &room, MOST_IDLE + 50).await;
        while crew.tasks.len() > MOST_IDLE {
            assert!(crew.ended().await.is_empty());
        }
        assert_eq!(crew.idle.len(), MOST_IDLE);
    }

    struct Broken;

    impl Courier for Broken {
        async fn attempt(&self, _: &Parcel) -> Attempt {
            panic!("asked to")
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_panics_is_not_waited_for() {
        let (room, mut crew) = (Room::new(100, 10), Crew::new(Arc::new(Broken)));
        begin(&mut crew, &room, 1);
        assert!(crew.ended().await.is_empty());
        assert_eq!((crew.is_idle(), room.held()), (true, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_under_way_can_be_dropped() {
        let room = Room::new(100, 10);
        let mut crew = Crew::new(Arc::new(After(Duration::from_secs(1_000))));
        begin(&mut crew, &room, 1);
        tokio::task::yield_now().await;
        assert_eq!((crew.is_idle(), room.held()), (false, 1));
        crew.dismiss().await;
        assert_eq!(room.held(), 0);
    }
}
