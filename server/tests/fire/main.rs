//! The real binary under fire: killed, stopped, cut off from its database, asked to end. The organisation is played by
//! the simulator in this process, the administrator by an HTTP client that calls what the console calls.
//!
//! `DWD_CRASH_KILLS` is the number of kills on each database (10), `DWD_CRASH_SEED` the first seed, and
//! `DWD_OUTAGE_SECONDS` says how long PostgreSQL stays away (5).
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod crash;
mod outage;
mod paused;
mod second;
mod stopping;
mod support;
