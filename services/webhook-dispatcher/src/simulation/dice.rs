//! Chance as a replica's randomness.

use std::sync::Mutex;

use rand::rngs::SysError;
use test_support::Chance;

use crate::entropy::Entropy;

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
            let bytes = chance.number().to_le_bytes();
            chunk.copy_from_slice(&bytes[..chunk.len()]);
        }
        Ok(())
    }
}
