//! Real files, which are not part of this project.

use std::path::{Path, PathBuf};

/// A real export of ForeFlight, looked for in `../shared/data/foreflight` beside the work tree. Where
/// there is none, the test that asks for it is skipped, and this says so.
pub fn real_logbook(name: &str) -> Option<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/foreflight");
    let path = directory.join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: there is no real logbook at {}", path.display());
    None
}
