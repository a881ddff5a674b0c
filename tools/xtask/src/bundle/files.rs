//! The site's folder, the names in it, and the hash file by which Leptos finds them.

use std::{fs, path::PathBuf};

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use crate::{build::Mode, workspace::Workspace};

/// A built site, with the server's settings for it.
pub(crate) struct Site {
    pub(crate) root: PathBuf,
    pub(crate) mode: Mode,
    package_folder: String,
    name: String,
    /// Beside the server's binary: Leptos looks for it only there.
    hash_file: PathBuf,
}

impl Site {
    /// The site of this mode, built already or not.
    pub(crate) fn new(workspace: &Workspace, mode: Mode) -> Self {
        let folder = if mode == Mode::Release { "site-release" } else { "site" };
        Self {
            root: workspace.target.join(folder),
            mode,
            package_folder: workspace.leptos.site_pkg_dir.clone(),
            name: workspace.leptos.output_name.clone(),
            hash_file: workspace.target.join(mode.folder()).join("hash.txt"),
        }
    }

    /// The folder of the WebAssembly, its glue and the stylesheet.
    pub(crate) fn package(&self) -> PathBuf {
        self.root.join(&self.package_folder)
    }

    /// Environment variables with the site's location for the server.
    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        let hashed = self.mode == Mode::Release;
        vec![
            ("LEPTOS_OUTPUT_NAME", self.name.clone()),
            ("LEPTOS_SITE_ROOT", self.root.display().to_string()),
            ("LEPTOS_SITE_PKG_DIR", self.package_folder.clone()),
            ("LEPTOS_HASH_FILES", hashed.to_string()),
            ("LEPTOS_ENV", if hashed { "PROD" } else { "DEV" }.to_owned()),
        ]
    }

    /// Whether all files of the last build still exist.
    pub(crate) fn is_complete(&self) -> bool {
        let hash_file = self.mode == Mode::Dev || self.hash_file.is_file();
        hash_file && ["js", "wasm", "css"].iter().all(|kind| self.file(kind).is_ok())
    }

    /// The built file of a kind (`js`, `wasm`, `css`).
    pub(crate) fn file(&self, kind: &str) -> Result<PathBuf> {
        let ours = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            name.starts_with(&self.name) && path.extension().is_some_and(|extension| extension == kind)
        };
        let entries = fs::read_dir(self.package()).context("the site is not built")?;
        let found = entries.filter_map(|entry| Some(entry.ok()?.path())).find(ours);
        found.with_context(|| format!("the site has no .{kind} file"))
    }

    /// Writes the three files, and for release the hash file: one line `kind: hash` each.
    pub(crate) fn write(&self, js: &str, wasm: &[u8], css: &str) -> Result<()> {
        let mut hashes = String::new();
        for (kind, bytes) in [("js", js.as_bytes()), ("wasm", wasm), ("css", css.as_bytes())] {
            let mut name = self.name.clone();
            if self.mode == Mode::Release {
                let hash = content_hash(bytes);
                name.push_str(&format!(".{hash}"));
                hashes.push_str(&format!("{kind}: {hash}\n"));
            }
            fs::write(self.package().join(format!("{name}.{kind}")), bytes)?;
        }
        if self.mode == Mode::Release {
            let folder = self.hash_file.parent().context("no folder for the hash file")?;
            fs::create_dir_all(folder)?;
            fs::write(&self.hash_file, hashes)?;
        }
        Ok(())
    }
}

/// 16 hexadecimal digits that change when the content does.
pub(crate) fn content_hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
