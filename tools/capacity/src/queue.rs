//! Future events in the order of virtual time; events at the same time in the order of insertion.

use std::{cmp::Reverse, collections::BinaryHeap};

use crate::moment::Micros;

/// A run's index in the list of runs.
pub(crate) type RunId = u32;
/// An organisation's index in the list of organisations.
pub(crate) type OrgId = u32;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Event {
    /// A replica polls for delegations that are due.
    Poll(usize),
    /// A run may be claimed.
    Ready(RunId),
    /// A run was claimed: its work begins.
    Start(RunId),
    /// Microsoft has answered the token request and the checklist of a sync.
    Verified(RunId),
    /// Microsoft refused the token: consent was withdrawn.
    Refused(RunId),
    /// Microsoft is unavailable, and the call has failed.
    Away(RunId),
    /// A page of the directory has arrived.
    Page(RunId),
    /// A batch of a check was answered; an old epoch marks the answer to an abandoned attempt.
    Batch {
        run: RunId,
        epoch: u32,
        requested: u16,
        away: bool,
    },
    /// A run returns its permit.
    Left(RunId, After),
    /// A replica deletes expired events, of the organisations from this one on.
    Sweep(usize, OrgId),
    /// A random organisation withdraws consent.
    Withdraw,
    Return(OrgId),
}

/// What follows for a run that has returned its permit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum After {
    Over,
    /// It is due again at this time.
    Again(Micros),
}

#[derive(Debug, Default)]
pub(crate) struct Queue {
    heap: BinaryHeap<Reverse<(Micros, u64, Event)>>,
    made: u64,
}

impl Queue {
    pub(crate) fn push(&mut self, at: Micros, event: Event) {
        self.made += 1;
        self.heap.push(Reverse((at, self.made, event)));
    }

    pub(crate) fn pop(&mut self) -> Option<(Micros, Event)> {
        self.heap.pop().map(|Reverse((at, _, event))| (at, event))
    }

    /// The number of events inserted so far.
    pub(crate) const fn made(&self) -> u64 {
        self.made
    }
}
