//! One run that nobody asked for, while it is under way.

use crate::{moment::Micros, queue::OrgId};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Sync,
    /// Of what needs attention or failed once.
    Check,
    /// Of everybody.
    Sweep,
}

#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) org: OrgId,
    pub(crate) kind: Kind,
    /// When it was due.
    pub(crate) due: Micros,
    pub(crate) replica: usize,
    /// When it took its place, and its turn began.
    pub(crate) placed: Micros,
    pub(crate) turn: Micros,
    pub(crate) attempt: u32,
    /// Counts attempts that were given up: answers to those before are nobody's.
    pub(crate) epoch: u32,
    pub(crate) check: Option<Progress>,
    pub(crate) round: Round,
    /// A page of the round was written: it goes on from there.
    pub(crate) has_cursor: bool,
}

/// How far a check is, in mailboxes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Progress {
    /// Of the run, those on this page included.
    pub(crate) left: u64,
    pub(crate) page: u64,
    /// Of the page, those that were not asked for yet.
    pub(crate) waiting: u64,
    /// Of the run, those without an answer, among whom the findings are shared out.
    pub(crate) unanswered: u64,
    pub(crate) in_flight: u64,
    /// Until when results are being written: one transaction of a run at a time.
    pub(crate) settled: Micros,
    pub(crate) findings: Findings,
}

/// What a check is going to find.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Findings {
    pub(crate) healed: u64,
    /// Failed for the first time, rightly and by a hiccup.
    pub(crate) failed: u64,
    pub(crate) hiccups: u64,
    /// Failed for the second time, and did not.
    pub(crate) guilty: u64,
    pub(crate) cleared: u64,
}

/// How a directory differs.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Round {
    pub(crate) pages: u64,
    pub(crate) new: u64,
    pub(crate) left: u64,
    pub(crate) changed: u64,
    /// Whether it tells of somebody who needs attention.
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
