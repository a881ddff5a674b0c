//! One delegation's log, read once for all its streams.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::ids::{DelegationId, Millis, Seq, WorkspaceId};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

use super::{
    frame::{Entry, Frame},
    window::Window,
};
use crate::store::{Since, Store, WorkspaceCtx};

/// The log is read at most this often: what happens in between shares a frame. The first change after a silence goes
/// out at once.
const PACE: Duration = Duration::from_millis(100);
/// A first stream that resumes from further back than this does not widen the window for the others.
const REACH: i64 = 2_000;
/// Events stay in memory this long, for streams that are a little behind or come again.
const KEPT: Millis = 60_000;

/// What the streams of a delegation share.
#[derive(Debug)]
pub(super) struct Feed {
    store: Store,
    ctx: WorkspaceCtx,
    delegation: DelegationId,
    window: Mutex<Window>,
    /// Whoever is behind the window reads for itself, one after another: a crowd that comes again is no storm on the
    /// database, and those at the same place share what the first of them has read.
    catching_up: tokio::sync::Mutex<()>,
}

/// A stream's place among the followers of a feed.
#[derive(Debug)]
pub(super) struct Following {
    pub(super) feed: Arc<Feed>,
    /// How far the feed has read.
    pub(super) read: watch::Receiver<Seq>,
}

/// What a stream gets next.
#[derive(Debug)]
pub(super) enum Next {
    Frame(Frame),
    Reset(Seq),
    /// The log cannot be read: the stream ends, and the browser comes again.
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

    pub(super) fn workspace(&self) -> WorkspaceId {
        self.ctx.workspace()
    }

    /// How far it has read.
    pub(super) fn end(&self) -> Seq {
        self.window().end()
    }

    /// Reads whenever the bell rings, until nobody follows any more or the log cannot be read.
    pub(super) async fn read(self: Arc<Self>, mut bell: watch::Receiver<Seq>, read: watch::Sender<Seq>) {
        let mut last = self.end();
        loop {
            // Also before the first ring: something may have happened before the bell was there.
            let next_time = Instant::now() + PACE;
            match self.store.events_since(&self.ctx, self.delegation, last).await {
                Ok(Since::Events(events)) => {
                    let mut window = self.window();
                    window.push(events.into_iter().map(Entry::from));
                    window.forget_before(self.store.now() - KEPT);
                    last = window.end();
                }
                // The log has run away: everybody starts from a snapshot.
                Ok(Since::Reset { head }) => {
                    *self.window() = Window::new(head);
                    last = head;
                }
                Ok(Since::Nothing) => {}
                Err(error) => {
                    tracing::warn!(delegation.id = %self.delegation, %error, "the log cannot be read; its streams end");
                    return self.store.hub.close(self.delegation, &self);
                }
            }
            read.send_if_modified(|read| std::mem::replace(read, last) != last);
            if *bell.borrow() > last {
                continue; // There is more than one page.
            }
            loop {
                tokio::select! {
                    rung = bell.wait_for(|head| *head > last) => {
                        if rung.is_err() {
                            return;
                        }
                        break;
                    }
                    () = read.closed() => {
                        if self.store.hub.leave(self.delegation, &self) {
                            return;
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

    /// Events nobody was interested in for a while leave the memory.
    pub(super) fn forget(&self) {
        self.window().forget_before(self.store.now() - KEPT);
    }
}

impl Following {
    /// Waits for what comes after `seen`. Nothing is lost when it is dropped before its end.
    pub(super) async fn next(&mut self, seen: Seq) -> Next {
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
        match feed.store.events_since(&feed.ctx, feed.delegation, seen).await {
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
