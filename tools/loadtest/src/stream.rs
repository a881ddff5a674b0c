//! One client of the live stream.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, bail, ensure};
use domain::ids::{DelegationId, Millis, Seq};
use memchr::memmem;
use reqwest::{Client as Http, Response};
use serde::Deserialize;
use tokio::sync::{mpsc, watch};

use crate::console::Console;

/// Figures of one client.
#[derive(Default)]
pub(crate) struct Received {
    /// The delay of each frame, in milliseconds, by its oldest change.
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

/// A client with a connection of its own, as a browser has.
pub(crate) struct Client {
    http: Http,
    url: String,
    cookie: String,
    seen: Seq,
    /// Set when the client reconnects after a few frames; the value varies their number.
    restless: Option<usize>,
    received: Received,
}

impl Client {
    pub(crate) fn new(
        console: &Console,
        delegation: DelegationId,
        since: Seq,
        restless: Option<usize>,
    ) -> Self {
        let url = format!("{}/live/{delegation}", console.base);
        let (http, received) = (Http::new(), Received::default());
        Self { http, url, cookie: console.cookie.clone(), seen: since, restless, received }
    }

    /// Reads until `end` names an event and that event has arrived.
    pub(crate) async fn run(
        mut self,
        mut end: watch::Receiver<Option<Seq>>,
        opened: mpsc::Sender<()>,
    ) -> Result<Received> {
        for turn in 0.. {
            let mut answer = self.open().await?;
            let opened_at = now();
            if turn == 0 {
                opened.send(()).await.context("the receiver is gone")?;
            } else {
                self.received.resumes += 1;
            }
            let frames = self.restless.map_or(usize::MAX, |n| 1 + (n / 7 + turn * 3) % 9);
            let (mut buffer, until) = (Vec::new(), self.received.frames.saturating_add(frames));
            while self.received.frames < until {
                if end.borrow().is_some_and(|end| self.seen >= end) {
                    return Ok(self.received);
                }
                let chunk = tokio::select! {
                    chunk = answer.chunk() => chunk?.context("the stream has ended")?,
                    changed = end.changed() => {
                        changed.context("the sender of the end is gone")?;
                        continue;
                    }
                };
                self.received.bytes += chunk.len();
                // The bytes before contain no end of an event, except the first byte of an end that was split.
                let mut from = buffer.len().saturating_sub(1);
                buffer.extend_from_slice(&chunk);
                while let Some(length) = memmem::find(&buffer[from..], b"\n\n") {
                    let event: Vec<u8> = buffer.drain(..from + length + 2).collect();
                    self.receive(std::str::from_utf8(&event)?, opened_at)?;
                    from = 0;
                }
            }
        }
        Ok(self.received)
    }

    async fn open(&self) -> Result<Response> {
        let request = self.http.get(format!("{}?since={}", self.url, self.seen.0));
        Ok(request.header("cookie", &self.cookie).send().await?.error_for_status()?)
    }

    fn receive(&mut self, event: &str, opened_at: Millis) -> Result<()> {
        let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name));
        match field("event: ") {
            Some("change") => {}
            Some("beat") => return Ok(()),
            other => bail!("unexpected event {other:?}"),
        }
        let head = Head::of(field("data: ").context("no data")?)?;
        ensure!(
            head.after == self.seen,
            "a gap: at {:?} the stream continued after {:?}",
            self.seen,
            head.after
        );
        // Changes made while it was disconnected have no delay.
        if head.oldest_at >= opened_at {
            self.received.late.push(now() - head.oldest_at);
        }
        self.seen = head.seq;
        self.received.frames += 1;
        Ok(())
    }
}

#[expect(clippy::disallowed_methods, reason = "this program measures real time")]
fn now() -> Millis {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| Millis::try_from(now.as_millis()).unwrap_or(Millis::MAX))
}
