//! One client of the live stream.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, bail, ensure};
use domain::ids::{DelegationId, Millis, Seq};
use memchr::memmem;
use reqwest::{Client as Http, Response};
use serde::Deserialize;
use tokio::sync::{mpsc, watch};

use crate::console::Console;

/// What a client was told.
#[derive(Default)]
pub(crate) struct Told {
    /// How late each frame was, in milliseconds: its oldest change counts.
    pub(crate) late: Vec<Millis>,
    pub(crate) frames: usize,
    pub(crate) bytes: usize,
    pub(crate) resumes: usize,
}

/// The beginning of a [`domain::live::Batch`], which the server writes before the changes. A thousand clients that
/// read every change would measure their own JSON parser.
#[derive(Deserialize)]
struct Head {
    after: Seq,
    seq: Seq,
    oldest_at: Millis,
}

impl Head {
    fn of(data: &str) -> Result<Self> {
        let (head, _) = data.split_once(",\"changes\":").context("no changes")?;
        Ok(serde_json::from_str(&format!("{head}}}"))?)
    }
}

/// It has a connection of its own, as a browser has.
pub(crate) struct Client {
    http: Http,
    url: String,
    cookie: String,
    seen: Seq,
    /// Leaves and comes again after a few frames; the number decides after how many.
    restless: Option<usize>,
    told: Told,
}

impl Client {
    pub(crate) fn new(
        console: &Console,
        delegation: DelegationId,
        since: Seq,
        restless: Option<usize>,
    ) -> Self {
        let url = format!("{}/live/{delegation}", console.base);
        let (http, told) = (Http::new(), Told::default());
        Self { http, url, cookie: console.cookie.clone(), seen: since, restless, told }
    }

    /// Reads until the place that `end` names, from the moment on that it names one.
    pub(crate) async fn run(
        mut self,
        mut end: watch::Receiver<Option<Seq>>,
        opened: mpsc::Sender<()>,
    ) -> Result<Told> {
        for turn in 0.. {
            let mut answer = self.open().await?;
            let opened_at = now();
            if turn == 0 {
                opened.send(()).await.context("nobody waits")?;
            } else {
                self.told.resumes += 1;
            }
            let frames = self.restless.map_or(usize::MAX, |n| 1 + (n / 7 + turn * 3) % 9);
            let (mut buffer, until) = (Vec::new(), self.told.frames.saturating_add(frames));
            while self.told.frames < until {
                if end.borrow().is_some_and(|end| self.seen >= end) {
                    return Ok(self.told);
                }
                let chunk = tokio::select! {
                    chunk = answer.chunk() => chunk?.context("the stream has ended")?,
                    changed = end.changed() => {
                        changed.context("nobody says when it is over")?;
                        continue;
                    }
                };
                self.told.bytes += chunk.len();
                // What was there before has no end in it, unless the end was cut in two.
                let mut from = buffer.len().saturating_sub(1);
                buffer.extend_from_slice(&chunk);
                while let Some(length) = memmem::find(&buffer[from..], b"\n\n") {
                    let event: Vec<u8> = buffer.drain(..from + length + 2).collect();
                    self.hear(std::str::from_utf8(&event)?, opened_at)?;
                    from = 0;
                }
            }
        }
        Ok(self.told)
    }

    async fn open(&self) -> Result<Response> {
        let request = self.http.get(format!("{}?since={}", self.url, self.seen.0));
        Ok(request.header("cookie", &self.cookie).send().await?.error_for_status()?)
    }

    fn hear(&mut self, event: &str, opened_at: Millis) -> Result<()> {
        let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name));
        match field("event: ") {
            Some("change") => {}
            Some("beat") => return Ok(()),
            other => bail!("the stream says {other:?}"),
        }
        let head = Head::of(field("data: ").context("no data")?)?;
        ensure!(head.after == self.seen, "a gap: at {:?} came {:?}", self.seen, head.after);
        // What has happened while it was away is not late.
        if head.oldest_at >= opened_at {
            self.told.late.push(now() - head.oldest_at);
        }
        self.seen = head.seq;
        self.told.frames += 1;
        Ok(())
    }
}

#[expect(clippy::disallowed_methods, reason = "this program measures real time")]
fn now() -> Millis {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| Millis::try_from(now.as_millis()).unwrap_or(Millis::MAX))
}
