//! The Rust tests of every crate, with a PostgreSQL for those of the store.

use anyhow::Result;

use super::{Session, postgres::Postgres};
use crate::{shell, step::step};

/// Where the tests find PostgreSQL; a store test fails without it.
const VARIABLE: &str = "DWD_TEST_POSTGRES";

pub(crate) fn run(session: &Session) -> Result<()> {
    let frontend = &session.workspace.leptos.lib_package;
    let mut tests = session.workspace.toolchain.cargo();
    tests.args(["test", "--quiet", "--workspace", "--exclude", frontend, "--exclude", "xtask"]);
    let mut build = session.workspace.toolchain.cargo();
    build.args(["test", "--quiet", "--workspace", "--exclude", frontend, "--exclude", "xtask", "--no-run"]);

    step("Building the tests", "about 5 min the first time, then seconds", || shell::run(&mut build))?;
    let postgres = step("Starting a private PostgreSQL", "about 3 s", Postgres::start)?;
    tests.env(VARIABLE, postgres.url()).args(&session.rest);
    step("Running the tests", "about a minute", || shell::run(&mut tests))?;
    drop(postgres);
    step("Testing xtask", "a few seconds", || {
        // With the toolchain and in the folder that xtask itself was compiled with.
        let mut cargo = std::process::Command::new("cargo");
        shell::run(cargo.args(["test", "--quiet", "--package", "xtask", "--target-dir", "target/xtask"]))
    })
}
