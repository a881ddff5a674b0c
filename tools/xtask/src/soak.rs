//! Endurance tests: tests of `cargo xtask test`, for hundreds of seeds or rounds.

use anyhow::Result;

use crate::{
    server_tests::ServerTests, setup::other_browsers, shell, step::step, test::e2e, workspace::Workspace,
};

/// `cargo xtask soak chaos`: directories read while Microsoft fails every fifth time.
pub(crate) fn chaos() -> Result<()> {
    let tests = ServerTests {
        what: "Reading 200 directories while Microsoft fails",
        about: "about 15 min",
        package: "server",
        program: "all",
        filter: "runs::chaos",
        sizes: &[("DWD_CHAOS_SEEDS", 100)],
    };
    tests.run()
}

/// `cargo xtask soak faults`: every fault shape on one random mailbox, user or page of an organisation.
pub(crate) fn faults() -> Result<()> {
    let tests = ServerTests {
        what: "Placing every fault in 200 organisations",
        about: "about 20 min",
        package: "server",
        program: "all",
        filter: "runs::blast_radius",
        sizes: &[("DWD_BLAST_SEEDS", 100)],
    };
    tests.run()
}

/// `cargo xtask soak races`: every race for slots.
pub(crate) fn races() -> Result<()> {
    let tests = ServerTests {
        what: "Racing for slots, 200 rounds each",
        about: "about 3 min",
        package: "store",
        program: "store",
        filter: "races",
        sizes: &[("DWD_RACE_ROUNDS", 200)],
    };
    tests.run()
}

/// `cargo xtask soak sequences`: random sequences of operations on slots and runs.
pub(crate) fn sequences() -> Result<()> {
    let tests = ServerTests {
        what: "Playing 1,000 random sequences on each database",
        about: "about 30 min",
        package: "store",
        program: "store",
        filter: "sequences",
        sizes: &[("DWD_SEQUENCES", 1_000)],
    };
    tests.run()
}

/// `cargo xtask soak crash`: the real binary killed 100 times on each database, and PostgreSQL unavailable for 30 s.
pub(crate) fn crash() -> Result<()> {
    let tests = ServerTests {
        what: "Killing 200 servers",
        about: "about 20 min",
        package: "server",
        program: "process",
        filter: "",
        sizes: &[("DWD_CRASH_KILLS", 100), ("DWD_OUTAGE_SECONDS", 30)],
    };
    tests.run()
}

/// `cargo xtask soak deliveries`: two senders, one of them frozen for longer than its lease, 200 times for each destination.
pub(crate) fn deliveries() -> Result<()> {
    let tests = ServerTests {
        what: "Freezing a sender 200 times for each destination",
        about: "about 5 min",
        package: "server",
        program: "process",
        filter: "deliveries",
        sizes: &[("DWD_DELIVERY_ROUNDS", 200)],
    };
    tests.run()
}

/// `cargo xtask soak disk`: the disk is full 20 times during runs and other writes.
pub(crate) fn disk() -> Result<()> {
    let tests = ServerTests {
        what: "Filling the disk 20 times",
        about: "about 2 min",
        package: "server",
        program: "process",
        filter: "disk",
        sizes: &[("DWD_DISK_ROUNDS", 20)],
    };
    tests.run()
}

/// `cargo xtask soak year`: a simulated year of one organisation, hour by hour, and its requests to Microsoft.
pub(crate) fn year() -> Result<()> {
    let tests = ServerTests {
        what: "Simulating a year, hour by hour",
        about: "about 12 min",
        package: "server",
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

/// `cargo xtask soak browsers`: the main job in Firefox and in WebKit. Pictures are in `end2end/test-results`.
pub(crate) fn browsers() -> Result<()> {
    let mut playwright = e2e::alone("browsers.config.ts")?;
    playwright.envs(other_browsers::ready(&Workspace::ready()?)?.environment());
    // WebKit's browser has no mode without a display.
    let mut displayed = shell::inside(&["xvfb-run", "--auto-servernum"], &playwright);
    step("The main job in Firefox and in WebKit", "about 2 min", || shell::run(&mut displayed))
}
