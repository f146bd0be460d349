//! Secrets at rest, and the randomness they are made of.

mod entropy;
mod key_ring;

pub use entropy::{Entropy, OsEntropy};
pub use key_ring::{InvalidKeyRing, KeyRing, NotSealed, Sealed, Unreadable};
pub use rand::rngs::SysError;
pub use secrecy::zeroize::Zeroizing;
