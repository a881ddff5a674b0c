//! `cargo xtask bench live`: a thousand live streams while a thousand mailboxes are connected, on each database.

use std::{
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result};
use nix::sys::signal::Signal;

use super::report::{self, number};
use crate::{
    build::{self, Mode, Programs},
    child::Running,
    shell,
    step::step,
    test::postgres::Postgres,
    workspace::Workspace,
};

const STREAMS: &str = "1000";
const MAILBOXES: &str = "1000";
const START: Duration = Duration::from_secs(30);

pub(crate) fn run() -> Result<()> {
    let workspace = Workspace::ready()?;
    let programs = build::programs(&workspace, Mode::Release)?;
    let mut cargo = workspace.toolchain.cargo();
    cargo.args(["build", "--quiet", "--release", "--package", "loadtest"]);
    step("Building the load test", "about a minute the first time", || shell::run(&mut cargo))?;
    let load = programs.server.with_file_name("loadtest");

    let folder = tempfile::tempdir()?;
    let sqlite = format!("sqlite://{}/live.db", folder.path().display());
    let postgres = step("Starting a private PostgreSQL", "about 3 s", Postgres::start)?;
    let postgresql = postgres.database();
    println!(
        "{:<12} {:>7} {:>7} {:>8} {:>8} {:>7} {:>7} {:>7} {:>7} {:>7} {:>8}",
        "database",
        "events",
        "frames",
        "resumes",
        "p50 ms",
        "p95 ms",
        "p99 ms",
        "max ms",
        "time s",
        "CPU s",
        "peak MB"
    );
    for (name, url) in [("SQLite", &sqlite), ("PostgreSQL", &postgresql)] {
        let report = one(&programs, &load, url)?;
        let of = |field: &str| number(&report, field);
        println!(
            "{name:<12} {:>7.0} {:>7.0} {:>8.0} {:>8.0} {:>7.0} {:>7.0} {:>7.0} {:>7.1} {:>7.2} {:>8.1}",
            of("events"),
            of("frames"),
            of("resumes"),
            of("p50_ms"),
            of("p95_ms"),
            of("p99_ms"),
            of("max_ms"),
            of("seconds"),
            of("cpu_seconds"),
            of("peak_mb")
        );
        println!(
            "{:<12} {:.0} MB sent, for which the clients used {:.1} s of the same processors; memory {:.1} MB before the \
             streams, {:.1} MB with all of them open",
            "",
            of("megabytes"),
            of("load_cpu_seconds"),
            of("idle_mb"),
            of("open_mb")
        );
    }
    println!("\n{STREAMS} streams, every fifth one reconnects all the time; no stream missed an event");
    Ok(())
}

/// Puts the load on a server and a simulator of its own, and returns the report.
fn one(programs: &Programs, load: &Path, database: &str) -> Result<serde_json::Value> {
    let mut simulator = Command::new(&programs.simulator);
    simulator.args(["--listen", "127.0.0.1:0", "--mailboxes", "1200"]);
    let simulator = Running::start_shown("simulator", &mut simulator, Signal::SIGTERM)?;
    let microsoft = simulator.line_starting_with("simulator listening on ", START).context("no simulator")?;

    let mut server = Command::new(&programs.server);
    server.arg("serve").env("DWD_LISTEN", "127.0.0.1:0").env("DWD_DATABASE_URL", database);
    server.env("DWD_MICROSOFT_LOGIN_URL", &microsoft).env("DWD_MICROSOFT_GRAPH_URL", &microsoft);
    server.env("DWD_MICROSOFT_CLIENT_SECRET", "simulated-secret").env("DWD_HOST_API_KEY", "load");
    // A key for a temporary database.
    server.env("DWD_KEYS", format!("bench:{}", "A".repeat(43)));
    // All streams share one client address.
    server.env("DWD_RATE_FACTOR", "1000");
    server.env("LEPTOS_OUTPUT_NAME", "warmy").env("RUST_LOG", "warn");
    let server = Running::start_shown("server", &mut server, Signal::SIGTERM)?;
    let console = server.line_starting_with("listening on ", START).context("no server")?;

    let mut load = Command::new(load);
    load.args(["--console", &console, "--host-key", "load", "--pid", &server.id().to_string()]);
    load.args(["--streams", STREAMS, "--mailboxes", MAILBOXES]).stdin(Stdio::null());
    report::of(&mut load)
}
