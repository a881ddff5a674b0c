//! The server's tests with sizes that are too large for every test run.

use anyhow::Result;

use crate::{
    build,
    nextest::{self, Nextest},
    shell,
    step::step,
    test::postgres::Postgres,
    workspace::Workspace,
};

/// Some of the server's tests, at full size.
pub(crate) struct ServerTests<'a> {
    pub(crate) what: &'a str,
    /// How long it takes.
    pub(crate) about: &'a str,
    pub(crate) package: &'a str,
    /// The test program they are in.
    pub(crate) program: &'a str,
    /// The path of the tests, as `cargo test` takes it.
    pub(crate) filter: &'a str,
    /// The environment variables that set their size.
    pub(crate) sizes: &'a [(&'a str, u32)],
}

impl ServerTests<'_> {
    /// Runs them on both databases at the same time. The output of each test is shown when it ends.
    pub(crate) fn run(&self) -> Result<()> {
        let workspace = Workspace::ready()?;
        build::tests(&workspace)?;
        let nextest = Nextest::ready(&workspace)?;
        let postgres = step("Starting a private PostgreSQL", "about 3 s", Postgres::start)?;
        let mut tests = nextest.run(&postgres);
        let these =
            format!("package({}) and binary({}) and test(/^{}/)", self.package, self.program, self.filter);
        tests.args(["--success-output", "immediate", "--filterset", &these]);
        tests.envs(self.sizes());
        step(self.what, self.about, || shell::run(&mut tests))
    }

    /// The same as a measurement: optimised, and one after the other.
    pub(crate) fn measure(&self) -> Result<()> {
        let workspace = Workspace::ready()?;
        let command = || {
            let mut tests = workspace.toolchain.cargo();
            tests.args(["test", "--quiet", "--release", "--package", self.package, "--test", self.program]);
            tests
        };
        step("Building the tests", "about 8 min the first time, then seconds", || {
            shell::run(command().arg("--no-run"))
        })?;
        let postgres = step("Starting a private PostgreSQL", "about 3 s", Postgres::start)?;
        let mut tests = command();
        tests.args(["--", "--nocapture", "--test-threads=1", self.filter]);
        tests.env(nextest::POSTGRES, postgres.url()).envs(self.sizes());
        step(self.what, self.about, || shell::run(&mut tests))
    }

    fn sizes(&self) -> impl Iterator<Item = (&str, String)> {
        self.sizes.iter().map(|(name, size)| (*name, size.to_string()))
    }
}
