//! Endurance tests: tests of `cargo xtask test`, for hundreds of seeds or rounds.

use anyhow::Result;

use crate::{shell, step::step, test::postgres::Postgres, workspace::Workspace};

/// `cargo xtask soak chaos`: directories read through a Microsoft that fails every fifth time.
pub(crate) fn chaos() -> Result<()> {
    server_tests(
        "Reading 200 directories through chaos",
        "about 15 min",
        "runs::chaos",
        "DWD_CHAOS_SEEDS",
        100,
    )
}

/// `cargo xtask soak races`: every race for slots.
pub(crate) fn races() -> Result<()> {
    server_tests("Racing for slots, 200 rounds each", "about 3 min", "store::races", "DWD_RACE_ROUNDS", 200)
}

/// Runs the server's tests below `filter` on both databases, with this many seeds or rounds for each.
fn server_tests(what: &str, about: &str, filter: &str, variable: &str, times: u32) -> Result<()> {
    let workspace = Workspace::ready()?;
    let postgres = step("Starting a private PostgreSQL", "about 3 s", Postgres::start)?;
    let mut tests = workspace.toolchain.cargo();
    tests.args(["test", "--package", "server", "--test", "all", "--", "--nocapture", filter]);
    tests.env("DWD_TEST_POSTGRES", postgres.url()).env(variable, times.to_string());
    step(what, about, || shell::run(&mut tests))
}
