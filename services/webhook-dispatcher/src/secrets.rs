//! Signing secrets: made here, shown once, encrypted at rest, never printed.

mod key_ring;
mod signing_secret;

pub use key_ring::{KeyRing, NotSealed, Sealed, Unreadable};
pub use signing_secret::SigningSecret;
