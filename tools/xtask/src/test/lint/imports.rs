//! Imports between our crates, between the top modules of a crate, and between files.
//!
//! Nothing is compiled: the manifests come from `cargo metadata`, and the files are parsed. [`crates`] and [`modules`]
//! have the tables of allowed imports, [`cycles`] finds files that import each other. `#[cfg(test)]` code and the
//! folders `tests/`, `examples/` and `benches/` are not checked.

mod crates;
mod cycles;
mod modules;
mod references;
mod resolve;
mod tree;

use std::{collections::BTreeSet, env, fs, path::Path};

use anyhow::{Context as _, Result, bail};

use crate::workspace::{Package, Workspace};
use resolve::Import;
use tree::{Root, Tree};

/// Checks everything, prints every violation, and fails if there is one.
pub(super) fn check(workspace: &Workspace) -> Result<()> {
    let here = env::current_dir()?;
    let mut problems = crates::check(&workspace.packages);
    let (mut files, mut imports, mut top_modules) = (0, 0, 0);
    for package in &workspace.packages {
        for (root, path) in roots(package) {
            let path = path.strip_prefix(&here).unwrap_or(path);
            let tree = Tree::read(path, root, &read).with_context(|| format!("crate `{}`", package.name))?;
            let found = resolve::imports(&tree);
            if let (Root::Library, Some(table)) = (root, modules::table(&package.name)) {
                top_modules += table.len();
                problems.extend(modules::check(&package.name, table, &tree, &found));
            }
            problems.extend(cycles::check(&package.name, &tree, &found));
            files += tree.files.len();
            imports += distinct(&found);
        }
    }
    if !problems.is_empty() {
        for problem in &problems {
            println!("{problem}");
        }
        bail!("imports: {} violations", problems.len());
    }
    println!(
        "  {} crates, {top_modules} modules in {} tables, {files} files, {imports} imports between them; no cycles",
        workspace.packages.len(),
        modules::TABLES.len(),
    );
    Ok(())
}

/// The root files of a package's library and binaries.
fn roots(package: &Package) -> impl Iterator<Item = (Root, &Path)> {
    package.targets.iter().filter_map(|target| {
        let is = |kind: &str| target.kind.iter().any(|one| one == kind);
        let root = match () {
            () if is("lib") || is("cdylib") => Root::Library,
            () if is("bin") => Root::Binary,
            () => return None,
        };
        Some((root, target.src_path.as_path()))
    })
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// The number of pairs of files of which the first imports the second.
fn distinct(imports: &[Import]) -> usize {
    let pairs: BTreeSet<_> = imports.iter().map(|import| (import.from, import.to)).collect();
    pairs.len()
}

#[cfg(test)]
mod tests;
