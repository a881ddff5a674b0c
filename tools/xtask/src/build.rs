//! Compiling: always the same packages with the same flags, so that nothing is built twice.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;

use crate::{
    setup::{tools, wasm::WASM},
    shell,
    step::step,
    workspace::Workspace,
};

/// The section of a program with the list of its dependencies.
const DEPENDENCIES: &[u8] = b".dep-v0";

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
    /// A web app that embeds the console; not built in [`Mode::Release`].
    pub(crate) host: PathBuf,
}

impl Programs {
    fn in_folder(workspace: &Workspace, mode: Mode) -> Self {
        let folder = workspace.target.join(mode.folder());
        let server = folder.join(&workspace.leptos.bin_package);
        Self { server, simulator: folder.join("simulator"), host: folder.join("examples/host") }
    }
}

/// Selects the tested packages: the whole workspace without the front end and xtask.
pub(crate) fn select_tests(workspace: &Workspace, command: &mut Command) {
    command.args(["--workspace", "--exclude", &workspace.leptos.lib_package, "--exclude", "xtask"]);
    lint(command);
}

/// Makes cargo compile our own crates with clippy, which compiles as rustc does and also lints; a warning is an error.
/// So nothing is compiled once for the lints and again for the tests.
fn lint(command: &mut Command) {
    command.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver");
    // The form in which `cargo clippy` passes `-D warnings`.
    command.env("CLIPPY_ARGS", "-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__");
}

/// Builds the tests with lints, and the programs that they start: the profile `test`.
pub(crate) fn tests(workspace: &Workspace) -> Result<Programs> {
    workspace.toolchain.ensure_lints()?;
    let mut cargo = workspace.toolchain.cargo();
    select_tests(workspace, cargo.args(["test", "--quiet", "--no-run"]));
    step("Building the tests, with lints", "about 8 min the first time, then seconds", || {
        shell::run(&mut cargo)
    })?;
    Ok(Programs::in_folder(workspace, Mode::Dev))
}

/// The tests of xtask, compiled with lints, with the toolchain and in the target folder of xtask itself.
pub(crate) fn own_tests() -> Command {
    let mut cargo = Command::new("cargo");
    cargo.args([
        "test",
        "--quiet",
        "--package",
        "xtask",
        "--features",
        "commands",
        "--target-dir",
        "target/xtask",
        // The profile of xtask itself: under `test` its dependencies would be compiled a second time.
        "--profile",
        "dev",
    ]);
    lint(&mut cargo);
    cargo
}

/// Builds the server and the simulator.
pub(crate) fn programs(workspace: &Workspace, mode: Mode) -> Result<Programs> {
    let server = &workspace.leptos.bin_package;
    let mut cargo = workspace.toolchain.cargo();
    if mode == Mode::Release {
        // What is shipped says what it is made of: scanners for vulnerabilities read it from the file.
        let found = tools::auditable(&workspace.toolchain, &workspace.target)?;
        let before = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(std::iter::once(found).chain(std::env::split_paths(&before)))?;
        cargo.env("PATH", path).arg("auditable");
    }
    cargo.args(["build", "--quiet", "--package", server, "--package", "simulator"]);
    let about = match mode {
        Mode::Dev => {
            cargo.args(["--bins", "--example", "host"]);
            "about 4 min the first time, then seconds"
        }
        Mode::Release => {
            cargo.arg("--release");
            "about 8 min the first time, then seconds"
        }
    };
    step("Building the server and the simulator", about, || shell::run(&mut cargo))?;
    let programs = Programs::in_folder(workspace, mode);
    if mode == Mode::Release {
        let binary = std::fs::read(&programs.server)?;
        let listed = binary.windows(DEPENDENCIES.len()).any(|name| name == DEPENDENCIES);
        anyhow::ensure!(listed, "{} carries no list of its dependencies", programs.server.display());
    }
    Ok(programs)
}

/// Builds the front end. Returns the path of the WebAssembly as compiled, not yet processed.
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
