//! Checks recorded answers of the simulator against Microsoft's own description of Graph.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use crate::{setup::npm, shell, step::step};

/// Creates an empty folder for recordings. Returns its absolute path.
pub(crate) fn folder(target: &Path, name: &str) -> Result<PathBuf> {
    let folder = std::path::absolute(target.join(name))?;
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    Ok(folder)
}

/// Checks every answer in a folder of recordings; none at all is a failure too.
pub(crate) fn check(folder: &Path) -> Result<()> {
    npm::clients_ready()?;
    step("Checking every answer against Microsoft's description of Graph", "a few seconds", || {
        shell::run(Command::new("node").arg("simulator/clients/node/validate.mjs").arg(folder))
    })
}
