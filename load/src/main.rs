//! Many live streams of one organisation while its mailboxes are connected: how late changes arrive, what the server
//! uses meanwhile, and whether anybody misses anything. `cargo xtask bench live` starts it beside a release server.
//!
//! It reports as one line of JSON. Clocks: the server stamps a change when its transaction begins, and this program
//! reads the same machine's clock when a frame has arrived, so what is printed holds the transaction itself, too.

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
    /// How many streams are open at once.
    #[arg(long, default_value_t = 1_000)]
    streams: usize,
    /// Every so many-th stream leaves and comes again all the time.
    #[arg(long, default_value_t = 5)]
    restless: usize,
    /// How many mailboxes the run connects.
    #[arg(long, default_value_t = 1_000)]
    mailboxes: usize,
    /// The server's process, to be watched.
    #[arg(long)]
    pid: u32,
}

/// Longer than anything takes: only a failure waits so long.
const PATIENCE: Duration = Duration::from_secs(300);

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<()> {
    _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let args = Args::parse();
    let report = tokio::time::timeout(PATIENCE, measure(&args)).await;
    println!("{}", report.context("it does not come to an end")??);
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
    let (tell, end) = watch::channel(None);
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
            // Nobody ends before there is an end: what ends now has failed.
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
    tell.send_replace(Some(head));
    let (mut late, mut frames, mut bytes, mut resumes) = (Vec::new(), 0, 0, 0);
    while let Some(client) = clients.join_next().await {
        // A client fails when a number is missing, and when it does not get to the end.
        let told = client??;
        late.extend(told.late);
        (frames, bytes, resumes) = (frames + told.frames, bytes + told.bytes, resumes + told.resumes);
    }
    let seconds = start.elapsed().as_secs_f64();
    late.sort_unstable();
    let at = |share: usize| late.get((late.len() * share / 100).min(late.len() - 1)).copied();
    ensure!(!late.is_empty(), "nobody was told anything");
    Ok(json!({
        "streams": args.streams, "succeeded": done.counts.succeeded, "events": head.0 - since.0,
        "seconds": seconds, "frames": frames, "megabytes": bytes as f64 / 1e6, "resumes": resumes,
        "p50_ms": at(50), "p95_ms": at(95), "p99_ms": at(99), "max_ms": late.last(),
        "cpu_seconds": server.cpu_seconds()? - cpu, "load_cpu_seconds": ourselves.cpu_seconds()? - our_cpu,
        "idle_mb": idle_mb, "open_mb": open_mb, "peak_mb": server.peak_mb()?,
    }))
}
