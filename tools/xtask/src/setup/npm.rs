//! Playwright, axe and binaryen (`wasm-opt`), as `end2end/package-lock.json` pins them; Microsoft's clients, as
//! `simulator/clients/node/package-lock.json` does.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use crate::{shell, step::step};

const FOLDER: &str = "end2end";
const PEERS: &str = "end2end/peers";
const CLIENTS: &str = "simulator/clients/node";

/// Installs the packages when the lock file changed since the last time.
pub(crate) fn ready() -> Result<()> {
    install(FOLDER, "Installing Playwright, axe and wasm-opt from npm", "about 15 s")
}

/// The same for Microsoft's clients and the check of their answers.
pub(crate) fn clients_ready() -> Result<()> {
    install(CLIENTS, "Installing Microsoft's JavaScript clients from npm", "about 20 s")
}

/// The same for the React table that ours is compared with.
pub(crate) fn peers_ready() -> Result<()> {
    install(PEERS, "Installing React, TanStack Virtual and esbuild from npm", "about 5 s")
}

fn install(folder: &str, what: &str, about: &str) -> Result<()> {
    let lock = fs::read_to_string(Path::new(folder).join("package-lock.json")).context("no npm lock file")?;
    let stamp = Path::new(folder).join("node_modules/.installed-lock");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    step(what, about, || {
        let mut npm = Command::new("npm");
        npm.args(["ci", "--no-audit", "--no-fund"]).current_dir(folder);
        npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        shell::retried(|| shell::quiet(&mut npm).map(drop))?;
        fs::write(stamp, lock).context("cannot write into node_modules")
    })
}

/// The path of a program from these packages.
pub(crate) fn bin(name: &str) -> PathBuf {
    Path::new(FOLDER).join("node_modules/.bin").join(name)
}

/// The same as an absolute path, for a command that starts in another folder.
pub(crate) fn absolute(name: &str) -> Result<PathBuf> {
    std::path::absolute(bin(name)).context("the current folder is gone")
}
