//! `cargo xtask bench fair`: fifty organisations connect at once, while a user presses *Reconnect*.

use anyhow::Result;

use crate::server_tests::ServerTests;

pub(crate) fn run() -> Result<()> {
    let tests = ServerTests {
        what: "Connecting 50 x 1,000 mailboxes at once, on each database",
        about: "about 3 min",
        package: "server",
        program: "all",
        filter: "runs::fairness",
        sizes: &[("DWD_FAIR_MAILBOXES", 1_000), ("DWD_FAIR_RECONNECTS", 41)],
    };
    tests.measure()
}
