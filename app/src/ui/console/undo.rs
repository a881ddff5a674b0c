//! Keeping mailboxes out and taking them back in, and undoing what was done last.

use std::time::Duration;

use domain::{
    AppError,
    ids::{DelegationId, ExclusionId, Millis},
    undo::{Exclusion, UNDO, Whom},
};
use leptos::{prelude::*, task::spawn_local};

use super::{Ask, Console, text};
use crate::{
    api::{
        flat,
        mailboxes::{exclude_mailboxes, include_mailboxes, undo_exclusion},
    },
    ui::browser,
};

/// An exclusion that can still be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) id: ExclusionId,
    delegation: DelegationId,
    pub(crate) count: u32,
    /// By the visitor's clock.
    pub(crate) until: Millis,
}

impl Console {
    /// Keeps mailboxes out at once, and offers to undo that for a while.
    pub(crate) fn exclude(self, whom: Whom) {
        let (Some(delegation), Some(id)) = (self.delegation_id_now(), fresh()) else { return };
        spawn_local(async move {
            match flat(exclude_mailboxes(delegation, id, whom).await) {
                Ok(done) if done.excluded == 0 => self.refuse(&AppError::NothingToDo),
                Ok(done) => self.offer_undo(delegation, &done),
                Err(error) => self.refuse(&error),
            }
        });
    }

    fn offer_undo(self, delegation: DelegationId, done: &Exclusion) {
        let (id, count) = (done.id, done.excluded);
        let kept = Kept { id, delegation, count, until: browser::now() + UNDO };
        self.exclusions.update(|all| all.push(kept));
        self.said.set(text::excluded(count));
        let over = Duration::from_millis(u64::try_from(UNDO).unwrap_or(0));
        set_timeout(move || self.exclusions.update(|all| all.retain(|kept| kept.id != id)), over);
    }

    /// Puts everybody of an exclusion back where they were.
    pub(crate) fn undo_exclusion(self, id: ExclusionId) {
        let Some(kept) = self.exclusions.with_untracked(|all| all.iter().find(|k| k.id == id).copied())
        else {
            return;
        };
        self.exclusions.update(|all| all.retain(|kept| kept.id != id));
        spawn_local(async move {
            match flat(undo_exclusion(kept.delegation, id).await) {
                Ok(count) => self.said.set(text::as_before(count)),
                Err(error) => self.refuse(&error),
            }
        });
    }

    /// Takes mailboxes back in.
    pub(crate) fn include(self, whom: Whom) {
        let Some(delegation) = self.delegation_id_now() else { return };
        spawn_local(async move {
            match flat(include_mailboxes(delegation, whom).await) {
                Ok(count) => self.said.set(text::included(count)),
                Err(error) => self.refuse(&error),
            }
        });
    }

    /// Undoes what was done last, as long as that can be. Gives whether there was anything.
    pub(crate) fn undo_last(self) -> bool {
        let run = self.runs.with_untracked(|runs| {
            runs.iter()
                .filter_map(|run| run.undo_until().map(|until| (until, run.id)))
                .max_by_key(|(until, _)| *until)
        });
        let kept = self.exclusions.with_untracked(|all| all.last().map(|kept| (kept.until, kept.id)));
        match (run, kept) {
            (Some((run_until, _)), Some((until, id))) if until >= run_until => self.undo_exclusion(id),
            (Some((_, id)), _) => self.ask(Ask::Undo, id, || {}),
            (None, Some((_, id))) => self.undo_exclusion(id),
            (None, None) => return false,
        }
        true
    }
}

/// One act of the visitor: a repeated request is the same.
fn fresh() -> Option<ExclusionId> {
    browser::fresh_key().parse().ok()
}
