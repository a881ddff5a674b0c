//! Tests of the real binary: it is killed, frozen, cut off from its database, and stopped. The simulator in this
//! process stands for the organisation, and an HTTP client that calls the console's server functions for the
//! administrator.
//!
//! `DWD_CRASH_KILLS` is the number of kills on each database (10), `DWD_CRASH_SEED` the first seed, `DWD_OUTAGE_SECONDS`
//! is the duration of PostgreSQL's outage (5), and `DWD_DISK_ROUNDS` is the number of full disks (3).
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod backup;
mod crash;
mod deliveries;
mod disk;
mod file;
mod outage;
mod paused;
mod second;
mod secrets;
mod slow_clients;
mod stopping;
mod support;
