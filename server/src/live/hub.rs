//! The feeds of this process: one for each delegation that has a stream.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::ids::{DelegationId, Seq};
use store::{Store, WorkspaceCtx};
use tokio::sync::watch;

use super::feed::{Feed, FeedReader};

/// Browsers drop an event without data, so a beat carries some.
const BEAT: Duration = Duration::from_secs(15);

/// The feeds of this process. Clones share them.
#[derive(Clone, Debug)]
pub struct Hub {
    feeds: Arc<Mutex<HashMap<DelegationId, ActiveFeed>>>,
    beat: Duration,
}

/// A feed that has streams.
#[derive(Debug)]
struct ActiveFeed {
    feed: Arc<Feed>,
    /// The sequence number up to which the feed has read; its receivers are the streams.
    read: watch::Sender<Seq>,
}

impl Default for Hub {
    fn default() -> Self {
        Self::with_beat(BEAT)
    }
}

impl Hub {
    /// A hub with another beat than 15 s.
    #[must_use]
    pub fn with_beat(beat: Duration) -> Self {
        Self { feeds: Arc::default(), beat }
    }

    /// The interval of a stream's `beat` events.
    #[must_use]
    pub fn beat(&self) -> Duration {
        self.beat
    }

    /// Joins the feed of a delegation; the first stream starts it. `from` is where the stream starts, `head` how far
    /// the log goes at least.
    pub fn follow(
        &self,
        store: &Store,
        ctx: &WorkspaceCtx,
        delegation: DelegationId,
        (from, head): (Seq, Seq),
    ) -> FeedReader {
        let mut feeds = self.feeds();
        let head_changes = store.signals.subscribe(ctx.workspace(), delegation, head);
        let active = feeds.entry(delegation).or_insert_with(|| {
            let feed = Arc::new(Feed::new(store.clone(), ctx.clone(), delegation, (from, head)));
            let (read, _) = watch::channel(feed.end());
            tokio::spawn(self.clone().run(Arc::clone(&feed), head_changes, read.clone()));
            ActiveFeed { feed, read }
        });
        FeedReader { feed: Arc::clone(&active.feed), read: active.read.subscribe() }
    }

    /// Lets a feed read until no stream is left. A log that cannot be read ends the streams.
    async fn run(self, feed: Arc<Feed>, head_changes: watch::Receiver<Seq>, read: watch::Sender<Seq>) {
        if let Err(error) = feed.read(head_changes, read, || self.leave(&feed)).await {
            tracing::warn!(delegation.id = %feed.delegation, %error, "the log cannot be read; its streams end");
            self.close(&feed);
        }
    }

    /// Removes a feed without streams. Returns `false` when a stream has joined meanwhile: then the feed continues.
    fn leave(&self, feed: &Feed) -> bool {
        let mut feeds = self.feeds();
        match feeds.get(&feed.delegation) {
            Some(active) if std::ptr::eq(active.feed.as_ref(), feed) => {
                let unused = active.read.receiver_count() == 0;
                if unused {
                    feeds.remove(&feed.delegation);
                    feed.store.signals.unsubscribe(feed.delegation);
                }
                unused
            }
            _ => true,
        }
    }

    /// Ends the streams of a feed that cannot read any more.
    fn close(&self, feed: &Feed) {
        let mut feeds = self.feeds();
        if feeds.get(&feed.delegation).is_some_and(|active| std::ptr::eq(active.feed.as_ref(), feed)) {
            feeds.remove(&feed.delegation);
            feed.store.signals.unsubscribe(feed.delegation);
        }
    }

    /// Ends all streams. Browsers reconnect and receive what they have missed.
    pub(super) fn close_all(&self, store: &Store) {
        let mut feeds = self.feeds();
        for (delegation, _) in feeds.drain() {
            store.signals.unsubscribe(delegation);
        }
    }

    fn feeds(&self) -> MutexGuard<'_, HashMap<DelegationId, ActiveFeed>> {
        self.feeds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
