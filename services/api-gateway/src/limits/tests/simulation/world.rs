//! Replicas, a broker between them, and the time.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use bytes::Bytes;
use domain::api_key::RateLimit;

use super::super::super::bucket::Nanos;
use super::super::super::subject::Subject;
use super::super::excess::Excess;
use super::node::Node;
use super::{MILLISECOND, Schedule, faults::Fault};
use test_support::Chance;

pub(super) enum Event {
    Connect(usize),
    Tick(usize),
    /// A request at a replica, and how often it found no room.
    Request(usize, usize),
    GiveBack(usize),
    /// At the broker: from whom, over which connection, with which sequence.
    Arrive(usize, u64, u64, Bytes),
    /// In a replica's queue, which belongs to one of its connections.
    Queued(usize, u64, Bytes),
    /// At the replica; since when it has waited in the queue.
    Delivered(usize, u64, Nanos, Bytes),
    Confirmed(usize, u64, u64),
    Begin(Fault),
    End(Fault),
}

/// Requests that find no room come again so often, a millisecond later each time.
const TRIES: usize = 100;
/// What waits in a queue for longer is dropped. Replicas notice sooner that they hear nothing.
const LONGEST_QUEUED: Nanos = 2_500 * MILLISECOND;

pub(super) struct World {
    pub(super) now: Nanos,
    pub(super) chance: Chance,
    pub(super) nodes: Vec<Node>,
    pub(super) schedule: Schedule,
    pub(super) excess: Excess,
    pub(super) let_in: u64,
    wanted: (Subject, RateLimit),
    events: HashMap<u64, Event>,
    agenda: BinaryHeap<Reverse<(Nanos, u64)>>,
    last_event: u64,
    /// When the last message arrived on each way: nothing overtakes on the same one.
    ways: HashMap<(Way, usize, usize), Nanos>,
    next_replica: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Way {
    Broker,
    Queue,
    Replica,
}

impl World {
    pub(super) fn new(mut chance: Chance, schedule: Schedule) -> Self {
        let wanted = (
            Subject::Key(uuid::Uuid::from_u128(1).into()),
            schedule.limit,
        );
        let replicas = u64::try_from(schedule.replicas).unwrap();
        let mut world = Self {
            now: MILLISECOND,
            nodes: (1..=replicas).map(Node::new).collect(),
            excess: Excess::new(schedule.limit),
            let_in: 0,
            wanted,
            events: HashMap::new(),
            agenda: BinaryHeap::new(),
            last_event: 0,
            ways: HashMap::new(),
            next_replica: replicas + 1,
            chance: Chance::new(chance.number()),
            schedule,
        };
        for node in 0..world.nodes.len() {
            let begin = world.chance.between(0, 50 * MILLISECOND);
            world.after(begin, Event::Connect(node));
            world.after(begin, Event::Tick(node));
        }
        world
    }

    pub(super) fn after(&mut self, time: Nanos, event: Event) {
        self.last_event += 1;
        self.events.insert(self.last_event, event);
        self.agenda
            .push(Reverse((self.now + time, self.last_event)));
    }

    pub(super) fn run_until(&mut self, end: Nanos) {
        while let Some(Reverse((at, id))) = self.agenda.peek().copied() {
            if at > end {
                return;
            }
            self.agenda.pop();
            self.now = at;
            let event = self.events.remove(&id).unwrap();
            self.happen(event);
        }
    }

    /// Puts a replica that knows nothing into the place of one that is dead.
    pub(super) fn replace(&mut self, node: usize) {
        let (consuming, publishing) = (self.nodes[node].consuming, self.nodes[node].publishing);
        self.nodes[node] = Node::new(self.next_replica);
        self.nodes[node].consuming = consuming + 1;
        self.nodes[node].publishing = publishing + 1;
        self.next_replica += 1;
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Connect(node) => {
                self.nodes[node].connected(self.now);
                self.speak(node);
            }
            Event::Tick(node) => {
                self.nodes[node].sharing.tick(self.now);
                self.speak(node);
                self.after(25 * MILLISECOND, Event::Tick(node));
            }
            Event::Request(node, tries) => self.request(node, tries),
            Event::GiveBack(node) => {
                self.nodes[node].give_back(self.wanted);
                self.excess.given_back(self.now);
                self.let_in -= 1;
            }
            Event::Arrive(from, publishing, sequence, payload) => {
                self.arrive(from, publishing, sequence, payload);
            }
            Event::Queued(node, consuming, payload) => {
                let mut delay = self.delay();
                let stuck = self.nodes[node].stuck_until;
                delay += stuck.saturating_sub(self.now);
                let at = self.in_order(Way::Replica, node, node, delay);
                self.after(at, Event::Delivered(node, consuming, self.now, payload));
            }
            Event::Delivered(node, consuming, since, payload) => {
                let is_kept = self.now - since < LONGEST_QUEUED;
                if self.nodes[node].consuming == consuming && is_kept {
                    self.nodes[node].hear(self.now, &payload);
                    self.speak(node);
                }
            }
            Event::Confirmed(node, publishing, sequence) => {
                self.nodes[node].confirmed(publishing, sequence);
                self.speak(node);
            }
            Event::Begin(fault) => self.begin(fault),
            Event::End(fault) => self.end(fault),
        }
    }

    fn request(&mut self, node: usize, tries: usize) {
        match self.nodes[node].take(self.now, self.wanted) {
            Some(true) => {
                self.let_in += 1;
                self.excess.let_in(self.now);
                if self.chance.is(self.schedule.free_percent) {
                    let answered = self.chance.between(0, 5 * MILLISECOND);
                    self.after(answered, Event::GiveBack(node));
                }
            }
            None if tries < TRIES => self.after(10 * MILLISECOND, Event::Request(node, tries + 1)),
            Some(false) | None => {}
        }
        self.speak(node);
    }

    fn speak(&mut self, node: usize) {
        while let Some((sequence, payload)) = self.nodes[node].says(self.now) {
            let delay = self.delay();
            let at = self.in_order(Way::Broker, node, node, delay);
            let publishing = self.nodes[node].publishing;
            self.after(at, Event::Arrive(node, publishing, sequence, payload));
        }
    }

    /// The broker puts a message into the queue of each replica: at one moment into all, or, where
    /// the schedule says so, into one sooner than into another. Then it confirms.
    fn arrive(&mut self, from: usize, publishing: u64, sequence: u64, payload: Bytes) {
        if self.nodes[from].publishing != publishing || !self.nodes[from].can_publish {
            return;
        }
        let mut longest = 0;
        for node in 0..self.nodes.len() {
            if !self.nodes[node].is_listening {
                continue;
            }
            let skew = match (self.schedule.is_total_order, self.schedule.slow_way) {
                (true, _) => 0,
                (false, (a, b, slow)) if (a, b) == (from, node) => slow + self.delay(),
                (false, _) => self.delay(),
            };
            let at = self.in_order(Way::Queue, from, node, skew);
            longest = longest.max(at);
            let consuming = self.nodes[node].consuming;
            self.after(at, Event::Queued(node, consuming, payload.clone()));
        }
        let back = longest + self.delay();
        self.after(back, Event::Confirmed(from, publishing, sequence));
    }

    fn delay(&mut self) -> Nanos {
        let usual = self.chance.between(50_000, 2 * MILLISECOND);
        match self.chance.between(0, 1_000) < 2 {
            true => usual + self.chance.between(0, self.schedule.longest_delay),
            false => usual,
        }
    }

    /// The time until what takes `delay` is there, and nothing that left before it is not.
    fn in_order(&mut self, way: Way, from: usize, to: usize, delay: Nanos) -> Nanos {
        let last = self.ways.entry((way, from, to)).or_default();
        *last = (*last).max(self.now + delay);
        *last - self.now
    }
}
