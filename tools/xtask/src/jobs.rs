//! `cargo xtask bench NAME` and `cargo xtask soak NAME`: jobs that are too long for every test run.

use anyhow::{Result, bail};

use crate::{bench, soak};

/// The arguments of both commands.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Name of the job; `cargo xtask` lists them
    name: String,
}

/// A measurement or an endurance test, run by its name.
pub(crate) struct Job {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    run: fn() -> Result<()>,
}

/// Measurements. Adding one is a line here and a file in `bench/`.
pub(crate) const BENCH: &[Job] = &[
    Job {
        name: "sync",
        about: "a directory of 100,000 read by our client and by Microsoft's",
        run: bench::sync::run,
    },
    Job {
        name: "probe",
        about: "1,000 mailboxes opened as fast as Exchange permits",
        run: bench::probe::run,
    },
    Job { name: "fair", about: "50 organisations at once, and a reconnect meanwhile", run: bench::fair::run },
    Job {
        name: "live",
        about: "1,000 live streams while 1,000 mailboxes are connected",
        run: bench::live::run,
    },
    Job {
        name: "table",
        about: "100,000 rows in Chromium, beside TanStack Virtual on React",
        run: bench::table::run,
    },
    Job {
        name: "updates",
        about: "the list in Chromium while 500 of its rows change every second",
        run: bench::updates::run,
    },
    Job {
        name: "scale",
        about: "10,000 organisations of 10,000 mailboxes, calculated and simulated, and the limit that breaks first",
        run: bench::scale::run,
    },
];

/// Endurance tests. Adding one is a line here and a function in `soak.rs`.
pub(crate) const SOAK: &[Job] = &[
    Job {
        name: "browsers",
        about: "the main job in Firefox and in WebKit, with pictures",
        run: soak::browsers,
    },
    Job {
        name: "chaos",
        about: "200 directories read while Microsoft fails every fifth time",
        run: soak::chaos,
    },
    Job {
        name: "crash",
        about: "200 servers killed in the middle of a run, and a database that is unavailable for 30 s",
        run: soak::crash,
    },
    Job {
        name: "deliveries",
        about: "a sender of notifications frozen beyond its lease, 200 times for each destination",
        run: soak::deliveries,
    },
    Job {
        name: "disk",
        about: "the disk full 20 times during runs: nothing that was acknowledged is lost",
        run: soak::disk,
    },
    Job {
        name: "faults",
        about: "every fault of a mailbox, a user or a page, in 200 organisations: nothing else is affected",
        run: soak::faults,
    },
    Job {
        name: "keyboard",
        about: "200 rounds of keys typed without waiting for the page, on processors of random speed",
        run: soak::keyboard,
    },
    Job { name: "races", about: "every race for slots, 200 rounds on each database", run: soak::races },
    Job {
        name: "sequences",
        about: "random sequences of operations on slots and runs, 1,000 on each database",
        run: soak::sequences,
    },
    Job {
        name: "year",
        about: "a simulated year of 5,000 people, hour by hour, 4,000 of them connected, on each database",
        run: soak::year,
    },
];

/// Runs the named job.
pub(crate) fn run(jobs: &[Job], args: &Args) -> Result<()> {
    if let Some(job) = jobs.iter().find(|job| job.name == args.name) {
        return (job.run)();
    }
    let names: Vec<_> = jobs.iter().map(|job| job.name).collect();
    if names.is_empty() {
        bail!("there are none yet")
    }
    bail!("no `{}`; there are: {}", args.name, names.join(", "))
}
