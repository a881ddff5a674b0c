//! The browser of the end-to-end tests: Debian's Chromium, or the one that `CHROMIUM` names.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use super::apt;

/// The path of a Chromium, installed when there is none.
pub(crate) fn ready() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("CHROMIUM").map(PathBuf::from) {
        ensure!(path.is_file(), "CHROMIUM={} is not a file", path.display());
        return Ok(path);
    }
    let path = PathBuf::from("/usr/bin/chromium");
    if !path.is_file() {
        apt::install(&["chromium"], "Installing Chromium", "about 30 s")?;
    }
    ensure!(path.is_file(), "the package `chromium` did not bring {}", path.display());
    Ok(path)
}

/// Installs the console's preferred typeface, so that screenshots look as on most machines.
pub(crate) fn typeface_ready() -> Result<()> {
    if Path::new("/usr/share/fonts/opentype/inter").is_dir() {
        return Ok(());
    }
    apt::install(&["fonts-inter"], "Installing the typeface Inter", "about 10 s")
}
