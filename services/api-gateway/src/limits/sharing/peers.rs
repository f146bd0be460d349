//! The other replicas.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use super::super::bucket::Nanos;
use super::nanos;

/// Whoever was heard of within this is there, and answers.
const PRESENT: Duration = Duration::from_secs(3);
/// Whoever was not heard of for this gives nothing out any more: what it knew of keys has ended.
const FORGOTTEN: Duration = Duration::from_secs(60);

struct Peer {
    /// The sequence of its last message; none when something may have been missed since.
    sequence: Option<u64>,
    heard_at: Nanos,
}

#[derive(Default)]
pub(super) struct Peers(HashMap<u64, Peer>);

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard {
    InOrder,
    AfterAGap,
    /// It says it once more.
    Before,
}

impl Peers {
    pub(super) fn heard(&mut self, replica: u64, sequence: u64, now: Nanos) -> Heard {
        let peer = self.0.entry(replica).or_insert(Peer {
            sequence: None,
            heard_at: now,
        });
        peer.heard_at = now;
        let heard = match peer.sequence {
            None => Heard::InOrder,
            Some(last) if sequence <= last => return Heard::Before,
            Some(last) if sequence == last + 1 => Heard::InOrder,
            Some(_) => Heard::AfterAGap,
        };
        peer.sequence = Some(sequence);
        heard
    }

    /// Something may have been missed of everybody.
    pub(super) fn forget_sequences(&mut self) {
        self.0.values_mut().for_each(|peer| peer.sequence = None);
    }

    pub(super) fn forget(&mut self, replica: u64) {
        self.0.remove(&replica);
    }

    pub(super) fn forget_silent(&mut self, now: Nanos) {
        self.0
            .retain(|_, peer| now.saturating_sub(peer.heard_at) < nanos(FORGOTTEN));
    }

    /// Those that are there.
    pub(super) fn present(&self, now: Nanos) -> HashSet<u64> {
        let present = |peer: &Peer| now.saturating_sub(peer.heard_at) < nanos(PRESENT);
        let peers = self.0.iter().filter(|(_, peer)| present(peer));
        peers.map(|(replica, _)| *replica).collect()
    }

    /// Those that may be giving something out.
    pub(super) fn count(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_noticed_and_a_repetition_is_not_heard_twice() {
        let mut peers = Peers::default();
        let mut hear = |sequence| peers.heard(7, sequence, 0);
        assert_eq!(hear(5), Heard::InOrder, "the first may have any number");
        assert_eq!(hear(6), Heard::InOrder);
        assert_eq!(hear(5), Heard::Before);
        assert_eq!(hear(8), Heard::AfterAGap);
        assert_eq!(hear(9), Heard::InOrder);
        peers.forget_sequences();
        assert_eq!(peers.heard(7, 20, 0), Heard::InOrder);
    }

    #[test]
    fn who_is_silent_is_gone_after_a_while_and_counts_for_longer() {
        let mut peers = Peers::default();
        peers.heard(7, 1, 0);
        let later = nanos(PRESENT);
        assert_eq!(peers.present(later - 1).len(), 1);
        assert!(peers.present(later).is_empty());
        peers.forget_silent(nanos(FORGOTTEN) - 1);
        assert_eq!(peers.count(), 1);
        peers.forget_silent(nanos(FORGOTTEN));
        assert_eq!(peers.count(), 0);
    }
}
