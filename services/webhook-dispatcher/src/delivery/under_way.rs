//! Attempts under way, and which of them take long.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::EndpointId;
use tokio::time::Instant;

use super::attempt::SLOW;

/// Those that are not slow so far, in the order in which they began. An attempt that hangs tells how
/// its endpoint answers long before it ends.
#[derive(Default)]
pub struct UnderWay {
    quick_so_far: BTreeMap<u64, (Instant, EndpointId)>,
    begun: u64,
}

impl UnderWay {
    /// Between two looks for slow ones.
    pub const LOOK: Duration = Duration::from_millis(250);

    /// An attempt begins, and gets a number.
    pub fn begin(&mut self, endpoint: EndpointId, now: Instant) -> u64 {
        self.begun += 1;
        self.quick_so_far.insert(self.begun, (now, endpoint));
        self.begun
    }

    /// An attempt has ended. False: [`UnderWay::slow`] has told of it.
    pub fn end(&mut self, number: u64) -> bool {
        self.quick_so_far.remove(&number).is_some()
    }

    /// The endpoints of those that have become slow, each attempt told of once.
    pub fn slow(&mut self, now: Instant) -> Vec<EndpointId> {
        let is_slow = |(began, _): &(Instant, EndpointId)| now.duration_since(*began) >= SLOW;
        let mut slow = Vec::new();
        while let Some(first) = self.quick_so_far.first_entry()
            && is_slow(first.get())
        {
            let (_, endpoint) = first.remove();
            slow.push(endpoint);
        }
        slow
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_hangs_is_told_of_once_and_what_has_ended_never() {
        let (mut under_way, start) = (UnderWay::default(), Instant::now());
        let endpoint = |number| EndpointId(Uuid::from_u128(number));
        let ends = under_way.begin(endpoint(1), start);
        let hangs = under_way.begin(endpoint(2), start);
        let later = under_way.begin(endpoint(2), start + SLOW / 2);
        assert!(under_way.end(ends));
        assert_eq!(under_way.slow(start + SLOW / 2), []);
        assert_eq!(under_way.slow(start + SLOW), [endpoint(2)]);
        assert_eq!(under_way.slow(start + SLOW), []);
        assert!(!under_way.end(hangs));
        assert!(under_way.end(later));
        assert_eq!(under_way.slow(start + SLOW * 2), []);
    }
}
