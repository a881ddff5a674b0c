//! The compilation target of the front end, and whether a toolchain has its library.

use std::{path::Path, process::Command};

use anyhow::{Context as _, Result};

use crate::shell;

/// The compilation target of the front end.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// Whether a toolchain (none: the active one) has the wasm32 standard library.
pub(crate) fn has_wasm(name: Option<&str>) -> bool {
    let mut rustc = Command::new("rustc");
    rustc.args(["--print", "target-libdir", "--target", WASM]);
    if let Some(name) = name {
        rustc.env("RUSTUP_TOOLCHAIN", name);
    }
    shell::ask(&mut rustc).is_some_and(|folder| holds_std(Path::new(&folder)).unwrap_or(false))
}

fn holds_std(folder: &Path) -> Result<bool> {
    let entries = folder.read_dir().context("no such library folder")?;
    let mut names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    // rustup's file carries a hash, the one that we build does not.
    Ok(names.any(|name| name == "libstd.rlib" || (name.starts_with("libstd-") && name.ends_with(".rlib"))))
}
