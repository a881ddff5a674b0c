//! Microsoft's own clients, unpatched, against the simulator over https: answers that they accept are faithful.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail, ensure};

use super::{recording, session::Session};
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
    let simulated = Simulated::start(
        &simulator,
        &folder,
        &["--mailboxes", "100", "--record", &recording.to_string_lossy()],
    )?;

    step("Microsoft's JavaScript clients: tokens, directory, mailboxes", "about 20 s", || {
        let mut node = simulated.command("node");
        node.current_dir(Path::new(FOLDER).join("node"));
        node.args(["--test", "--test-concurrency=1", "--test-reporter=tap"]);
        let text = shown(&mut node)?;
        complete(&text, "# skipped 0") // node reports the number of skipped tests in one line
    })?;
    step("Microsoft's Python clients: tokens, directory, mailboxes", "about 40 s", || {
        let mut tests = simulated.command(&python);
        tests.current_dir(Path::new(FOLDER).join("python"));
        tests.args(["-B", "-W", "ignore", "-m", "unittest", "discover", "-v"]).env_remove("PYTHONDEVMODE");
        let text = shown(&mut tests)?;
        // With skipped tests it is `OK (skipped=1)`.
        complete(&text, "OK")
    })?;
    drop(simulated);
    recording::check(&recordings)
}

/// Runs a command to its end, prints a summary of its output, and returns the output.
fn shown(command: &mut Command) -> Result<String> {
    let output =
        command.stdin(Stdio::null()).output().with_context(|| format!("cannot start {command:?}"))?;
    let text = [String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)].concat();
    if !output.status.success() {
        println!("{text}");
        bail!("the clients do not accept the simulator ({})", output.status);
    }
    for line in text.lines().filter(|line| line.starts_with("# pass") || line.starts_with("Ran ")) {
        println!("  {}", line.trim_start_matches("# "));
    }
    Ok(text)
}

/// Fails when a test was skipped.
fn complete(text: &str, line: &str) -> Result<()> {
    ensure!(text.lines().any(|one| one == line), "some tests were skipped:\n{text}");
    Ok(())
}
