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

    // In alternating rounds, so that other load on the machine affects all clients. Python takes minutes for the small
    // directory already.
    println!("\nfirst delta round of users of real size, pages of 200, median of alternating rounds\n");
    println!(
        "{:<36} {:>7} {:>9} {:>9} {:>9} {:>9}",
        "client", "rounds", "users", "time s", "CPU s", "peak MB"
    );
    for (mailboxes, rounds, with_python) in [(SMALL, 1, true), (LARGE, ROUNDS, false)] {
        let simulated = start(mailboxes)?;
        let (mut own, mut graph_client, mut sdk) = (vec![], vec![], vec![]);
        for _ in 0..rounds {
            own.push(report::of(&mut ours(&simulated, &programs.server))?);
            let mut node = simulated.command("node");
            node.arg("bench/read_directory.mjs").current_dir(Path::new(CLIENTS).join("node"));
            graph_client.push(report::of(&mut node)?);
        }
        if with_python {
            let mut python = simulated.command(&python);
            python
                .args(["-B", "-W", "ignore", "bench_read_directory.py"])
                .current_dir(Path::new(CLIENTS).join("python"));
            sdk.push(report::of(&mut python)?);
        }
        row("ours", &own);
        row("@microsoft/microsoft-graph-client", &graph_client);
        row("msgraph-sdk (Python)", &sdk);
    }
    Ok(())
}

/// The medians of a client's reports, if it has any.
fn row(name: &str, reports: &[Value]) {
    if reports.is_empty() {
        return;
    }
    let of = |field: &str| median(reports.iter().map(|report| number(report, field)).collect());
    let (users, time, cpu, peak) = (of("users"), of("seconds"), of("cpu_seconds"), of("peak_mb"));
    println!("{name:<36} {:>7} {users:>9.0} {time:>9.2} {cpu:>9.2} {peak:>9.1}", reports.len());
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
