//! Endurance tests: tests of `cargo xtask test`, for hundreds of seeds or rounds.

use anyhow::Result;

use crate::{shell, step::step, test::postgres::Postgres, workspace::Workspace};

/// `cargo xtask soak chaos`: directories read through a Microsoft that fails every fifth time.
pub(crate) fn chaos() -> Result<()> {
    server_tests(
        "Reading 200 directories through chaos",
        "about 15 min",
        ["all", "runs::chaos"],
        &[("DWD_CHAOS_SEEDS", 100)],
    )
}

/// `cargo xtask soak races`: every race for slots.
pub(crate) fn races() -> Result<()> {
    server_tests(
        "Racing for slots, 200 rounds each",
        "about 3 min",
        ["all", "store::races"],
        &[("DWD_RACE_ROUNDS", 200)],
    )
}

/// `cargo xtask soak crash`: the real binary killed 100 times on each database, and PostgreSQL away for 30 s.
pub(crate) fn crash() -> Result<()> {
    server_tests(
        "Killing 200 servers",
        "about 20 min",
        ["fire", ""],
        &[("DWD_CRASH_KILLS", 100), ("DWD_OUTAGE_SECONDS", 30)],
    )
}

/// Runs those of a test program of the server whose names hold `filter`, with this many seeds, rounds or seconds.
fn server_tests(
    what: &str,
    about: &str,
    [program, filter]: [&str; 2],
    numbers: &[(&str, u32)],
) -> Result<()> {
    let workspace = Workspace::ready()?;
    let postgres = step("Starting a private PostgreSQL", "about 3 s", Postgres::start)?;
    let mut tests = workspace.toolchain.cargo();
    tests.args(["test", "--package", "server", "--test", program, "--", "--nocapture", filter]);
    tests.env("DWD_TEST_POSTGRES", postgres.url());
    tests.envs(numbers.iter().map(|(variable, number)| (variable, number.to_string())));
    step(what, about, || shell::run(&mut tests))
}
