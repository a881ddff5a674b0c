//! The server's tests at a size that is too large for every test run.

use anyhow::Result;

use crate::{shell, step::step, test::postgres::Postgres, workspace::Workspace};

/// Some of the server's tests, at full size.
pub(crate) struct ServerTests<'a> {
    pub(crate) what: &'a str,
    /// How long it takes.
    pub(crate) about: &'a str,
    /// The test program they are in.
    pub(crate) program: &'a str,
    /// The path of the tests, as `cargo test` takes it.
    pub(crate) filter: &'a str,
    /// The environment variables that make them large.
    pub(crate) sizes: &'a [(&'a str, u32)],
}

impl ServerTests<'_> {
    /// Runs them on both databases at the same time.
    pub(crate) fn run(&self) -> Result<()> {
        self.go(&[], &[])
    }

    /// The same as a measurement: optimised, and one after the other.
    pub(crate) fn measure(&self) -> Result<()> {
        self.go(&["--release"], &["--test-threads=1"])
    }

    fn go(&self, build: &[&str], run: &[&str]) -> Result<()> {
        let workspace = Workspace::ready()?;
        let command = || {
            let mut tests = workspace.toolchain.cargo();
            tests.args(["test", "--quiet", "--package", "server", "--test", self.program]).args(build);
            tests
        };
        step("Building the tests", "about 5 min the first time, then seconds", || {
            shell::run(command().arg("--no-run"))
        })?;
        let postgres = step("Starting a private PostgreSQL", "about 3 s", Postgres::start)?;
        let mut tests = command();
        tests.args(["--", "--nocapture"]).args(run).arg(self.filter);
        tests.env("DWD_TEST_POSTGRES", postgres.url());
        tests.envs(self.sizes.iter().map(|(name, size)| (name, size.to_string())));
        step(self.what, self.about, || shell::run(&mut tests))
    }
}
