//! Icons, fonts and other files that are served unchanged.

use std::{fs, path::Path};

use anyhow::{Context as _, Result};

use super::stamp;

/// Copies a folder's content, with its sub-folders.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    for file in stamp::files(from)? {
        let destination = to.join(file.strip_prefix(from)?);
        let folder = destination.parent().context("an asset has no folder")?;
        fs::create_dir_all(folder)?;
        fs::copy(&file, &destination).with_context(|| format!("cannot copy {}", file.display()))?;
    }
    Ok(())
}
