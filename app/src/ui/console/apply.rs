//! Applies changes from the live stream to the console.

use std::time::Duration;

use domain::{
    AppError,
    delegation::{DelegationState, DelegationView},
    ids::Seq,
    live::{Batch, Change},
    mailbox::MailboxRow,
    workspace::Snapshot,
};
use leptos::prelude::*;

use super::Console;
use crate::ui::{browser, host};

/// Rows that are delivered at once.
const SLICE: usize = 60;

impl Console {
    /// Replaces the state by a snapshot; the stream follows from its position.
    pub(crate) fn take(self, snapshot: &Snapshot) {
        self.cursor.set_value(snapshot.delegation.seq);
        self.counts.set(snapshot.counts);
        self.pools.set(snapshot.pools.clone());
        self.runs.set(snapshot.runs.clone());
        self.attention_groups.set(snapshot.attention_groups.clone());
        self.put_delegation(snapshot.delegation.clone());
    }

    /// The position at which the stream resumes.
    pub(crate) fn cursor(self) -> Seq {
        self.cursor.get_value()
    }

    /// Applies one frame of the stream. A frame that was applied before changes nothing. Returns `false` when changes
    /// between the last frame and this one are missing: nothing was applied then, and everything must be loaded again.
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
                Change::Run(run) => {
                    host::run(&run);
                    self.put_run(&run);
                }
                Change::Slots(pools) => self.pools.set(pools),
                Change::Counts(counts) => self.counts.set(counts),
                Change::Delegation(delegation) => self.put_delegation(*delegation),
                Change::Attempt(attempt) => {
                    host::consented(&attempt);
                    self.attempt.set(Some(*attempt));
                }
            }
        }
        host::mailboxes(&rows);
        let shown = self.shown.with_untracked(|shown| shown.as_ref().map(|row| row.id));
        if let Some(row) = rows.iter().find(|row| Some(row.id) == shown) {
            self.shown.set(Some(row.clone()));
        }
        self.deliver_rows(&rows);
        true
    }

    /// Delivers rows to the registered receiver, [`SLICE`] at a time, so that typing stays smooth: a run of a thousand
    /// begins with a thousand rows. Older rows never overwrite newer ones, so slices of two frames may mix.
    fn deliver_rows(self, rows: &[MailboxRow]) {
        let delegation = self.delegation_id_untracked();
        for (n, slice) in rows.chunks(SLICE).enumerate() {
            let slice = slice.to_vec();
            let deliver = move || {
                if let Some(Some(sink)) = self.rows.try_get_value()
                    && self.delegation_id_untracked() == delegation
                {
                    sink(&slice);
                }
            };
            if n == 0 {
                deliver();
            } else {
                set_timeout(deliver, Duration::from_millis(n as u64 * 16));
            }
        }
    }

    /// Updates a delegation wherever it is shown.
    pub(crate) fn put_delegation(self, delegation: DelegationView) {
        // It is being removed: nothing on this page is valid any more.
        if delegation.state == DelegationState::Removing {
            browser::go("/");
            return;
        }
        self.me.update(|me| {
            let Some(me) = me else { return };
            match me.delegations.iter_mut().find(|d| d.id == delegation.id) {
                Some(known) => known.clone_from(&delegation),
                None => me.delegations.push(delegation.clone()),
            }
        });
        self.delegation.set(Some(delegation));
    }

    /// Reports a refusal to the host, and records that the session has ended when that is the reason.
    pub(crate) fn notice(self, error: &AppError) {
        host::refused(error);
        if *error == AppError::SignedOut {
            self.signed_out.set(true);
        }
    }
}
