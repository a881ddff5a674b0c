//! The inputs of a bundle: while they are unchanged, it is not built again.

use std::{
    fs,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use anyhow::{Context as _, Result};

/// One line per input with its size and time of change; xtask itself is an input too.
pub(crate) fn of(compiled: &Path, style: &Path, assets: &Path) -> Result<String> {
    let mut inputs = vec![own_program()?, compiled.to_owned()];
    let styles = style.parent().context("the stylesheet has no folder")?;
    inputs.extend(files(styles)?);
    if !assets.starts_with(styles) {
        inputs.extend(files(assets)?);
    }
    inputs.iter().map(|path| line(path)).collect()
}

/// The running xtask: on Linux also after a newer build has replaced its file.
fn own_program() -> Result<PathBuf> {
    let running = PathBuf::from("/proc/self/exe");
    Ok(if running.exists() { running } else { std::env::current_exe()? })
}

fn line(path: &Path) -> Result<String> {
    let metadata = path.metadata().with_context(|| format!("cannot read {}", path.display()))?;
    let time = metadata.modified()?.duration_since(UNIX_EPOCH)?.as_millis();
    Ok(format!("{} {} {time}\n", path.display(), metadata.len()))
}

/// All files below a folder, in order; none when there is no such folder.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if !folder.exists() {
        return Ok(found);
    }
    let entries: Result<Vec<_>, _> = fs::read_dir(folder)?.collect();
    for entry in entries? {
        if entry.file_type()?.is_dir() {
            found.extend(files(&entry.path())?);
        } else {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}
