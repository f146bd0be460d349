//! The descriptions of the APIs that are committed: OpenAPI and AsyncAPI, as JSON and as YAML. They
//! are written out of the route table and the types, and never by hand.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use public_api::openapi::{self, Json, asyncapi};
use public_api::routes::Api;

const DIRECTORY: &str = "docs/api";

/// Writes them, or with `check` fails where one is not what would be written.
pub(crate) fn run(check: bool) -> anyhow::Result<()> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(DIRECTORY);
    let mut stale = Vec::new();
    for (name, text) in files()? {
        let path = directory.join(name);
        if is_current(&path, &text)? {
            continue;
        }
        stale.push(format!("{DIRECTORY}/{name}"));
        if !check {
            write(&path, &text)?;
        }
    }
    match (stale.is_empty(), check) {
        (true, _) => eprintln!("openapi: everything in {DIRECTORY} is current"),
        (false, false) => eprintln!("openapi: wrote {}", stale.join(", ")),
        (false, true) => bail!(
            "stale: {}. They are written by: cargo run -p xtask -- openapi",
            stale.join(", ")
        ),
    }
    Ok(())
}

fn files() -> anyhow::Result<Vec<(&'static str, String)>> {
    let described = |document: Result<Json, String>| document.map_err(anyhow::Error::msg);
    let openapi = described(openapi::document(Api::GaFlight))?;
    let trueflight = described(openapi::document(Api::TrueFlight))?;
    let asyncapi = described(asyncapi::document())?;
    Ok(vec![
        ("openapi.json", openapi.pretty()),
        ("openapi.yaml", openapi::yaml(&openapi)),
        ("trueflight.openapi.json", trueflight.pretty()),
        ("trueflight.openapi.yaml", openapi::yaml(&trueflight)),
        ("asyncapi.json", asyncapi.pretty()),
        ("asyncapi.yaml", openapi::yaml(&asyncapi)),
    ])
}

fn is_current(path: &PathBuf, text: &str) -> anyhow::Result<bool> {
    match std::fs::read_to_string(path) {
        Ok(found) => Ok(found == text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).context(path.display().to_string()),
    }
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    if let Some(directory) = path.parent() {
        std::fs::create_dir_all(directory)?;
    }
    std::fs::write(path, text).with_context(|| path.display().to_string())
}
