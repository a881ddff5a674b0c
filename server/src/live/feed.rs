//! One delegation's log, read once for all its streams.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::ids::{DelegationId, Millis, Seq};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

use super::{
    frame::{Entry, Frame},
    window::Window,
};
use store::{Since, Store, StoreError, WorkspaceCtx};

/// The log is read at most this often: changes in between share a frame. The first change after a pause is sent at
/// once.
const PACE: Duration = Duration::from_millis(100);
/// A first stream that resumes from further back than this does not widen the window for the others.
const REACH: i64 = 2_000;
/// Events stay in memory for this long, in milliseconds, for streams that are a little behind or reconnect.
const RETENTION: Millis = 60_000;

/// The state that the streams of a delegation share.
#[derive(Debug)]
pub(super) struct Feed {
    pub(super) store: Store,
    ctx: WorkspaceCtx,
    pub(super) delegation: DelegationId,
    window: Mutex<Window>,
    /// Held by a stream that reads events from before the window. Streams catch up one after another: many that
    /// reconnect at once do not overload the database, and those at the same position share the frame that the first
    /// has read.
    catching_up: tokio::sync::Mutex<()>,
}

/// A stream's access to its feed.
#[derive(Debug)]
pub struct FeedReader {
    pub(super) feed: Arc<Feed>,
    /// The sequence number up to which the feed has read.
    pub(super) read: watch::Receiver<Seq>,
}

/// The next item of a stream.
#[derive(Debug)]
pub enum Next {
    Frame(Frame),
    Reset(Seq),
    /// The log cannot be read: the stream ends, and the browser reconnects.
    Ended,
}

impl Feed {
    pub(super) fn new(
        store: Store,
        ctx: WorkspaceCtx,
        delegation: DelegationId,
        (from, head): (Seq, Seq),
    ) -> Self {
        let start = if head.0 - from.0 <= REACH { from.min(head) } else { head };
        let (window, catching_up) = (Mutex::new(Window::new(start)), tokio::sync::Mutex::default());
        Self { store, ctx, delegation, window, catching_up }
    }

    /// The sequence number up to which the log has been read.
    pub(super) fn end(&self) -> Seq {
        self.window().end()
    }

    /// Reads the log after each change of its head, until no stream is left or the log cannot be read. `leave` is
    /// called when the last stream has ended, and returns `false` when another has joined meanwhile.
    ///
    /// # Errors
    /// The log cannot be read.
    pub(super) async fn read(
        &self,
        mut head_changes: watch::Receiver<Seq>,
        read: watch::Sender<Seq>,
        leave: impl Fn() -> bool,
    ) -> Result<(), StoreError> {
        let mut last = self.end();
        loop {
            // Also before the first change: the log may have grown before the subscription.
            let next_time = Instant::now() + PACE;
            match self.store.delegations(&self.ctx).events_since(self.delegation, last).await? {
                Since::Events(events) => {
                    let mut window = self.window();
                    window.push(events.into_iter().map(Entry::from));
                    window.prune_before(self.store.now() - RETENTION);
                    last = window.end();
                }
                // The log has been pruned beyond `last`: all streams take a snapshot.
                Since::Reset { head } => {
                    *self.window() = Window::new(head);
                    last = head;
                }
                Since::Nothing => {}
            }
            read.send_if_modified(|read| std::mem::replace(read, last) != last);
            if *head_changes.borrow() > last {
                continue; // There is more than one page.
            }
            loop {
                tokio::select! {
                    changed = head_changes.wait_for(|head| *head > last) => {
                        if changed.is_err() {
                            return Ok(());
                        }
                        break;
                    }
                    () = read.closed() => {
                        if leave() {
                            return Ok(());
                        }
                    }
                }
            }
            sleep_until(next_time).await;
        }
    }

    fn window(&self) -> MutexGuard<'_, Window> {
        self.window.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Drops events that are older than the retention from memory.
    pub(super) fn prune(&self) {
        self.window().prune_before(self.store.now() - RETENTION);
    }
}

impl FeedReader {
    /// Frees the memory of events that no stream has needed for a while.
    pub fn prune(&self) {
        self.feed.prune();
    }

    /// Waits for the events after `seen`. Cancel safe: no event is lost when the future is dropped.
    pub async fn next(&mut self, seen: Seq) -> Next {
        if self.read.wait_for(|read| *read > seen).await.is_err() {
            return Next::Ended;
        }
        let feed = &self.feed;
        if let Some(frame) = feed.window().frame_after(seen) {
            return Next::Frame(frame);
        }
        let _turn = feed.catching_up.lock().await;
        if let Some(frame) = feed.window().frame_after(seen) {
            return Next::Frame(frame);
        }
        match feed.store.delegations(&feed.ctx).events_since(feed.delegation, seen).await {
            Ok(Since::Events(events)) => {
                let entries: Vec<Entry> = events.into_iter().map(Entry::from).collect();
                match Frame::of(seen, entries.iter()) {
                    Some(frame) => {
                        feed.window().keep(frame.clone());
                        Next::Frame(frame)
                    }
                    None => Next::Reset(feed.end()),
                }
            }
            Ok(Since::Reset { head }) => Next::Reset(head),
            Ok(Since::Nothing) => Next::Reset(feed.end()),
            Err(error) => {
                tracing::warn!(delegation.id = %feed.delegation, %error, "a stream cannot catch up; it ends");
                Next::Ended
            }
        }
    }
}
