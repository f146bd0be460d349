//! What must be true in the end, whatever happened.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use super::witness::Arrival;

/// What arrived, beside what was published.
#[derive(Debug)]
pub struct Tally {
    /// Events that the broker acknowledged.
    pub events: usize,
    /// Deliveries that arrived.
    pub deliveries: usize,
    /// Those of them that were sent more than once.
    pub twice: BTreeSet<String>,
    /// All that was sent beyond once.
    pub repeated: usize,
}

impl Tally {
    /// # Panics
    /// When an endpoint did not get an event, got it under several delivery ids or sequence
    /// numbers, or sees a gap.
    pub fn of(published: &BTreeMap<String, Instant>, paths: &[&str], arrivals: &[Arrival]) -> Self {
        let mut told: BTreeMap<(&str, &str), BTreeSet<(&str, u64)>> = BTreeMap::new();
        for arrival in arrivals {
            let (path, event) = (arrival.path.as_str(), arrival.event.as_str());
            let delivery = (arrival.delivery.as_str(), arrival.sequence);
            told.entry((path, event)).or_default().insert(delivery);
        }
        for path in paths {
            let missing = published
                .keys()
                .filter(|event| !told.contains_key(&(*path, event.as_str())));
            let missing: Vec<_> = missing.collect();
            assert!(
                missing.is_empty(),
                "{} of {} never reached {path}: {missing:?}",
                missing.len(),
                published.len()
            );
            let of_it = told.iter().filter(|((own, _), _)| own == path);
            let numbers: BTreeSet<u64> = of_it
                .flat_map(|(_, deliveries)| deliveries.iter().map(|(_, sequence)| *sequence))
                .collect();
            let last = numbers.last().copied().unwrap_or_default();
            let count = u64::try_from(numbers.len()).expect("a number");
            assert_eq!(last, count, "{path} sees a gap in its sequence");
        }
        let several: Vec<_> = told.iter().filter(|(_, ids)| ids.len() != 1).collect();
        assert!(several.is_empty(), "under several ids: {several:?}");
        assert_eq!(told.len(), paths.len() * published.len(), "none but these");
        Self {
            events: published.len(),
            deliveries: told.len(),
            twice: twice(arrivals),
            repeated: arrivals.len() - told.len(),
        }
    }
}

/// The deliveries that were sent more than once.
pub fn twice(arrivals: &[Arrival]) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let again = arrivals
        .iter()
        .filter(|arrival| !seen.insert(&arrival.delivery));
    again.map(|arrival| arrival.delivery.clone()).collect()
}
