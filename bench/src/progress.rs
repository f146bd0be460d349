//! What a measurement is at, said to standard error: the figures alone are for standard output.

use std::io::Write;

/// Says one line. Nobody may be listening.
pub fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "  {text}");
}
