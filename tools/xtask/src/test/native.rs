//! The Rust tests of every crate, with a PostgreSQL for those of the store.

use anyhow::Result;

use super::{postgres::Postgres, session::Session, slowest};
use crate::{build, nextest::Nextest, shell, step::step};

pub(crate) fn run(session: &Session) -> Result<()> {
    let workspace = &session.workspace;
    build::tests(workspace)?;
    let nextest = Nextest::ready(workspace)?;
    let postgres = step("Starting a private PostgreSQL", "about 3 s", Postgres::start)?;
    let report = nextest.report();
    let mut tests = nextest.run(&postgres);
    tests.args(&session.rest);
    let passed = step("Running the tests", "about 7 min", || shell::run(&mut tests));
    session.keep_times(passed, slowest::of_nextest(&report))?;
    drop(postgres);
    if session.rest.is_empty() {
        step("Testing the examples of the documentation", "a few seconds", || {
            let mut cargo = workspace.toolchain.cargo();
            build::select_tests(workspace, cargo.args(["test", "--quiet", "--doc"]));
            shell::run(&mut cargo)
        })?;
        step("Testing xtask", "a few seconds", || shell::run(&mut build::own_tests()))?;
    }
    Ok(())
}
