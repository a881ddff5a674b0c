//! Undoing exclusions, and the last action.

use std::time::Duration;

use domain::{
    ids::{DelegationId, ExclusionId, Millis},
    undo::{Exclusion, UNDO},
};
use leptos::{prelude::*, task::spawn_local};

use super::{Console, RunAction, text};
use crate::{
    api::{flat, mailboxes::undo_exclusion},
    ui::browser,
};

/// An exclusion that can still be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UndoableExclusion {
    pub(crate) id: ExclusionId,
    delegation: DelegationId,
    pub(crate) count: u32,
    /// A time of the browser's clock.
    pub(crate) until: Millis,
}

impl Console {
    /// Offers to undo an exclusion for [`UNDO`] milliseconds.
    pub(super) fn offer_undo(self, delegation: DelegationId, done: &Exclusion) {
        let (id, count) = (done.id, done.excluded);
        let exclusion = UndoableExclusion { id, delegation, count, until: browser::now() + UNDO };
        self.exclusions.update(|all| all.push(exclusion));
        self.announcement.set(text::excluded(count));
        let over = Duration::from_millis(u64::try_from(UNDO).unwrap_or(0));
        set_timeout(move || self.exclusions.update(|all| all.retain(|exclusion| exclusion.id != id)), over);
    }

    /// Restores all mailboxes of an exclusion to their previous state.
    pub(crate) fn undo_exclusion(self, id: ExclusionId) {
        let Some(exclusion) = self.exclusions.with_untracked(|all| all.iter().find(|k| k.id == id).copied())
        else {
            return;
        };
        self.exclusions.update(|all| all.retain(|exclusion| exclusion.id != id));
        spawn_local(async move {
            match flat(undo_exclusion(exclusion.delegation, id).await) {
                Ok(count) => self.announcement.set(text::as_before(count)),
                Err(error) => self.refuse(&error),
            }
        });
    }

    /// Undoes the newest disconnect or exclusion that can still be undone. Returns whether there was one.
    pub(crate) fn undo_last(self) -> bool {
        let run = self.runs.with_untracked(|runs| {
            runs.iter()
                .filter_map(|run| run.undo_until().map(|until| (until, run.id)))
                .max_by_key(|(until, _)| *until)
        });
        let exclusion = self.exclusions.with_untracked(|all| all.last().map(|last| (last.until, last.id)));
        match (run, exclusion) {
            (Some((run_until, _)), Some((until, id))) if until >= run_until => self.undo_exclusion(id),
            (Some((_, id)), _) => self.act(RunAction::Undo, id, || {}),
            (None, Some((_, id))) => self.undo_exclusion(id),
            (None, None) => return false,
        }
        true
    }
}
