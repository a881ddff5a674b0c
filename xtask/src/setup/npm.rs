//! Playwright, axe and binaryen (`wasm-opt`), as `end2end/package-lock.json` pins them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use crate::{shell, step::step};

const FOLDER: &str = "end2end";

/// Installs the packages when the lock file changed since the last time.
pub(crate) fn ready() -> Result<()> {
    let lock = fs::read_to_string(Path::new(FOLDER).join("package-lock.json")).context("no npm lock file")?;
    let stamp = Path::new(FOLDER).join("node_modules/.installed-lock");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    step("Installing Playwright, axe and wasm-opt from npm", "about 15 s", || {
        let mut npm = Command::new("npm");
        npm.args(["ci", "--no-audit", "--no-fund"]).current_dir(FOLDER);
        npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        shell::retried(|| shell::quiet(&mut npm).map(drop))?;
        fs::write(stamp, lock).context("cannot write into node_modules")
    })
}

/// A program that these packages bring.
pub(crate) fn bin(name: &str) -> PathBuf {
    Path::new(FOLDER).join("node_modules/.bin").join(name)
}

/// The same from the root of the file system, for a command that starts in another folder.
pub(crate) fn absolute(name: &str) -> Result<PathBuf> {
    std::path::absolute(bin(name)).context("the current folder is gone")
}
