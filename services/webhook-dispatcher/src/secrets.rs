//! Signing secrets: made here, shown once, encrypted at rest, never printed.

mod signing_secret;

pub use ::secrets::{KeyRing, NotSealed, Sealed, Unreadable};
pub use signing_secret::SigningSecret;
