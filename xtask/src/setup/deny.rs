//! cargo-deny, built from crates.io: its own binaries stand where a machine that reaches registries alone cannot get them.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::toolchain::Toolchain;
use crate::{shell, step::step};

const VERSION: &str = "0.20.2";

/// The program, built when this version is not there yet.
pub(crate) fn ready(toolchain: &Toolchain, target: &Path) -> Result<PathBuf> {
    let root = target.join("tools").join(format!("cargo-deny-{VERSION}"));
    let program = root.join("bin/cargo-deny");
    if !program.exists() {
        step("Building cargo-deny", "about 4 min, once", || {
            let mut cargo = toolchain.cargo();
            cargo.args(["install", "--quiet", "--locked", "--debug", "--version", VERSION, "cargo-deny"]);
            // It says on the error stream that its folder is on no path, as it should not be.
            shell::quiet(cargo.arg("--root").arg(&root).env("CARGO_PROFILE_DEV_DEBUG", "0")).map(drop)
        })?;
    }
    Ok(program)
}
