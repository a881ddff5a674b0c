//! Installs missing tools: all of them on a bare machine; without missing ones it takes no time.

pub(crate) mod apt;
pub(crate) mod chromium;
pub(crate) mod debian_rust;
pub(crate) mod npm;
pub(crate) mod other_browsers;
pub(crate) mod postgres;
pub(crate) mod python;
pub(crate) mod toolchain;
pub(crate) mod tools;
pub(crate) mod wasm;

use anyhow::Result;

/// `cargo xtask setup`: all of it.
pub(crate) fn everything() -> Result<()> {
    let toolchain = toolchain::Toolchain::ready()?;
    toolchain.ensure_lints()?;
    npm::ready()?;
    println!("toolchain:  {}", toolchain.describe());
    println!("wasm-opt:   {}", npm::bin("wasm-opt").display());
    println!("Chromium:   {}", chromium::ready()?.display());
    println!("PostgreSQL: {}", postgres::ready()?.display());
    Ok(())
}
