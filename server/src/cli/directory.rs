//! `server directory`: reads an organisation's directory once and reports its size and the cost. Stores nothing.
//!
//! For operators who check whether Microsoft answers, and how fast; and for `cargo xtask bench`.

use std::{collections::BTreeMap, time::Instant};

use anyhow::{Context as _, ensure};
use clap::Args;
use domain::schedule::{BATCH, IN_FLIGHT};
use futures::{StreamExt as _, stream};
use microsoft::{DeltaFrom, Eligibility, Exchange, Facts, Microsoft, TenantId, eligibility};
use serde_json::json;
use time::OffsetDateTime;

use crate::config::Config;
use store::clock::Sources;

/// What to read.
#[derive(Debug, Args)]
pub struct DirectoryCommand {
    /// A domain of the organisation, which has approved the application
    domain: String,
    /// Number of people whose inboxes are also opened, as a run would
    #[arg(long, default_value_t = 0)]
    probe: usize,
    /// Print one line of JSON instead of text
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: Config,
}

/// The cost of a part of the work.
struct Cost {
    seconds: f64,
    /// Processor time, of all processors together.
    cpu_seconds: f64,
}

impl DirectoryCommand {
    /// Reads the directory, and returns the text to print.
    ///
    /// # Errors
    /// Microsoft's refusal, or mailboxes without an answer.
    pub async fn execute(&self) -> anyhow::Result<String> {
        let microsoft = crate::state::microsoft(&self.config).context("setting up the Microsoft client")?;
        let tid = microsoft.discover(&self.domain).await?;
        microsoft.app_token(&tid).await?;
        let (people, read) = measured(read(&microsoft, &tid, Sources::system().date())).await;
        let people = people?;
        let ids: Vec<String> = people.ids.iter().take(self.probe).cloned().collect();
        let (opened, probed) = measured(probe(&microsoft, &tid, &ids)).await;
        let (opened, peak) = (opened?, peak_megabytes());
        if self.json {
            let line = json!({
                "users": people.count, "seconds": read.seconds, "cpu_seconds": read.cpu_seconds, "peak_mb": peak,
                "probed": ids.len(), "opened": opened, "probe_seconds": probed.seconds,
                "probe_cpu_seconds": probed.cpu_seconds,
            });
            return Ok(format!("{line}\n"));
        }
        let mut text = format!("{}: {} users in {:.1} s", self.domain, people.count, read.seconds);
        text += &format!(" ({:.1} s of processor time, at most {peak:.0} MB of memory)\n", read.cpu_seconds);
        for (kind, count) in people.kinds {
            text += &format!("{count:>8}  {kind}\n");
        }
        if !ids.is_empty() {
            text += &format!("{opened} of {} inboxes open, tried in {:.1} s\n", ids.len(), probed.seconds);
        }
        Ok(text)
    }
}

struct DirectoryCount {
    count: usize,
    kinds: BTreeMap<String, usize>,
    /// The ids of users who most likely have a mailbox, up to 1,000.
    ids: Vec<String>,
}

async fn read(microsoft: &Microsoft, tid: &TenantId, now: OffsetDateTime) -> anyhow::Result<DirectoryCount> {
    let mut people = DirectoryCount { count: 0, kinds: BTreeMap::new(), ids: Vec::new() };
    let mut round = microsoft.tenant(tid).round(DeltaFrom::Start);
    while let Some(page) = round.next().await? {
        people.count += page.users.len();
        for user in page.users {
            let kind = eligibility(&Facts::from(&user), Exchange::NotAsked, now);
            *people.kinds.entry(format!("{kind:?}")).or_default() += 1;
            if kind == Eligibility::User && people.ids.len() < 1_000 {
                people.ids.push(user.id);
            }
        }
    }
    Ok(people)
}

/// Counts how many of these inboxes can be opened.
async fn probe(microsoft: &Microsoft, tid: &TenantId, ids: &[String]) -> anyhow::Result<usize> {
    let tenant = &microsoft.tenant(tid);
    let mut waiting: Vec<String> = ids.to_vec();
    let mut opened = 0;
    // As in a run, requests that are throttled for longer than one call may take are repeated.
    for _ in 0..100 {
        let batches: Vec<Vec<String>> = waiting.chunks(BATCH).map(<[String]>::to_vec).collect();
        let answers: Vec<_> = stream::iter(batches)
            .map(|ids| async move { (tenant.probe_inboxes(&ids).await, ids) })
            .buffer_unordered(IN_FLIGHT)
            .collect()
            .await;
        waiting.clear();
        for (answer, ids) in answers {
            match answer {
                Err(failure) if failure.class.is_transient() => waiting.extend(ids),
                Err(failure) => return Err(failure.into()),
                Ok(probes) => {
                    for probe in probes {
                        match probe.outcome {
                            Ok(()) => opened += 1,
                            Err(failure) if failure.class.is_transient() => waiting.push(probe.id),
                            Err(failure) => tracing::info!(%failure, "an inbox cannot be opened"),
                        }
                    }
                }
            }
        }
        if waiting.is_empty() {
            return Ok(opened);
        }
    }
    ensure!(waiting.is_empty(), "{} mailboxes got no answer", waiting.len());
    Ok(opened)
}

async fn measured<T>(work: impl Future<Output = T>) -> (T, Cost) {
    let (start, before) = (Instant::now(), cpu_seconds());
    let result = work.await;
    (result, Cost { seconds: start.elapsed().as_secs_f64(), cpu_seconds: cpu_seconds() - before })
}

/// The processor time of this process so far, in seconds; 0 if the system does not report it.
fn cpu_seconds() -> f64 {
    /// Linux reports hundredths of a second.
    const TICKS: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name, in parentheses, may contain spaces.
    let fields = stat.rsplit_once(") ").map_or("", |(_, rest)| rest).split(' ').skip(11).take(2);
    fields.filter_map(|field| field.parse::<f64>().ok()).sum::<f64>() / TICKS
}

/// The peak memory of this process, in megabytes; 0 if the system does not report it.
fn peak_megabytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kilobytes.unwrap_or_default() / 1024.0
}
