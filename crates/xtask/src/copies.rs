//! Files that are copied on purpose must stay copies: the outbox's SQL in each service's migrations.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// The originals, and how the names of the migrations that copy them end.
const ORIGINALS: [(&str, &str); 2] = [
    ("crates/store/sql/outbox.sql", "_outbox"),
    ("crates/store/sql/outbox_notice.sql", "_outbox_notice"),
];
const MIGRATIONS: &str = "migrations";

pub(crate) fn run() -> anyhow::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut numbers = Vec::new();
    for (original, ending) in ORIGINALS {
        let copies = copies(&root.join(MIGRATIONS), ending)?;
        let text = read(&root.join(original))?;
        for copy in &copies {
            if read(copy)? != text {
                bail!(
                    "{} differs from {original}: copy it again, unchanged",
                    copy.display()
                );
            }
        }
        numbers.push(copies.len());
        eprintln!("copies: {} of {original}, all unchanged", copies.len());
    }
    // Who has the one has the other.
    if numbers
        .iter()
        .any(|number| *number == 0 || Some(number) != numbers.first())
    {
        bail!("not every service with an outbox copies all of {ORIGINALS:?}");
    }
    Ok(())
}

/// `up.sql` of every migration whose name ends so.
fn copies(migrations: &Path, ending: &str) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for service in directories(migrations)? {
        for migration in directories(&service)? {
            if migration.to_string_lossy().ends_with(ending) {
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
