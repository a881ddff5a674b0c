//! PostgreSQL's programs for the tests: the newest version installed by Debian's packages.

use std::{fs, path::PathBuf};

use anyhow::{Context as _, Result};

use super::apt;

/// The folder with `initdb` and `postgres`, installed when there is none.
pub(crate) fn ready() -> Result<PathBuf> {
    if let Some(folder) = newest() {
        return Ok(folder);
    }
    apt::install(&["postgresql"], "Installing PostgreSQL", "about 20 s")?;
    newest().context("the package `postgresql` contains no server")
}

fn newest() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut found: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let version = entry.file_name().to_str()?.parse().ok()?;
            let bin = entry.path().join("bin");
            bin.join("initdb").is_file().then_some((version, bin))
        })
        .collect();
    found.sort();
    found.pop().map(|(_, bin)| bin)
}
