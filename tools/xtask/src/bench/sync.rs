//! `cargo xtask bench sync`: a large directory, read by our client and by Microsoft's in alternating rounds.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::report::{self, median, number};
use crate::{
    build::{self, Mode},
    setup::{npm, python},
    simulated::{CLIENTS, Simulated},
    workspace::Workspace,
};

const LARGE: &str = "100000";
const SMALL: &str = "10000";
const ROUNDS: usize = 3;

pub(crate) fn run() -> Result<()> {
    let workspace = Workspace::ready()?;
    let programs = build::programs(&workspace, Mode::Release)?;
    npm::clients_ready()?;
    let folder = workspace.target.join("clients");
    let python = python::clients_ready(&folder)?;
    let approved = approved(&folder)?;
    let start = |mailboxes: &str| {
        let arguments = ["--mailboxes", mailboxes, "--scenario", &approved.to_string_lossy()];
        Simulated::start(&programs.simulator, &folder, &arguments)
    };

    let small = report::of(&mut ours(&start(SMALL)?, &programs.server))?;
    let simulated = start(LARGE)?;
    let mut reports: Vec<(&str, Vec<Value>)> = vec![
        ("ours", vec![]),
        ("@microsoft/microsoft-graph-client", vec![]),
        ("msgraph-sdk (Python)", vec![]),
    ];
    // In alternating rounds, so that other load on the machine affects all clients.
    for round in 0..ROUNDS {
        reports[0].1.push(report::of(&mut ours(&simulated, &programs.server))?);
        let mut node = simulated.command("node");
        node.arg("bench/read_directory.mjs").current_dir(Path::new(CLIENTS).join("node"));
        reports[1].1.push(report::of(&mut node)?);
        if round > 0 {
            continue; // It takes over ten minutes.
        }
        let mut sdk = simulated.command(&python);
        sdk.args(["-B", "-W", "ignore", "bench_read_directory.py"])
            .current_dir(Path::new(CLIENTS).join("python"));
        reports[2].1.push(report::of(&mut sdk)?);
    }

    println!(
        "\n{LARGE} mailboxes, first delta round, pages of 200, median of {ROUNDS} alternating rounds (Python: one)\n"
    );
    println!("{:<36} {:>8} {:>9} {:>9} {:>9}", "client", "users", "time s", "CPU s", "peak MB");
    for (name, reports) in &reports {
        let of = |field: &str| median(reports.iter().map(|report| number(report, field)).collect());
        let (users, time, cpu, peak) = (of("users"), of("seconds"), of("cpu_seconds"), of("peak_mb"));
        println!("{name:<36} {users:>8.0} {time:>9.2} {cpu:>9.2} {peak:>9.1}");
    }
    println!("\nours with {SMALL} mailboxes: peak {:.1} MB", number(&small, "peak_mb"));
    Ok(())
}

/// The server's command that reads a directory.
fn ours(simulated: &Simulated, server: &Path) -> Command {
    let mut command = simulated.server(server);
    command.args(["directory", "contoso.com", "--json"]);
    command
}

/// A scenario in which the organisation has approved the application.
pub(super) fn approved(folder: &Path) -> Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let file = std::path::absolute(folder.join("approved.json"))?;
    let scenario = r#"{"name":"approved","explanation":"contoso.com has approved the application.",
        "calls":[{"call":"POST /tenants/contoso.com/consent","body":{"granted":true}}]}"#;
    fs::write(&file, scenario).context("cannot write the scenario")?;
    Ok(file)
}
