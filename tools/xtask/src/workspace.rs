//! Paths and crates of the workspace, and the front end's settings in `Cargo.toml`.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::{setup::toolchain::Toolchain, shell};

/// The workspace's folder.
pub(crate) fn root() -> Result<PathBuf> {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Ok(PathBuf::from(here).ancestors().nth(2).context("xtask is not inside a workspace")?.to_owned())
}

/// The workspace with its toolchain: what every build step needs.
pub(crate) struct Workspace {
    pub(crate) toolchain: Toolchain,
    /// The one target folder of everything but xtask.
    pub(crate) target: PathBuf,
    pub(crate) leptos: Leptos,
    /// Our own crates.
    pub(crate) packages: Vec<Package>,
}

impl Workspace {
    /// Chooses the toolchain, which may install one, and reads the workspace's metadata.
    pub(crate) fn ready() -> Result<Self> {
        let toolchain = Toolchain::ready()?;
        let json = shell::quiet(toolchain.cargo().args(["metadata", "--no-deps", "--format-version", "1"]))?;
        let metadata: Metadata = serde_json::from_str(&json).context("cannot read `cargo metadata`")?;
        let leptos = metadata.metadata.leptos.into_iter().next();
        let leptos = leptos.context("Cargo.toml has no [[workspace.metadata.leptos]]")?;
        Ok(Self { toolchain, target: metadata.target_directory, leptos, packages: metadata.packages })
    }
}

#[derive(Deserialize)]
struct Metadata {
    target_directory: PathBuf,
    metadata: Tables,
    packages: Vec<Package>,
}

/// A crate of the workspace: the names are cargo's.
#[derive(Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) dependencies: Vec<Dependency>,
    pub(crate) targets: Vec<Target>,
}

/// A dependency in a manifest.
#[derive(Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// `dev` or `build`; nothing for an ordinary one.
    pub(crate) kind: Option<String>,
}

/// What cargo compiles from one root file.
#[derive(Deserialize)]
pub(crate) struct Target {
    /// Such as `lib`, `bin` or `test`.
    pub(crate) kind: Vec<String>,
    pub(crate) src_path: PathBuf,
}

#[derive(Deserialize)]
struct Tables {
    leptos: Vec<Leptos>,
}

/// `[[workspace.metadata.leptos]]`: the names are cargo-leptos's.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Leptos {
    pub(crate) output_name: String,
    pub(crate) bin_package: String,
    pub(crate) lib_package: String,
    pub(crate) lib_profile_release: String,
    pub(crate) site_pkg_dir: String,
    pub(crate) style_file: PathBuf,
    pub(crate) assets_dir: PathBuf,
    pub(crate) browserquery: String,
}
