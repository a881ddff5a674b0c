//! What the live stream brings, put where it belongs.

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

/// Rows that change in one go.
const SLICE: usize = 60;

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
        self.hand_on(&rows);
        true
    }

    /// Hands rows to whoever shows them, some at a time: a run of a thousand begins with a thousand rows, and somebody
    /// types meanwhile. Older rows never undo newer ones, so slices of two frames may mix.
    fn hand_on(self, rows: &[MailboxRow]) {
        let whose = self.delegation_id_now();
        for (n, slice) in rows.chunks(SLICE).enumerate() {
            let slice = slice.to_vec();
            let hand = move || {
                if let Some(Some(sink)) = self.rows.try_get_value()
                    && self.delegation_id_now() == whose
                {
                    sink(&slice);
                }
            };
            if n == 0 {
                hand();
            } else {
                set_timeout(hand, Duration::from_millis(n as u64 * 16));
            }
        }
    }

    /// A delegation as it is now, wherever it is shown.
    pub(crate) fn put_delegation(self, delegation: DelegationView) {
        // Somebody has taken it away: nothing on this page is true any more.
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

    /// Notes that the server does not know the visitor any more.
    pub(crate) fn notice(self, error: &AppError) {
        host::refused(error);
        if *error == AppError::SignedOut {
            self.signed_out.set(true);
        }
    }
}
