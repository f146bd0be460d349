//! Chance that a seed repeats.

use std::sync::Mutex;
use std::time::Duration;

use rand::rngs::SysError;

use crate::entropy::Entropy;

/// SplitMix64 (Steele, Lea and Flood, 2014).
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From `low` up to, and without, `high`.
    pub(super) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low).max(1)
    }

    pub(super) fn is(&mut self, percent: u64) -> bool {
        self.between(0, 100) < percent
    }

    pub(super) fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end).unwrap()).unwrap()
    }

    /// Whole milliseconds, below `end`.
    pub(super) fn milliseconds(&mut self, end: u64) -> Duration {
        Duration::from_millis(self.between(0, end))
    }
}

/// The same, as a replica's randomness.
pub(super) struct Dice(Mutex<Chance>);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(Mutex::new(Chance::new(seed)))
    }
}

impl Entropy for Dice {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), SysError> {
        let mut chance = self.0.lock().unwrap();
        for chunk in buffer.chunks_mut(8) {
            let bytes = chance.next().to_le_bytes();
            chunk.copy_from_slice(&bytes[..chunk.len()]);
        }
        Ok(())
    }
}
