//! Any text is given as an address.
#![no_main]

use std::sync::LazyLock;

use egress::Egress;
use libfuzzer_sys::fuzz_target;

#[allow(dead_code, reason = "the other target's")]
mod inputs;
#[path = "../../tests/egress/oracle.rs"]
mod oracle;
mod setup;
#[path = "../../tests/egress/spelling.rs"]
#[allow(dead_code, reason = "the other target's")]
mod spelling;

static GUARDS: LazyLock<[Egress; 2]> = LazyLock::new(setup::guards);

fuzz_target!(|input: &[u8]| {
    let [strict, development] = &*GUARDS;
    inputs::url(strict, development, input);
});
