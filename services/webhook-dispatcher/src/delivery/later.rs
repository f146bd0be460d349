//! What waits for its place in time: deliveries to endpoints that are sent to at a rate.

use std::collections::BTreeMap;

use domain::EndpointId;
use tokio::time::Instant;

/// Each with the endpoint it is for. Places are a second away at most, so there is little.
pub struct Later<T> {
    waiting: BTreeMap<(Instant, u64), (EndpointId, T)>,
    /// Tells apart what has the same place, and keeps it in its order.
    pushed: u64,
}

impl<T> Default for Later<T> {
    fn default() -> Self {
        let (waiting, pushed) = (BTreeMap::new(), 0);
        Self { waiting, pushed }
    }
}

impl<T> Later<T> {
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub fn push(&mut self, at: Instant, endpoint: EndpointId, item: T) {
        self.pushed += 1;
        self.waiting.insert((at, self.pushed), (endpoint, item));
    }

    /// When the next is due.
    pub fn next_at(&self) -> Option<Instant> {
        self.waiting.keys().next().map(|(at, _)| *at)
    }

    /// Takes out what is due.
    pub fn due(&mut self, now: Instant) -> Vec<(EndpointId, T)> {
        let later = self.waiting.split_off(&(now, u64::MAX));
        let due = std::mem::replace(&mut self.waiting, later);
        due.into_values().collect()
    }

    /// Takes out what waits for `endpoint`.
    pub fn recall(&mut self, endpoint: EndpointId) -> Vec<T> {
        let all = std::mem::take(&mut self.waiting);
        let (recalled, kept) = all.into_iter().partition(|(_, (of, _))| *of == endpoint);
        self.waiting = kept;
        let recalled: BTreeMap<_, (EndpointId, T)> = recalled;
        recalled.into_values().map(|(_, item)| item).collect()
    }

    /// Takes out everything.
    pub fn recall_all(&mut self) -> Vec<T> {
        let all = std::mem::take(&mut self.waiting);
        all.into_values().map(|(_, item)| item).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use uuid::Uuid;

    use super::*;

    #[test]
    fn each_is_due_at_its_time_and_in_its_order() {
        let (mut later, start) = (Later::default(), Instant::now());
        let at = |ms| start + Duration::from_millis(ms);
        let endpoint = |number| EndpointId(Uuid::from_u128(number));
        assert_eq!(later.next_at(), None);
        for (ms, number, item) in [(300, 1, "d"), (100, 1, "a"), (100, 2, "b"), (200, 1, "c")] {
            later.push(at(ms), endpoint(number), item);
        }
        assert_eq!(later.next_at(), Some(at(100)));
        assert_eq!(later.due(at(99)), []);
        assert_eq!(later.due(at(100)), [(endpoint(1), "a"), (endpoint(2), "b")]);
        assert!(later.recall(endpoint(2)).is_empty());
        assert_eq!(later.recall(endpoint(1)), ["c", "d"]);
        later.push(at(400), endpoint(1), "e");
        assert_eq!(later.recall_all(), ["e"]);
        assert!(later.is_empty());
    }
}
