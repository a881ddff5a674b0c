//! cargo-nextest, which runs every test in a process of its own, those of all crates in parallel.

use std::{num::NonZero, path::PathBuf, process::Command};

use anyhow::Result;

use crate::{build, setup::tools::Tools, test::postgres::Postgres, workspace::Workspace};

/// Environment variable with the URL of PostgreSQL; store tests fail without it.
pub(crate) const POSTGRES: &str = "DWD_TEST_POSTGRES";

/// The runner.
pub(crate) struct Nextest<'a> {
    workspace: &'a Workspace,
    program: PathBuf,
}

impl<'a> Nextest<'a> {
    /// Installs it when it is missing.
    pub(crate) fn ready(workspace: &'a Workspace) -> Result<Self> {
        let program = Tools::ready(&workspace.toolchain, &workspace.target)?.nextest;
        Ok(Self { workspace, program })
    }

    /// The command that runs all tests, unless added arguments select some; `.config/nextest.toml` configures it.
    pub(crate) fn run(&self, postgres: &Postgres) -> Command {
        let mut tests = self.workspace.toolchain.command(&self.program);
        build::select_tests(self.workspace, tests.args(["nextest", "run", "--cargo-quiet"]));
        // Many tests wait for a database, for another process or for a lease to end.
        let processors = std::thread::available_parallelism().map_or(2, NonZero::get);
        tests.env("NEXTEST_TEST_THREADS", (2 * processors).to_string());
        tests.env(POSTGRES, postgres.url());
        tests
    }

    /// The report of the last run, in JUnit's format.
    pub(crate) fn report(&self) -> PathBuf {
        self.workspace.target.join("nextest/default/junit.xml")
    }
}
