//! Opens many live streams of one organisation while its mailboxes are connected. Measures the delay of changes and the
//! server's resources, and fails when a stream misses an event. `cargo xtask bench live` starts it beside a release
//! server.
//!
//! The report is one line of JSON. Clocks: the server stamps a change when its transaction begins, and this program
//! reads the clock of the same machine when a frame has arrived, so the delays include the transaction itself.

mod console;
mod process;
mod stream;

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use domain::{ids::Seq, list::Tab, run::RunKind};
use serde_json::json;
use tokio::{sync::watch, task::JoinSet, time::Instant};

use console::Console;
use process::Process;
use stream::Client;

#[derive(Parser)]
struct Args {
    /// The console's address.
    #[arg(long)]
    console: String,
    /// The key of the host's interface.
    #[arg(long)]
    host_key: String,
    /// The simulated organisation.
    #[arg(long, default_value = "contoso.com")]
    domain: String,
    /// Number of streams that are open at once.
    #[arg(long, default_value_t = 1_000)]
    streams: usize,
    /// One stream in this many reconnects all the time; 0 is none.
    #[arg(long, default_value_t = 5)]
    restless: usize,
    /// Number of mailboxes that the run connects.
    #[arg(long, default_value_t = 1_000)]
    mailboxes: usize,
    /// The id of the server's process, which is measured.
    #[arg(long)]
    pid: u32,
}

/// Limit of the whole measurement: only a failure takes this long.
const PATIENCE: Duration = Duration::from_secs(300);

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<()> {
    _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let args = Args::parse();
    let report = tokio::time::timeout(PATIENCE, measure(&args)).await;
    println!("{}", report.context("the measurement does not end")??);
    Ok(())
}

async fn measure(args: &Args) -> Result<serde_json::Value> {
    let console = Console::enter(&args.console, &args.host_key).await?;
    let delegation = console.link(&args.domain).await?;
    let mut rows = console.rows(delegation, Tab::Available).await?;
    rows.truncate(args.mailboxes);
    ensure!(rows.len() == args.mailboxes, "there are only {} mailboxes", rows.len());
    let since = console.snapshot(delegation).await?.delegation.seq;

    let server = Process(args.pid);
    let idle_mb = server.memory_mb()?;
    let (end_sender, end) = watch::channel(None);
    let (arrived, mut open) = tokio::sync::mpsc::channel(args.streams);
    let mut clients = JoinSet::new();
    for n in 0..args.streams {
        let restless = args.restless > 0 && n % args.restless == 0;
        let client = Client::new(&console, delegation, since, restless.then_some(n));
        clients.spawn(client.run(end.clone(), arrived.clone()));
    }
    drop(arrived);
    for _ in 0..args.streams {
        tokio::select! {
            opened = open.recv() => opened.context("a stream does not open")?,
            // No end is set yet, so a client that ends here has failed.
            Some(ended) = clients.join_next() => {
                ended??;
                anyhow::bail!("a stream has ended");
            }
        }
    }
    let open_mb = server.memory_mb()?;

    let ourselves = Process(std::process::id());
    let (start, cpu, our_cpu) = (Instant::now(), server.cpu_seconds()?, ourselves.cpu_seconds()?);
    let run = console.start(delegation, RunKind::Connect, rows).await?;
    let done = console.ended(delegation, run.id).await?;
    let head: Seq = console.snapshot(delegation).await?.delegation.seq;
    end_sender.send_replace(Some(head));
    let (mut late, mut frames, mut bytes, mut resumes) = (Vec::new(), 0, 0, 0);
    while let Some(client) = clients.join_next().await {
        // A client fails when an event is missing or the stream ends too early.
        let received = client??;
        late.extend(received.late);
        (frames, bytes, resumes) =
            (frames + received.frames, bytes + received.bytes, resumes + received.resumes);
    }
    let seconds = start.elapsed().as_secs_f64();
    late.sort_unstable();
    let at = |share: usize| late.get((late.len() * share / 100).min(late.len() - 1)).copied();
    ensure!(!late.is_empty(), "no stream received a change");
    Ok(json!({
        "streams": args.streams, "succeeded": done.counts.succeeded, "events": head.0 - since.0,
        "seconds": seconds, "frames": frames, "megabytes": bytes as f64 / 1e6, "resumes": resumes,
        "p50_ms": at(50), "p95_ms": at(95), "p99_ms": at(99), "max_ms": late.last(),
        "cpu_seconds": server.cpu_seconds()? - cpu, "load_cpu_seconds": ourselves.cpu_seconds()? - our_cpu,
        "idle_mb": idle_mb, "open_mb": open_mb, "peak_mb": server.peak_mb()?,
    }))
}
