//! Where randomness comes from.

use rand::TryRng;
use rand::rngs::{SysError, SysRng};

/// A source of bytes that nobody can guess.
pub trait Entropy: Send + Sync + 'static {
    /// Fills `buffer`, or fails; it is then not to be used.
    fn fill(&self, buffer: &mut [u8]) -> Result<(), SysError>;
}

/// The operating system's generator.
pub struct OsEntropy;

impl Entropy for OsEntropy {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), SysError> {
        SysRng.try_fill_bytes(buffer)
    }
}
