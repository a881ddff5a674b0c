//! Microsoft's own clients, unpatched, against the simulator over https: what they accept is faithful.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail, ensure};

use super::{Session, recording};
use crate::{
    build,
    setup::{npm, python},
    simulated::{CLIENTS as FOLDER, Simulated},
    step::step,
};

pub(crate) fn run(session: &Session) -> Result<()> {
    let simulator = build::tests(&session.workspace)?.simulator;
    npm::clients_ready()?;
    let folder = session.workspace.target.join("clients");
    let python = python::clients_ready(&folder)?;
    let recordings = recording::folder(&session.workspace.target, "clients-recording")?;
    let recording = recordings.join("clients.jsonl");
    let world = Simulated::start(
        &simulator,
        &folder,
        &["--mailboxes", "100", "--record", &recording.to_string_lossy()],
    )?;

    step("Microsoft's JavaScript clients: tokens, directory, mailboxes", "about 15 s", || {
        let mut node = world.command("node");
        node.current_dir(Path::new(FOLDER).join("node"));
        node.args(["--test", "--test-concurrency=1", "--test-reporter=tap"]);
        let said = shown(&mut node)?;
        complete(&said, "# skipped 0") // node counts what it left out in one line
    })?;
    step("Microsoft's Python clients: tokens, directory, mailboxes", "about 40 s", || {
        let mut tests = world.command(&python);
        tests.current_dir(Path::new(FOLDER).join("python"));
        tests.args(["-B", "-W", "ignore", "-m", "unittest", "discover", "-v"]).env_remove("PYTHONDEVMODE");
        let said = shown(&mut tests)?;
        // `OK (skipped=1)` otherwise.
        complete(&said, "OK")
    })?;
    drop(world);
    recording::check(&recordings)
}

/// Runs a command to its end; its output is shown, and is the answer.
fn shown(command: &mut Command) -> Result<String> {
    let output =
        command.stdin(Stdio::null()).output().with_context(|| format!("cannot start {command:?}"))?;
    let said = [String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)].concat();
    if !output.status.success() {
        println!("{said}");
        bail!("the clients do not accept the simulator ({})", output.status);
    }
    for line in said.lines().filter(|line| line.starts_with("# pass") || line.starts_with("Ran ")) {
        println!("  {}", line.trim_start_matches("# "));
    }
    Ok(said)
}

/// A test that was left out proves nothing.
fn complete(said: &str, line: &str) -> Result<()> {
    ensure!(said.lines().any(|one| one == line), "some tests were skipped:\n{said}");
    Ok(())
}
