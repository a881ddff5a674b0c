//! Endurance tests: tests of `cargo xtask test`, for hundreds of seeds or rounds.

use anyhow::Result;

use crate::{server_tests::ServerTests, shell, step::step, test::e2e};

/// `cargo xtask soak chaos`: directories read through a Microsoft that fails every fifth time.
pub(crate) fn chaos() -> Result<()> {
    let tests = ServerTests {
        what: "Reading 200 directories through chaos",
        about: "about 15 min",
        program: "all",
        filter: "runs::chaos",
        sizes: &[("DWD_CHAOS_SEEDS", 100)],
    };
    tests.run()
}

/// `cargo xtask soak races`: every race for slots.
pub(crate) fn races() -> Result<()> {
    let tests = ServerTests {
        what: "Racing for slots, 200 rounds each",
        about: "about 3 min",
        program: "all",
        filter: "store::races",
        sizes: &[("DWD_RACE_ROUNDS", 200)],
    };
    tests.run()
}

/// `cargo xtask soak sequences`: whatever happens to slots and runs, in whatever order.
pub(crate) fn sequences() -> Result<()> {
    let tests = ServerTests {
        what: "Playing 1,000 random sequences on each database",
        about: "about 30 min",
        program: "all",
        filter: "store::sequences",
        sizes: &[("DWD_SEQUENCES", 1_000)],
    };
    tests.run()
}

/// `cargo xtask soak crash`: the real binary killed 100 times on each database, and PostgreSQL away for 30 s.
pub(crate) fn crash() -> Result<()> {
    let tests = ServerTests {
        what: "Killing 200 servers",
        about: "about 20 min",
        program: "fire",
        filter: "",
        sizes: &[("DWD_CRASH_KILLS", 100), ("DWD_OUTAGE_SECONDS", 30)],
    };
    tests.run()
}

/// `cargo xtask soak year`: a year of one organisation, every hour of it, and what it asks of Microsoft.
pub(crate) fn year() -> Result<()> {
    let tests = ServerTests {
        what: "Living through a year, hour by hour",
        about: "about 12 min",
        program: "all",
        filter: "runs::year",
        sizes: &[("DWD_YEAR_SLOTS", 4_000), ("DWD_YEAR_STEP", 1)],
    };
    tests.measure()
}

/// `cargo xtask soak keyboard`: menus, dialogs, the panel and the list by the keyboard, with pauses from 0 to 50 ms
/// between keys and a processor that is up to eight times slower.
pub(crate) fn keyboard() -> Result<()> {
    let mut playwright = e2e::alone("soak.config.ts")?;
    step("Typing 200 rounds in Chromium", "about 3 min", || shell::run(&mut playwright))
}
