//! A live stream as a browser reads it, and the state that a page derives from it.

use std::collections::HashMap;

use domain::{
    ids::{DelegationId, MailboxId, Seq},
    live::{Batch, Change},
    mailbox::MailboxRow,
};

/// An item of the stream.
#[derive(Debug)]
pub(crate) enum StreamEvent {
    Change(Batch),
    Reset(Seq),
    Beat,
    End,
}

/// An open stream.
pub(crate) struct Stream {
    answer: reqwest::Response,
    bytes: Vec<u8>,
}

impl Stream {
    /// Opens the stream of a delegation after `since`, with a session, and reads its first beat.
    pub(crate) async fn open(base: &str, session: &str, delegation: DelegationId, since: Seq) -> Self {
        let (stream, first) = Self::begin(base, session, delegation, since).await;
        assert!(matches!(first, StreamEvent::Beat), "a stream begins with a beat: {first:?}");
        stream
    }

    /// Opens the stream, and reads its first item.
    pub(crate) async fn begin(
        base: &str,
        session: &str,
        delegation: DelegationId,
        since: Seq,
    ) -> (Self, StreamEvent) {
        let answer = Self::ask(base, session, delegation, since).await;
        assert_eq!(answer.status(), 200);
        let mut stream = Self { answer, bytes: Vec::new() };
        let first = stream.next().await;
        (stream, first)
    }

    /// Requests the stream, and returns the response.
    pub(crate) async fn ask(
        base: &str,
        session: &str,
        delegation: DelegationId,
        since: Seq,
    ) -> reqwest::Response {
        // A connection of its own, as a browser's stream has.
        let client = reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap();
        let url = format!("{base}/live/{delegation}?since={}", since.0);
        client.get(url).header("cookie", format!("sid={session}")).send().await.unwrap()
    }

    /// The text of the events after `since`, by a request that ends.
    pub(crate) async fn once(base: &str, session: &str, delegation: DelegationId, since: Seq) -> String {
        let url = format!("{base}/live/{delegation}?since={}&once=true", since.0);
        let request = reqwest::Client::new().get(url).header("cookie", format!("sid={session}"));
        request.send().await.unwrap().text().await.unwrap()
    }

    /// Waits for the next item.
    pub(crate) async fn next(&mut self) -> StreamEvent {
        loop {
            if let Some(end) = self.bytes.windows(2).position(|two| two == b"\n\n") {
                let event = String::from_utf8(self.bytes.drain(..end + 2).collect()).unwrap();
                let field =
                    |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
                return match field("event: ").as_deref() {
                    Some("change") => {
                        StreamEvent::Change(serde_json::from_str(&field("data: ").unwrap()).unwrap())
                    }
                    Some("reset") => StreamEvent::Reset(Seq(field("id: ").unwrap().parse().unwrap())),
                    Some("beat") => StreamEvent::Beat,
                    other => panic!("unknown event {other:?}"),
                };
            }
            match self.answer.chunk().await {
                Ok(Some(bytes)) => self.bytes.extend_from_slice(&bytes),
                Ok(None) | Err(_) => return StreamEvent::End,
            }
        }
    }

    /// Waits for the next change; any other item but a beat is a failure.
    pub(crate) async fn change(&mut self) -> Batch {
        loop {
            match self.next().await {
                StreamEvent::Change(batch) => return batch,
                StreamEvent::Beat => {}
                other => panic!("expected a change, got {other:?}"),
            }
        }
    }

    /// Reads to the end of the stream.
    pub(crate) async fn end(mut self) {
        while !matches!(self.next().await, StreamEvent::End) {}
    }
}

/// The state of a page: detects gaps, and has the newest state of every mailbox in the stream.
pub(crate) struct Page {
    pub(crate) seen: Seq,
    pub(crate) rows: HashMap<MailboxId, MailboxRow>,
    pub(crate) frames: usize,
}

impl Page {
    pub(crate) fn at(seen: Seq) -> Self {
        Self { seen, rows: HashMap::new(), frames: 0 }
    }

    pub(crate) fn apply(&mut self, batch: Batch) {
        assert_eq!(batch.after, self.seen, "a gap or a repetition");
        assert!(batch.seq > batch.after && !batch.changes.is_empty(), "{batch:?}");
        (self.seen, self.frames) = (batch.seq, self.frames + 1);
        let mut in_frame = std::collections::HashSet::new();
        for change in batch.changes {
            if let Change::Mailbox(row) = change {
                assert!(in_frame.insert(row.id), "a mailbox twice in a frame");
                if let Some(known) = self.rows.insert(row.id, (*row).clone()) {
                    assert!(known.rev < row.rev, "an older state after a newer one");
                }
            }
        }
    }

    /// Reads up to the sequence number `end`.
    pub(crate) async fn read_to(&mut self, stream: &mut Stream, end: Seq) {
        while self.seen < end {
            self.apply(stream.change().await);
        }
    }
}
