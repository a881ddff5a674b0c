//! What the live stream brings, put where it belongs.

use domain::{
    AppError,
    delegation::DelegationView,
    ids::Seq,
    live::{Batch, Change},
    workspace::Snapshot,
};
use leptos::prelude::*;

use super::Console;

impl Console {
    /// Takes a snapshot as the new truth and as the place to follow from.
    pub(crate) fn take(self, snapshot: &Snapshot) {
        self.cursor.set_value(snapshot.delegation.seq);
        self.counts.set(snapshot.counts);
        self.pools.set(snapshot.pools.clone());
        self.runs.set(snapshot.runs.clone());
        self.causes.set(snapshot.causes.clone());
        self.put_delegation(snapshot.delegation.clone());
    }

    /// Where the stream is to resume.
    pub(crate) fn cursor(self) -> Seq {
        self.cursor.get_value()
    }

    /// Applies one frame of the stream. A frame that was applied before changes nothing. `false`: something between
    /// the last frame and this one is missing, so nothing was applied and everything must be loaded again.
    #[must_use]
    pub(crate) fn apply(self, batch: Batch) -> bool {
        if batch.seq <= self.cursor() {
            return true;
        }
        if batch.after > self.cursor() {
            return false;
        }
        self.cursor.set_value(batch.seq);
        let mut rows = Vec::new();
        for change in batch.changes {
            match change {
                Change::Mailbox(row) => rows.push(*row),
                Change::Run(run) => self.put_run(&run),
                Change::Slots(pools) => self.pools.set(pools),
                Change::Counts(counts) => self.counts.set(counts),
                Change::Delegation(delegation) => self.put_delegation(*delegation),
                Change::Attempt(attempt) => self.attempt.set(Some(*attempt)),
            }
        }
        let shown = self.shown.with_untracked(|shown| shown.as_ref().map(|row| row.id));
        if let Some(row) = rows.iter().find(|row| Some(row.id) == shown) {
            self.shown.set(Some(row.clone()));
        }
        if !rows.is_empty()
            && let Some(sink) = self.rows.get_value()
        {
            sink(&rows);
        }
        true
    }

    /// A delegation as it is now, wherever it is shown.
    pub(crate) fn put_delegation(self, delegation: DelegationView) {
        self.me.update(|me| {
            let Some(me) = me else { return };
            match me.delegations.iter_mut().find(|d| d.id == delegation.id) {
                Some(known) => known.clone_from(&delegation),
                None => me.delegations.push(delegation.clone()),
            }
        });
        self.delegation.set(Some(delegation));
    }

    /// Notes that the server does not know the visitor any more.
    pub(crate) fn notice(self, error: &AppError) {
        if *error == AppError::SignedOut {
            self.signed_out.set(true);
        }
    }
}
