//! A scheduled run in progress.

use crate::{moment::Micros, queue::OrgId};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Sync,
    /// A check of mailboxes that need attention or failed once.
    Check,
    /// A check of all mailboxes.
    Sweep,
}

#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) org: OrgId,
    pub(crate) kind: Kind,
    /// When it was due.
    pub(crate) due: Micros,
    pub(crate) replica: usize,
    /// When it took its permit, and when its time slice began.
    pub(crate) placed: Micros,
    pub(crate) turn: Micros,
    pub(crate) attempt: u32,
    /// Number of the current attempt: answers to earlier attempts are ignored.
    pub(crate) epoch: u32,
    pub(crate) check: Option<Progress>,
    pub(crate) round: Round,
    /// A page of the round was written: the run continues from there.
    pub(crate) has_cursor: bool,
}

/// Progress of a check, in mailboxes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Progress {
    /// Mailboxes left of the run, including this page.
    pub(crate) left: u64,
    pub(crate) page: u64,
    /// Mailboxes of the page that were not requested yet.
    pub(crate) waiting: u64,
    /// Mailboxes of the run without an answer, over which the findings are distributed.
    pub(crate) unanswered: u64,
    pub(crate) in_flight: u64,
    /// End of the last write of results: a run writes one transaction at a time.
    pub(crate) settled: Micros,
    pub(crate) findings: Findings,
}

/// Results that a check will find.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Findings {
    pub(crate) healed: u64,
    /// Fail for the first time: because they are broken, and by a hiccup.
    pub(crate) failed: u64,
    pub(crate) hiccups: u64,
    /// Failed once before: fail again, and do not.
    pub(crate) guilty: u64,
    pub(crate) cleared: u64,
}

/// Changes of a directory.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Round {
    pub(crate) pages: u64,
    pub(crate) new: u64,
    pub(crate) left: u64,
    pub(crate) changed: u64,
    /// Whether a changed mailbox needs attention.
    pub(crate) of_need: bool,
}

impl Round {
    pub(crate) const fn found(&self) -> u64 {
        self.new + self.left + self.changed
    }
}

impl Run {
    pub(crate) const fn new(org: OrgId, kind: Kind, due: Micros) -> Self {
        Self {
            org,
            kind,
            due,
            replica: 0,
            placed: 0,
            turn: 0,
            attempt: 0,
            epoch: 0,
            check: None,
            round: Round { pages: 0, new: 0, left: 0, changed: 0, of_need: false },
            has_cursor: false,
        }
    }
}
