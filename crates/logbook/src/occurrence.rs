//! Telling identical rows apart.

use std::collections::{HashMap, VecDeque};

use crate::limits::MAX_REMEMBERED_FLIGHTS;

/// Counts how often a fingerprint has come, over the last
/// [`MAX_REMEMBERED_FLIGHTS`] different ones.
///
/// Exports are sorted by date, and a fingerprint holds the date, so identical
/// rows stand close together. The window is by number and not by date because
/// a date may have any number of rows, and memory may not.
#[derive(Default)]
pub(crate) struct Occurrences {
    counts: HashMap<[u8; 32], u32>,
    order: VecDeque<[u8; 32]>,
}

impl Occurrences {
    /// How many rows of this fingerprint came before.
    pub(crate) fn number(&mut self, fingerprint: [u8; 32]) -> u32 {
        if let Some(count) = self.counts.get_mut(&fingerprint) {
            *count = count.saturating_add(1);
            return *count;
        }
        if self.order.len() == MAX_REMEMBERED_FLIGHTS {
            let oldest = self.order.pop_front();
            oldest.map(|oldest| self.counts.remove(&oldest));
        }
        self.order.push_back(fingerprint);
        self.counts.insert(fingerprint, 0);
        0
    }
}

#[cfg(test)]
mod tests {
    use super::Occurrences;
    use crate::limits::MAX_REMEMBERED_FLIGHTS;

    #[test]
    fn numbers_identical_rows_and_forgets_the_oldest() {
        let mut occurrences = Occurrences::default();
        assert_eq!(occurrences.number([7; 32]), 0);
        assert_eq!(occurrences.number([8; 32]), 0);
        assert_eq!(occurrences.number([7; 32]), 1);
        assert_eq!(occurrences.number([7; 32]), 2);
        for index in 0..MAX_REMEMBERED_FLIGHTS {
            let mut other = [0; 32];
            other[..8].copy_from_slice(&index.to_be_bytes());
            occurrences.number(other);
        }
        assert_eq!(occurrences.counts.len(), MAX_REMEMBERED_FLIGHTS);
        assert_eq!(occurrences.number([7; 32]), 0);
    }
}
