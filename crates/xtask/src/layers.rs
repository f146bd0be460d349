//! The layer check: imports point inwards, from services to the domain.

mod rules;

use anyhow::bail;
use cargo_metadata::{DependencyKind, MetadataCommand, Package};

/// A member of the workspace and everything that its manifest names.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Member {
    name: String,
    /// Relative to the root of the workspace: `crates/bus`.
    path: String,
    imports: Vec<Import>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Import {
    /// A member or a crate from outside.
    name: String,
    /// Only in tests, examples and benches.
    dev: bool,
}

/// Checks the workspace that this program is part of.
pub(crate) fn run() -> anyhow::Result<()> {
    let members = members()?;
    let violations = rules::violations(&members);
    if !violations.is_empty() {
        bail!("{}", violations.join("\n"));
    }
    let imports: usize = members.iter().map(|member| member.imports.len()).sum();
    eprintln!(
        "layers: {} packages with {imports} imports, all pointing inwards",
        members.len()
    );
    Ok(())
}

fn members() -> anyhow::Result<Vec<Member>> {
    // Without dependencies, cargo reads our manifests only and needs no network.
    let metadata = MetadataCommand::new().no_deps().exec()?;
    let root = &metadata.workspace_root;
    let packages = metadata.workspace_packages();
    let member = |package: &&Package| -> anyhow::Result<Member> {
        let directory = package.manifest_path.parent().unwrap_or(root);
        Ok(Member {
            name: package.name.to_string(),
            path: directory.strip_prefix(root)?.to_string(),
            imports: package.dependencies.iter().map(import).collect(),
        })
    };
    packages.iter().map(member).collect()
}

fn import(dependency: &cargo_metadata::Dependency) -> Import {
    Import {
        name: dependency.name.clone(),
        dev: dependency.kind == DependencyKind::Development,
    }
}

#[cfg(test)]
mod tests;
