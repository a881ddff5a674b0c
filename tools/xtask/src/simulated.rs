//! A simulator over https for third-party programs, with the settings that make them trust it.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context as _, Result};
use nix::sys::signal::Signal;

use crate::child::Running;

/// The folder of Microsoft's clients, with one for each language.
pub(crate) const CLIENTS: &str = "simulator/clients";

/// A running simulator; dropping it stops it.
pub(crate) struct Simulated {
    pub(crate) url: String,
    ca_file: PathBuf,
    _running: Running,
}

impl Simulated {
    /// Starts one on a free port; its authority's certificate goes into `folder`.
    pub(crate) fn start(simulator: &Path, folder: &Path, arguments: &[&str]) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let ca_file = std::path::absolute(folder.join("ca.pem"))?;
        let mut command = Command::new(simulator);
        command.args(["--listen", "127.0.0.1:0", "--tls", "--ca-file"]).arg(&ca_file).args(arguments);
        let running = Running::start_shown("simulator", &mut command, Signal::SIGTERM)?;
        let address = running.line_starting_with("simulator listening on ", Duration::from_secs(30));
        let url = address.context("the simulator did not start")?;
        // Python's clients compare hosts without a port, and need a name.
        Ok(Self { url: url.replace("127.0.0.1", "localhost"), ca_file, _running: running })
    }

    /// A command with the simulator's URL that trusts its authority. Local addresses bypass any proxy of this machine.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
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

    /// Our server, pointed at this simulator.
    pub(crate) fn server(&self, server: &Path) -> Command {
        let mut command = self.command(server);
        command.env("DWD_MICROSOFT_LOGIN_URL", &self.url).env("DWD_MICROSOFT_GRAPH_URL", &self.url);
        command.env("DWD_MICROSOFT_CLIENT_SECRET", "simulated-secret").env("RUST_LOG", "warn");
        command
    }
}
