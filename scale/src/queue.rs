//! What is going to happen, in the order of virtual time; what happens at the same time in the order of its making.

use std::{cmp::Reverse, collections::BinaryHeap};

use crate::moment::Micros;

/// A run's place in the list of runs.
pub(crate) type RunId = u32;
/// An organisation's place in the list of organisations.
pub(crate) type OrgId = u32;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Event {
    /// A replica looks for delegations that are due.
    Look(usize),
    /// A run may be claimed.
    Ready(RunId),
    /// A run was claimed: its work begins.
    Start(RunId),
    /// Microsoft has answered the token request and the checklist of a sync.
    Verified(RunId),
    /// Microsoft refused the token: consent was withdrawn.
    Refused(RunId),
    /// Microsoft is away, and the call has given up.
    Away(RunId),
    /// A page of the directory is there.
    Page(RunId),
    /// A batch of a check was answered; the epoch tells one of an attempt that was given up.
    Batch {
        run: RunId,
        epoch: u32,
        asked: u16,
        away: bool,
    },
    /// A run gives its place back.
    Left(RunId, After),
    /// A replica throws away events, of the organisations from this one on.
    Sweep(usize, OrgId),
    /// Some organisation withdraws consent.
    Withdraw,
    Return(OrgId),
}

/// What becomes of a run that has left its place.
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

    /// How many events there were so far.
    pub(crate) const fn made(&self) -> u64 {
        self.made
    }
}
