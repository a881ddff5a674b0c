//! `cargo xtask test [PART]`: all checks.

mod clients;
mod deny;
pub(crate) mod e2e;
mod lint;
mod native;
pub(crate) mod pictures;
pub(crate) mod postgres;
mod recording;
mod release;
mod session;
mod size;
mod slowest;

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::{interrupt, step::Seconds, workspace::Workspace};
use session::Session;

/// The command's arguments.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Run this part alone; `cargo xtask` lists them
    part: Option<String>,
    /// For the part's own runner: `cargo xtask test e2e -- --grep slots`
    #[arg(last = true)]
    rest: Vec<String>,
}

/// A part of the checks, which is run and reported separately.
pub(crate) struct Part {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    run: fn(&Session) -> Result<()>,
}

/// All of them, in the order of a whole run: quick ones first. Adding one is a line here and a file in `test/`.
pub(crate) const PARTS: &[Part] = &[
    Part {
        name: "lint",
        about: "formatting, imports, types of the end-to-end tests, clippy, the reference of the settings",
        run: lint::run,
    },
    Part { name: "deny", about: "licences, banned crates, sources, known vulnerabilities", run: deny::run },
    Part { name: "native", about: "Rust tests, on SQLite and a private PostgreSQL", run: native::run },
    Part {
        name: "clients",
        about: "Microsoft's own clients against the simulator, its answers against their description",
        run: clients::run,
    },
    Part { name: "release", about: "the release build with its bundle", run: release::run },
    Part { name: "size", about: "size of the browser's download, against its budget", run: size::run },
    Part { name: "e2e", about: "end-to-end tests in Chromium, on the release build", run: e2e::run },
];

/// Runs one part or all; any failure fails the command.
pub(crate) fn run(args: &Args) -> Result<()> {
    let parts: Vec<&Part> = match &args.part {
        None if args.rest.is_empty() => PARTS.iter().collect(),
        None => bail!("arguments after `--` need a PART before them"),
        Some(name) => vec![PARTS.iter().find(|part| part.name == name).with_context(|| unknown(name))?],
    };
    let workspace = Workspace::ready()?;
    let session = Session::new(workspace, args.rest.clone());
    let interrupted = interrupt::listen()?;
    let mut results = Vec::new();
    for part in parts {
        results.push(one(part, &session));
        if interrupted.try_recv().is_ok() {
            bail!("interrupted during `{}`", part.name);
        }
    }

    slowest::print(&mut session.slowest.take());
    println!();
    for (name, time, passed) in &results {
        println!("{name:<10} {:<7} {}", if *passed { "passed" } else { "FAILED" }, Seconds(*time));
    }
    println!("{:<18} {}", "total", Seconds(results.iter().map(|(_, time, _)| *time).sum()));
    let passed = results.iter().filter(|(.., passed)| *passed).count();
    let failed = results.len() - passed;
    println!("{passed} passed, {failed} failed");
    std::process::exit(i32::from(failed > 0))
}

fn one(part: &Part, session: &Session) -> (&'static str, Duration, bool) {
    println!("\n━━ {}: {}", part.name, part.about);
    let start = Instant::now();
    let result = (part.run)(session);
    if let Err(error) = &result {
        eprintln!("{} failed: {error:#}", part.name);
    }
    (part.name, start.elapsed(), result.is_ok())
}

fn unknown(name: &str) -> String {
    let names: Vec<_> = PARTS.iter().map(|part| part.name).collect();
    format!("no part named `{name}`; there are: {}", names.join(", "))
}
