//! The server's binary as a child process.

use std::time::Duration;

use nix::sys::signal::Signal;
use tokio::process::Command;

use super::program::Program;

/// The same for all servers on a database.
const KEYS: &str = "a:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
pub(crate) const HOST_KEY: &str = "host-key-of-the-tests";

/// The settings of a process.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) database_url: String,
    pub(crate) microsoft: String,
    pub(crate) lease_seconds: u16,
    /// A `host:port` to which webhooks may go.
    pub(crate) webhook_host: Option<String>,
    pub(crate) smtp_url: Option<String>,
    /// The most files that it may have open; `None` for the system's limit.
    pub(crate) files: Option<u32>,
    /// As of `RUST_LOG`.
    pub(crate) log: String,
}

pub(crate) struct Server {
    pub(crate) program: Program,
    pub(crate) url: String,
    /// Its name in leases.
    pub(crate) owner: String,
}

impl Server {
    /// Starts a server and waits until it serves.
    pub(crate) async fn start(name: &str, settings: &Settings) -> Self {
        let program = Self::launch(name, settings);
        let owner = program.wait_for_output(0, "this process leases work owner=").await;
        let url = program.wait_for_output(0, "listening on ").await;
        Self { program, url, owner }
    }

    /// Starts a server that may fail to start.
    pub(crate) fn launch(name: &str, settings: &Settings) -> Program {
        let mut command = Command::new("prlimit");
        if let Some(files) = settings.files {
            command.arg(format!("--nofile={files}:{files}"));
        }
        command
            .args([env!("CARGO_BIN_EXE_server"), "serve"])
            .env("RUST_LOG", &settings.log)
            .env("NO_COLOR", "1")
            .env("RUST_BACKTRACE", "0")
            .env("LEPTOS_OUTPUT_NAME", "warmy")
            .env("LEPTOS_SITE_ADDR", "127.0.0.1:0")
            .env("DWD_LISTEN", "127.0.0.1:0")
            .env("DWD_DATABASE_URL", &settings.database_url)
            .env("DWD_LEASE_SECONDS", settings.lease_seconds.to_string())
            .env("DWD_MICROSOFT_LOGIN_URL", &settings.microsoft)
            .env("DWD_MICROSOFT_GRAPH_URL", &settings.microsoft)
            .env("DWD_MICROSOFT_CLIENT_SECRET", simulator::Options::CLIENT_SECRET)
            .env("DWD_KEYS", KEYS)
            // All requests come from one address.
            .env("DWD_RATE_FACTOR", "100")
            .env("DWD_HOST_API_KEY", HOST_KEY);
        if let Some(host) = &settings.webhook_host {
            command.env("DWD_WEBHOOK_ALLOW_HOST", host);
        }
        if let Some(url) = &settings.smtp_url {
            command.env("DWD_SMTP_URL", url).env("DWD_MAIL_FROM", "Warmy <alerts@example.com>");
        }
        Program::start(name, &mut command)
    }

    /// Sends SIGTERM and waits for a successful exit, up to 25 s.
    pub(crate) async fn stop(mut self) {
        self.program.signal(Signal::SIGTERM);
        let status = self.program.ended(Duration::from_secs(25)).await;
        assert!(status.success(), "{status}");
    }
}

/// Runs `server slots check`. Returns whether it succeeded, and its output.
pub(crate) async fn slots_check(database_url: &str) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_server"))
        .args(["slots", "check", "--database-url", database_url])
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    (output.status.success(), String::from_utf8(output.stdout).unwrap())
}
