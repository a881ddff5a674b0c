//! Microsoft's own clients, unpatched, against the simulator over https: what they accept is faithful.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};
use nix::sys::signal::Signal;

use super::{Session, recording};
use crate::{
    build::{self, Mode},
    child::Running,
    setup::{npm, python},
    step::step,
};

/// The clients' folder, with one for each language.
const FOLDER: &str = "simulator/clients";

pub(crate) fn run(session: &Session) -> Result<()> {
    let simulator = build::programs(&session.workspace, Mode::Dev)?.simulator;
    npm::clients_ready()?;
    let folder = session.workspace.target.join("clients");
    let python = python::ready(&folder, &Path::new(FOLDER).join("python/requirements.txt"))?;
    let recordings = recording::folder(&session.workspace.target, "clients-recording")?;
    let world = World::start(&simulator, &folder, &recordings)?;

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

/// A running simulator, and how clients get to trust it.
struct World {
    url: String,
    ca_file: PathBuf,
    _simulator: Running,
}

impl World {
    fn start(simulator: &Path, folder: &Path, recordings: &Path) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let ca_file = std::path::absolute(folder.join("ca.pem"))?;
        let mut command = Command::new(simulator);
        command.args(["--listen", "127.0.0.1:0", "--mailboxes", "100", "--tls", "--ca-file"]).arg(&ca_file);
        command.arg("--record").arg(recordings.join("clients.jsonl"));
        let running = Running::start_shown("simulator", &mut command, Signal::SIGTERM)?;
        let said = running.line_starting_with("simulator listening on ", Duration::from_secs(30));
        let url = said.context("the simulator did not start")?;
        // Python's clients compare hosts without a port, and want a name.
        Ok(Self { url: url.replace("127.0.0.1", "localhost"), ca_file, _simulator: running })
    }

    /// A program that knows where the simulator is and trusts its authority. Whatever proxy this machine uses is
    /// not for its own addresses.
    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env("SIMULATOR_URL", &self.url);
        for name in ["NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"] {
            command.env(name, &self.ca_file);
        }
        for name in ["NO_PROXY", "no_proxy"] {
            command.env(name, "localhost,127.0.0.1");
        }
        command
    }
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
