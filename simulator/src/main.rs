//! The command line of the simulator.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use clap::{CommandFactory as _, FromArgMatches as _, Parser};
use simulator::{Cloud, Options, Scenario};
use url::Url;
use uuid::Uuid;

/// Simulates Microsoft 365 over real HTTP: sign-in, admin consent, tokens, Graph directory and mailboxes, throttling,
/// faults, and a clock that can be moved forward.
///
/// Open the printed address in a browser to see the tenants, the accounts to sign in with, and every control.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    /// Address to listen on; port 0 takes any free port
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Number of mailboxes of contoso.com (starts at once with up to about 100,000)
    #[arg(long, default_value_t = 1200)]
    mailboxes: u32,
    /// Determines the people: the same seed gives the same directory, ids included
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Base of every link in answers, for use behind a proxy [default: the host that the request was sent to]
    #[arg(long)]
    public_url: Option<Url>,
    /// Milliseconds added to every answer of the sign-in service and of Graph
    #[arg(long, default_value_t = 0)]
    latency_ms: u64,
    /// Client id of the registered multi-tenant application
    #[arg(long, default_value_t = Options::CLIENT_ID)]
    client_id: Uuid,
    /// Client secret of the registered application
    #[arg(long, default_value = Options::CLIENT_SECRET)]
    client_secret: String,
    /// Name of the registered application, as the consent page shows it
    #[arg(long, default_value = Options::APP_NAME)]
    app_name: String,
    /// Registered reply address, compared exactly; repeatable [default: any loopback address]
    #[arg(long = "redirect-uri")]
    redirect_uris: Vec<String>,
    /// Graph application permission that the application requests; repeatable
    #[arg(long = "permission", default_values_t = Options::PERMISSIONS.map(str::to_owned))]
    permissions: Vec<String>,
    /// Number of users on a page of a delta query
    #[arg(long, default_value_t = 200)]
    delta_page: usize,
    /// Microsoft's cloud to simulate; decides the discovery documents and the resource that tokens are for
    #[arg(long, value_enum, default_value_t)]
    cloud: Cloud,
    /// Scenario to apply, by its name or from a file; repeatable (`--help` lists them)
    #[arg(long = "scenario")]
    scenarios: Vec<String>,
    /// Serve https, with a certificate for localhost from an authority generated at start
    #[arg(long)]
    tls: bool,
    /// File to write that authority's certificate to (PEM), so that clients can trust it
    #[arg(long, value_name = "PATH", requires = "tls")]
    ca_file: Option<PathBuf>,
    /// PEM file with a registered certificate of the application; repeatable
    #[arg(long = "certificate", value_name = "PATH")]
    certificates: Vec<PathBuf>,
    /// File to append every answer of Graph to, as a line of JSON: {method, path, status, content_type, body}
    #[arg(long, value_name = "PATH")]
    record: Option<PathBuf>,
}

impl TryFrom<Cli> for Options {
    type Error = anyhow::Error;

    fn try_from(cli: Cli) -> anyhow::Result<Self> {
        let read = |path: &PathBuf| {
            fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
        };
        Ok(Self {
            listen: cli.listen,
            mailboxes: cli.mailboxes,
            seed: cli.seed,
            public_url: cli.public_url,
            latency: Duration::from_millis(cli.latency_ms),
            client_id: cli.client_id,
            client_secret: cli.client_secret,
            app_name: cli.app_name,
            redirect_uris: cli.redirect_uris,
            permissions: cli.permissions,
            delta_page: cli.delta_page.max(1),
            cloud: cli.cloud,
            scenarios: cli.scenarios,
            tls: cli.tls,
            certificates: cli.certificates.iter().map(read).collect::<anyhow::Result<_>>()?,
            record: cli.record,
        })
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let matches = Cli::command().after_long_help(scenarios()).get_matches();
    let cli = Cli::from_arg_matches(&matches)?;
    let ca_file = cli.ca_file.clone();
    let mut running = simulator::start(cli.try_into()?).await?;
    // Before printing the address, on which programs wait before they read the file.
    if let (Some(path), Some(pem)) = (&ca_file, &running.ca_pem) {
        fs::write(path, pem).with_context(|| format!("cannot write {}", path.display()))?;
    }
    println!("simulator listening on {}", running.base_url);
    tokio::select! {
        ended = running.wait() => ended?,
        () = shutdown_requested() => running.stop().await,
    }
    Ok(())
}

/// The scenarios, for `--help`.
fn scenarios() -> String {
    let lines =
        Scenario::built_in().into_iter().map(|it| format!("  {}\n          {}\n", it.name, it.explanation));
    format!("Scenarios:\n{}", lines.collect::<String>())
}

/// Waits for Ctrl-C or SIGTERM.
async fn shutdown_requested() {
    let ctrl_c = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else { return };
        tokio::select! {
            _ = ctrl_c => (),
            _ = terminate.recv() => (),
        }
    }
    #[cfg(not(unix))]
    let _ = ctrl_c.await;
}
