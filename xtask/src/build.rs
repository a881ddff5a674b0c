//! Compiling: always the same packages with the same flags, so that nothing is built twice.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::{setup::toolchain::WASM, shell, step::step, workspace::Workspace};

/// How the whole product is compiled. Both modes take the flags of `.cargo/config.toml`, server and front end alike:
/// erased component types render other hydration markers than plain ones, and a mixed pair panics in the browser.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Quick to build, plain file names.
    Dev,
    /// As deployed: small and fast, hashed and precompressed files.
    Release,
}

impl Mode {
    /// The folder of native binaries inside the target folder.
    pub(crate) fn folder(self) -> &'static str {
        match self {
            Self::Dev => "debug",
            Self::Release => "release",
        }
    }
}

/// Our native programs.
pub(crate) struct Programs {
    pub(crate) server: PathBuf,
    pub(crate) simulator: PathBuf,
    /// A web app with the console in it; built in [`Mode::Dev`] only.
    pub(crate) host: PathBuf,
}

/// Builds the server and the simulator.
pub(crate) fn programs(workspace: &Workspace, mode: Mode) -> Result<Programs> {
    let server = &workspace.leptos.bin_package;
    let mut cargo = workspace.toolchain.cargo();
    cargo.args(["build", "--quiet"]);
    let about = match mode {
        Mode::Dev => {
            // The tests' selection: with fewer packages, or without the features that development
            // dependencies switch on (`--examples` does that), dependencies would be built twice.
            cargo.args(["--workspace", "--exclude", &workspace.leptos.lib_package, "--exclude", "xtask"]);
            cargo.args(["--bins", "--examples"]);
            "about 5 min the first time, then seconds"
        }
        Mode::Release => {
            cargo.args(["--release", "--package", server, "--package", "simulator"]);
            "about 8 min the first time, then seconds"
        }
    };
    step("Building the server and the simulator", about, || shell::run(&mut cargo))?;
    let folder = workspace.target.join(mode.folder());
    let host = folder.join("examples/host");
    Ok(Programs { server: folder.join(server), simulator: folder.join("simulator"), host })
}

/// Builds the front end; gives the WebAssembly as the compiler leaves it.
pub(crate) fn frontend(workspace: &Workspace, mode: Mode) -> Result<PathBuf> {
    let package = &workspace.leptos.lib_package;
    let mut cargo = workspace.toolchain.cargo();
    cargo.args(["build", "--quiet", "--package", package, "--lib", "--target", WASM]);
    let (profile, about) = match mode {
        Mode::Dev => ("debug", "about 2 min the first time, then seconds"),
        Mode::Release => {
            (workspace.leptos.lib_profile_release.as_str(), "about 3 min the first time, then a minute")
        }
    };
    if mode == Mode::Release {
        cargo.args(["--profile", profile]);
    }
    step("Building the front end", about, || shell::run(&mut cargo))?;
    let file = format!("{}.wasm", package.replace('-', "_"));
    Ok(workspace.target.join(Path::new(WASM)).join(profile).join(file))
}
