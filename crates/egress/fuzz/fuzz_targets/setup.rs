//! The clients that both targets ask.

use egress::{Egress, Settings};

/// As in production, and as in development. No request is made.
pub fn guards() -> [Egress; 2] {
    [false, true].map(|allow_loopback| {
        let settings = Settings {
            allow_loopback,
            ..Settings::default()
        };
        Egress::new(&settings).expect("the client is set up")
    })
}
