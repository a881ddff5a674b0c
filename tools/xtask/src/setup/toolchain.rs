//! One Rust toolchain for everything: server, tests, lints and WebAssembly.
//!
//! Two toolchains cannot share a target folder's artefacts, so one is chosen at the start: the active one
//! when it has the wasm32 library or rustup can add it, else the toolchain `wasm` of [`super::debian_rust`].

use std::{ffi::OsStr, process::Command, time::Duration};

use anyhow::Result;

use super::{
    apt, debian_rust,
    wasm::{WASM, has_wasm},
};
use crate::{shell, step::step};

/// The chosen toolchain.
pub(crate) enum Toolchain {
    /// The developer's active toolchain.
    Active,
    /// rustup's toolchain `wasm`, made from Debian's packages.
    Debian,
}

impl Toolchain {
    /// The toolchain to use, installed when it is missing.
    pub(crate) fn ready() -> Result<Self> {
        if has_wasm(None) {
            return Ok(Self::Active);
        }
        if has_wasm(Some(debian_rust::NAME)) {
            return Ok(Self::Debian);
        }
        let added = step("Adding the WebAssembly library with rustup", "about 10 s", || {
            let mut rustup = Command::new("rustup");
            let add = rustup.args(["target", "add", WASM]).env("RUSTUP_MAX_RETRIES", "0");
            Ok(shell::succeeds_within(add, Duration::from_secs(60)) && has_wasm(None))
        })?;
        if added {
            return Ok(Self::Active);
        }
        eprintln!("  rustup cannot reach its server: using Debian's Rust instead");
        debian_rust::install()?;
        Ok(Self::Debian)
    }

    /// A cargo of this toolchain.
    pub(crate) fn cargo(&self) -> Command {
        self.command("cargo")
    }

    /// A program that calls cargo, with this toolchain and without the variables that cargo set for xtask.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
                command.env_remove(&name);
            }
        }
        if matches!(self, Self::Debian) {
            command.env("RUSTUP_TOOLCHAIN", debian_rust::NAME);
        }
        command
    }

    /// Makes sure that `cargo fmt` and `cargo clippy` exist.
    pub(crate) fn ensure_lints(&self) -> Result<()> {
        let there = |tool| shell::ask(self.cargo().args([tool, "--version"])).is_some();
        if there("fmt") && there("clippy") {
            return Ok(());
        }
        match self {
            Self::Active => {
                shell::run(Command::new("rustup").args(["component", "add", "clippy", "rustfmt"]))
            }
            Self::Debian => apt::install(debian_rust::LINTS, "Installing clippy and rustfmt", "about 10 s"),
        }
    }

    /// Its name and version.
    pub(crate) fn describe(&self) -> String {
        let version = shell::ask(self.cargo().arg("--version")).unwrap_or_default();
        match self {
            Self::Active => version,
            Self::Debian => format!("{version}, rustup toolchain `{}`", debian_rust::NAME),
        }
    }
}
