//! Versions that their authors have yanked: cargo keeps using them once they are in the lockfile.
//!
//! A package that requires exactly the versions of the lockfile, and has no lockfile itself, cannot be resolved when one
//! of them is yanked. So cargo asks the registry's index, as this machine is configured to reach it.

use std::{fmt::Write as _, fs, path::Path, process::Command};

use anyhow::{Context, Result, bail};
use rustsec::Lockfile;

/// Fails with cargo's words when a version is yanked.
pub(super) fn check(lockfile: &Path, cargo: impl Fn() -> Command) -> Result<()> {
    let lockfile = Lockfile::load(lockfile).context("reading Cargo.lock")?;
    let folder = tempfile::tempdir()?;
    fs::create_dir(folder.path().join("src"))?;
    fs::write(folder.path().join("src/lib.rs"), "")?;
    fs::write(folder.path().join("Cargo.toml"), manifest(&lockfile)?)?;
    let mut resolve = cargo();
    resolve.args(["generate-lockfile", "--quiet"]).current_dir(folder.path());
    let outcome = resolve.output().context("starting cargo")?;
    let said = String::from_utf8_lossy(&outcome.stderr);
    match (outcome.status.success(), said.contains("yanked")) {
        (true, _) => Ok(()),
        (false, true) => bail!("a version in Cargo.lock was yanked:\n{said}"),
        (false, false) => {
            println!("  NOT CHECKED for yanked versions: {}", said.lines().last().unwrap_or_default());
            Ok(())
        }
    }
}

/// A manifest that requires each registry package of the lockfile in its version, without features.
fn manifest(lockfile: &Lockfile) -> Result<String> {
    let mut text = "[package]\nname = \"yanked\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n".to_owned();
    let foreign = lockfile.packages.iter().filter(|package| package.source.is_some());
    for (n, package) in foreign.enumerate() {
        let (name, version) = (&package.name, &package.version);
        writeln!(
            text,
            "p{n} = {{ package = \"{name}\", version = \"={version}\", default-features = false, optional = true }}"
        )?;
    }
    Ok(text)
}
