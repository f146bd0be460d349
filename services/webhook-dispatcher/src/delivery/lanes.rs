//! Who is next: a queue for each endpoint, taken in turns.

use std::collections::{HashMap, VecDeque};

use domain::EndpointId;

use super::room::Share;

/// What waits for its attempt, and how many are under way. Pure: it knows neither time nor
/// network.
pub struct Lanes<T> {
    /// Attempts under way at one time, to all endpoints. Where slow ones take it up, quick ones may have
    /// half as much besides, and both together never more than twice as much.
    most_in_flight: usize,
    lanes: HashMap<EndpointId, Lane<T>>,
    proven: Turns,
    unproven: Turns,
    /// Whose turn it is, so that neither kind waits for the other.
    unproven_next: bool,
}

struct Lane<T> {
    queue: VecDeque<T>,
    in_flight: usize,
    share: Share,
    has_turn: bool,
}

#[derive(Default)]
struct Turns {
    order: VecDeque<EndpointId>,
    in_flight: usize,
}

impl<T> Lanes<T> {
    pub fn new(most_in_flight: usize) -> Self {
        Self {
            most_in_flight,
            lanes: HashMap::new(),
            proven: Turns::default(),
            unproven: Turns::default(),
            unproven_next: false,
        }
    }

    pub fn in_flight(&self) -> usize {
        self.proven.in_flight + self.unproven.in_flight
    }

    /// Lets `item` wait behind what waits for the same endpoint.
    pub fn push(&mut self, endpoint: EndpointId, share: Share, item: T) {
        let lane = self.lanes.entry(endpoint).or_insert_with(|| Lane {
            queue: VecDeque::new(),
            in_flight: 0,
            share,
            has_turn: false,
        });
        lane.queue.push_back(item);
        self.give_turn(endpoint);
    }

    /// The next whose attempt may begin. It counts as under way until [`Lanes::finished`].
    pub fn next(&mut self) -> Option<T> {
        let (half, all) = (self.most_in_flight.div_ceil(2), self.in_flight());
        if all >= self.most_in_flight {
            let is_crowded_out = self.proven.in_flight < half && all < self.most_in_flight * 2;
            return is_crowded_out.then(|| self.next_of(true)).flatten();
        }
        let unproven_may = self.unproven.in_flight < half;
        self.unproven_next = !self.unproven_next;
        match (self.unproven_next, unproven_may) {
            (true, true) => self.next_of(false).or_else(|| self.next_of(true)),
            (false, true) => self.next_of(true).or_else(|| self.next_of(false)),
            (_, false) => self.next_of(true),
        }
    }

    /// An attempt to `endpoint` has ended, and its share is now this.
    pub fn finished(&mut self, endpoint: EndpointId, share: Share) {
        let Some(lane) = self.lanes.get_mut(&endpoint) else {
            return;
        };
        lane.in_flight = lane.in_flight.saturating_sub(1);
        let kind = lane.share.proven;
        let turns = self.turns(kind);
        turns.in_flight = turns.in_flight.saturating_sub(1);
        self.changed(endpoint, share);
        self.forget_if_idle(endpoint);
    }

    /// The share of `endpoint` is now this.
    pub fn changed(&mut self, endpoint: EndpointId, share: Share) {
        let Some(lane) = self.lanes.get_mut(&endpoint) else {
            return;
        };
        let (before, under_way) = (lane.share, lane.in_flight);
        lane.share = share;
        if before.proven != share.proven {
            let left = self.turns(before.proven);
            left.in_flight = left.in_flight.saturating_sub(under_way);
            self.turns(share.proven).in_flight += under_way;
            self.take_turn(endpoint, before.proven);
        }
        self.give_turn(endpoint);
    }

    /// Takes out what waits for `endpoint`.
    pub fn recall(&mut self, endpoint: EndpointId) -> Vec<T> {
        let Some(lane) = self.lanes.get_mut(&endpoint) else {
            return Vec::new();
        };
        let recalled = lane.queue.drain(..).collect();
        self.forget_if_idle(endpoint);
        recalled
    }

    /// How many wait for `endpoint`.
    pub fn waiting(&self, endpoint: EndpointId) -> usize {
        self.lanes.get(&endpoint).map_or(0, |lane| lane.queue.len())
    }

    /// Takes out what waits for `endpoint` behind the first `most`.
    pub fn shrink(&mut self, endpoint: EndpointId, most: usize) -> Vec<T> {
        let lane = self.lanes.get_mut(&endpoint);
        lane.filter(|lane| lane.queue.len() > most)
            .map(|lane| lane.queue.split_off(most).into())
            .unwrap_or_default()
    }

    /// Takes out everything that waits.
    pub fn recall_all(&mut self) -> Vec<T> {
        let mut endpoints: Vec<_> = self.lanes.keys().copied().collect();
        endpoints.sort_unstable();
        endpoints
            .into_iter()
            .flat_map(|endpoint| self.recall(endpoint))
            .collect()
    }

    fn next_of(&mut self, proven: bool) -> Option<T> {
        while let Some(endpoint) = self.turns(proven).order.pop_front() {
            let Some(lane) = self.lanes.get_mut(&endpoint) else {
                continue;
            };
            lane.has_turn = false;
            if lane.in_flight >= lane.share.limit {
                continue;
            }
            let Some(item) = lane.queue.pop_front() else {
                continue;
            };
            lane.in_flight += 1;
            self.turns(proven).in_flight += 1;
            self.give_turn(endpoint);
            return Some(item);
        }
        None
    }

    fn give_turn(&mut self, endpoint: EndpointId) {
        let Some(lane) = self.lanes.get_mut(&endpoint) else {
            return;
        };
        if lane.has_turn || lane.queue.is_empty() || lane.in_flight >= lane.share.limit {
            return;
        }
        lane.has_turn = true;
        let proven = lane.share.proven;
        self.turns(proven).order.push_back(endpoint);
    }

    fn take_turn(&mut self, endpoint: EndpointId, proven: bool) {
        if let Some(lane) = self.lanes.get_mut(&endpoint)
            && lane.has_turn
        {
            lane.has_turn = false;
            self.turns(proven)
                .order
                .retain(|waiting| *waiting != endpoint);
        }
    }

    fn forget_if_idle(&mut self, endpoint: EndpointId) {
        if let Some(lane) = self.lanes.get(&endpoint)
            && lane.queue.is_empty()
            && lane.in_flight == 0
        {
            let proven = lane.share.proven;
            self.take_turn(endpoint, proven);
            self.lanes.remove(&endpoint);
        }
    }

    fn turns(&mut self, proven: bool) -> &mut Turns {
        if proven {
            &mut self.proven
        } else {
            &mut self.unproven
        }
    }
}

#[cfg(test)]
mod tests;
