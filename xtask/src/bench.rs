//! `cargo xtask bench NAME`: measurements that are too long for every test run.

use anyhow::{Result, bail};

/// The command's arguments.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Which one; `cargo xtask` lists them
    name: String,
}

/// Something that can be named after `bench`.
pub(crate) struct Job {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    run: fn() -> Result<()>,
}

/// All of them. Adding one is a line here and a file in `bench/`.
pub(crate) const JOBS: &[Job] = &[];

/// Runs the named one.
pub(crate) fn run(args: &Args) -> Result<()> {
    match JOBS.iter().find(|job| job.name == args.name) {
        Some(job) => (job.run)(),
        None if JOBS.is_empty() => bail!("there are no measurements yet"),
        None => {
            let names: Vec<_> = JOBS.iter().map(|job| job.name).collect();
            bail!("no bench named `{}`; there are: {}", args.name, names.join(", "))
        }
    }
}
