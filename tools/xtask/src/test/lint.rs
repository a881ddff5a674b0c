//! Formatting, imports and lints, of Rust for both targets and of the end-to-end tests' TypeScript; the reference of
//! the configuration.

mod imports;

use std::process::Command;

use anyhow::Result;

use super::session::Session;
use crate::{
    build, docs,
    setup::{npm, wasm::WASM},
    shell,
    step::step,
};

pub(crate) fn run(session: &Session) -> Result<()> {
    let workspace = &session.workspace;
    workspace.toolchain.ensure_lints()?;
    let frontend = &workspace.leptos.lib_package;
    let cargo = |arguments: &[&str]| shell::run(workspace.toolchain.cargo().args(arguments));

    step("Checking the formatting", "a second", || cargo(&["fmt", "--all", "--check"]))?;
    step("Checking the imports between our crates, modules and files", "a few seconds", || {
        imports::check(workspace)
    })?;
    npm::ready()?;
    step("Checking the types of the end-to-end tests", "a few seconds", || {
        shell::run(Command::new(npm::absolute("tsc")?).args(["--noEmit", "--project", "end2end"]))
    })?;
    // Separately: in one build, the feature `ssr` would leak into the browser's code.
    step("clippy, WebAssembly", "about 1 min the first time, then seconds", || {
        cargo(&["clippy", "--quiet", "-p", frontend, "--lib", "--target", WASM, "--", "-D", "warnings"])
    })?;
    let server = build::tests(workspace)?.server;
    step("Checking the reference of the configuration", "a second", || docs::check(&server))?;
    step("Building the tests of xtask, with lints", "a few seconds", || {
        shell::run(build::own_tests().arg("--no-run"))
    })
}
