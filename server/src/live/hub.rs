//! Wakes the readers of delegations whose log has grown.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::ids::{DelegationId, Seq, WorkspaceId};
use tokio::sync::{Notify, watch};

use super::{
    feed::{Feed, Following},
    rings::{Rings, WorkBell},
};
use crate::store::{Store, WorkspaceCtx};

/// Browsers drop an event without data, so a beat carries some.
const BEAT: Duration = Duration::from_secs(15);

/// One bell for each delegation that is watched in this process.
#[derive(Clone, Debug)]
pub struct Hub {
    lines: Arc<Mutex<HashMap<DelegationId, Line>>>,
    work: Arc<Notify>,
    /// What other replicas are to hear.
    pub(super) elsewhere: Arc<Rings>,
    pub(super) beat: Duration,
}

/// A watched delegation.
#[derive(Debug)]
struct Line {
    /// How far the log goes.
    bell: watch::Sender<Seq>,
    feed: Arc<Feed>,
    /// How far the feed has read; its receivers are the streams.
    read: watch::Sender<Seq>,
}

impl Line {
    fn ring(&self, head: Seq) {
        self.bell.send_if_modified(|seq| std::mem::replace(seq, head.max(*seq)) < head);
    }
}

impl Default for Hub {
    fn default() -> Self {
        Self::beating(BEAT)
    }
}

impl Hub {
    /// A hub whose streams give a sign of life, and look whether their session goes on, this often.
    #[must_use]
    pub fn beating(beat: Duration) -> Self {
        Self { lines: Arc::default(), work: Arc::default(), elsewhere: Arc::default(), beat }
    }

    pub(crate) fn work(&self) -> WorkBell {
        WorkBell::new(Arc::clone(&self.work), Arc::clone(&self.elsewhere))
    }

    /// Called after a commit: the log goes this far.
    pub fn ring(&self, delegation: DelegationId, head: Seq) {
        self.ring_here(delegation, head);
        self.elsewhere.add(|heard| _ = heard.moved.insert(delegation));
    }

    /// Rings for this process only: others know it already.
    pub(super) fn ring_here(&self, delegation: DelegationId, head: Seq) {
        if let Some(line) = self.lines().get(&delegation) {
            line.ring(head);
        }
    }

    pub(super) fn work_here(&self) {
        self.work.notify_one();
    }

    /// Whose streams are open in this process, with the workspace of each.
    pub(super) fn watched(&self) -> Vec<(WorkspaceId, DelegationId)> {
        self.lines().iter().map(|(id, line)| (line.feed.workspace(), *id)).collect()
    }

    /// Joins the streams of a delegation; the first one brings a reader to life. `from` is where the stream is to
    /// start, `head` how far the log goes at least.
    pub(super) fn follow(
        &self,
        store: &Store,
        ctx: &WorkspaceCtx,
        delegation: DelegationId,
        (from, head): (Seq, Seq),
    ) -> Following {
        let mut lines = self.lines();
        let line = lines.entry(delegation).or_insert_with(|| {
            let feed = Arc::new(Feed::new(store.clone(), ctx.clone(), delegation, (from, head)));
            let (bell, rung) = watch::channel(head);
            let (read, _) = watch::channel(feed.end());
            tokio::spawn(Arc::clone(&feed).read(rung, read.clone()));
            Line { bell, feed, read }
        });
        line.ring(head);
        Following { feed: Arc::clone(&line.feed), read: line.read.subscribe() }
    }

    /// The reader of a feed asks whether it may go. `false`: a stream has come meanwhile.
    pub(super) fn leave(&self, delegation: DelegationId, feed: &Feed) -> bool {
        let mut lines = self.lines();
        match lines.get(&delegation) {
            Some(line) if std::ptr::eq(line.feed.as_ref(), feed) => {
                let unused = line.read.receiver_count() == 0;
                if unused {
                    lines.remove(&delegation);
                }
                unused
            }
            _ => true,
        }
    }

    /// Ends the streams of a feed: it cannot read any more.
    pub(super) fn close(&self, delegation: DelegationId, feed: &Feed) {
        let mut lines = self.lines();
        if lines.get(&delegation).is_some_and(|line| std::ptr::eq(line.feed.as_ref(), feed)) {
            lines.remove(&delegation);
        }
    }

    /// Ends all streams. Browsers come again, and see what they have missed.
    pub(super) fn close_all(&self) {
        self.lines().clear();
    }

    fn lines(&self) -> MutexGuard<'_, HashMap<DelegationId, Line>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
