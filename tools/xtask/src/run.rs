//! `cargo xtask run`: starts the console with a simulated Microsoft 365.

mod settings;

use std::{
    fs,
    path::Path,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use nix::sys::signal::Signal;

use crate::{
    build::{self, Mode},
    bundle,
    child::Running,
    http, interrupt, network,
    step::step,
    workspace::Workspace,
};
use settings::Settings;

/// The command's arguments.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The console's port; the simulator takes the next one, and a web app that embeds the console the one after
    #[arg(long, default_value_t = 3000)]
    port: u16,
    /// Number of mailboxes of the demo organisation
    #[arg(long, default_value_t = 1200)]
    mailboxes: u32,
    /// Keep the demo's database of the last run. The simulated Microsoft 365 always starts anew, without an approval,
    /// so authorize again.
    #[arg(long)]
    keep: bool,
}

/// Installs, builds, starts, and runs until Ctrl-C.
pub(crate) fn run(args: &Args) -> Result<()> {
    let settings = Settings::new(args.port)?;
    network::must_be_free(settings.port, "the console")?;
    network::must_be_free(settings.simulator_port, "the simulator")?;
    network::must_be_free(settings.host_port, "the web app around the console")?;

    let workspace = Workspace::ready()?;
    let programs = build::programs(&workspace, Mode::Dev)?;
    let site = bundle::ready(&workspace, Mode::Dev)?;

    // The demo has its own folder, because a real server has its database in `data`.
    let data = Path::new("data/demo");
    if !args.keep && data.exists() {
        fs::remove_dir_all(data).context("cannot delete the folder `data/demo`")?;
    }
    fs::create_dir_all(data).context("cannot create the folder `data/demo`")?;

    let interrupted = interrupt::listen()?;
    let mut simulator = Command::new(&programs.simulator);
    simulator.args(settings.simulator_arguments(args.mailboxes));
    let mut simulator = Running::start_shown("simulator", &mut simulator, Signal::SIGTERM)?;
    await_ready(&mut simulator, || http::answers(settings.simulator_port))?;

    // Started before the server, which reads the host's key.
    let mut host = Command::new(&programs.host);
    host.args(settings.host_arguments());
    let mut host = Running::start_shown("host", &mut host, Signal::SIGTERM)?;
    await_ready(&mut host, || http::answers(settings.host_port))?;

    let mut server = Command::new(&programs.server);
    server.arg("serve").envs(settings.environment()).envs(site.environment());
    let mut server = Running::start_shown("server", &mut server, Signal::SIGTERM)?;
    await_ready(&mut server, || http::answers_ok(settings.port, "/readyz"))?;
    let open = server.line_starting_with("open:", Duration::from_secs(5));
    settings.print_welcome(open.as_deref());

    loop {
        if interrupted.recv_timeout(Duration::from_millis(200)).is_ok() {
            println!("\nstopping");
            // The server, which may have requests in flight, before the simulator.
            drop(host);
            drop(server);
            drop(simulator);
            return Ok(());
        }
        for child in [&mut server, &mut simulator, &mut host] {
            if let Some(status) = child.ended() {
                bail!("the {} ended by itself ({status}); its last lines are above", child.name());
            }
        }
    }
}

/// Waits until a program answers, for at most 30 seconds.
fn await_ready(child: &mut Running, ready: impl Fn() -> bool) -> Result<()> {
    step(&format!("Starting the {}", child.name()), "about a second", || {
        let deadline = Instant::now() + Duration::from_secs(30);
        while !ready() {
            if let Some(status) = child.ended() {
                // Its last lines may still be in the pipe.
                thread::sleep(Duration::from_millis(100));
                bail!("the {} ended while starting ({status}); see its lines above", child.name());
            }
            if Instant::now() > deadline {
                bail!("the {} does not answer after 30 s", child.name());
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    })
}
