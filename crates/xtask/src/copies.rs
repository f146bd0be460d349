//! Files that are copied on purpose must stay copies: the outbox's SQL in each service's migrations.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

const ORIGINAL: &str = "crates/store/sql/outbox.sql";
const MIGRATIONS: &str = "migrations";

pub(crate) fn run() -> anyhow::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let original = read(&root.join(ORIGINAL))?;
    let copies = copies(&root.join(MIGRATIONS))?;
    if copies.is_empty() {
        bail!("no migration creates the outbox: is {MIGRATIONS} the right place?");
    }
    for copy in &copies {
        if read(copy)? != original {
            bail!(
                "{} differs from {ORIGINAL}: copy it again, unchanged",
                copy.display()
            );
        }
    }
    eprintln!("copies: {} of {ORIGINAL}, all unchanged", copies.len());
    Ok(())
}

/// `up.sql` of every migration that is named for the outbox.
fn copies(migrations: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for service in directories(migrations)? {
        for migration in directories(&service)? {
            if migration.to_string_lossy().ends_with("_outbox") {
                found.push(migration.join("up.sql"));
            }
        }
    }
    Ok(found)
}

fn directories(parent: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(parent).with_context(|| parent.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            found.push(path);
        }
    }
    Ok(found)
}

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| path.display().to_string())
}
