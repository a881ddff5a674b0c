//! `cargo xtask soak chaos`: directories read through a Microsoft that fails every fifth time.

use anyhow::Result;

use crate::{shell, step::step, test::postgres::Postgres, workspace::Workspace};

/// For each of the two databases.
const SEEDS: u32 = 100;

pub(crate) fn run() -> Result<()> {
    let workspace = Workspace::ready()?;
    let postgres = step("Starting a private PostgreSQL", "about 3 s", Postgres::start)?;
    let mut tests = workspace.toolchain.cargo();
    tests.args(["test", "--package", "server", "--test", "all", "--", "--nocapture", "runs::chaos"]);
    tests.env("DWD_TEST_POSTGRES", postgres.url()).env("DWD_CHAOS_SEEDS", SEEDS.to_string());
    step("Reading 200 directories through chaos", "about 15 min", || shell::run(&mut tests))
}
