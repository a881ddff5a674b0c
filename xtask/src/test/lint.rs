//! Formatting and lints, of Rust for both targets and of the end-to-end tests' TypeScript.

use std::process::Command;

use anyhow::Result;

use super::Session;
use crate::{
    build,
    setup::{npm, toolchain::WASM},
    shell,
    step::step,
};

pub(crate) fn run(session: &Session) -> Result<()> {
    let workspace = &session.workspace;
    workspace.toolchain.ensure_lints()?;
    let frontend = &workspace.leptos.lib_package;
    let cargo = |arguments: &[&str]| shell::run(workspace.toolchain.cargo().args(arguments));

    step("Checking the formatting", "a second", || cargo(&["fmt", "--all", "--check"]))?;
    npm::ready()?;
    step("Checking the types of the end-to-end tests", "a few seconds", || {
        shell::run(Command::new(npm::absolute("tsc")?).args(["--noEmit", "--project", "end2end"]))
    })?;
    // Apart from the rest: together, `ssr` would leak into what the browser runs.
    step("clippy, WebAssembly", "about 1 min the first time, then seconds", || {
        cargo(&["clippy", "--quiet", "-p", frontend, "--lib", "--target", WASM, "--", "-D", "warnings"])
    })?;
    build::tests(workspace)?;
    step("Building the tests of xtask, with lints", "a few seconds", || {
        shell::run(build::own_tests().arg("--no-run"))
    })
}
