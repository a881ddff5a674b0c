//! Starts, updates and announces runs.

use domain::{
    AppError, Reason,
    ids::{RowNumber, RunId},
    list::ListQuery,
    run::{ItemState, RunKind, RunState, RunView},
};
use leptos::{prelude::*, task::spawn_local};

use super::{Console, Toast, ToastLink, text};
use crate::{
    api::{
        flat,
        runs::{
            cancel_run, pause_run, resume_run, retry_failed, retry_group, start_matching, start_run, undo_run,
        },
    },
    ui::{browser, links, words},
};

/// The maximum number of runs in memory, for the strip and the overview.
const MAX_RUNS: usize = 20;

/// An action on a run that is not over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RunAction {
    Pause,
    Resume,
    Cancel,
    Undo,
}

impl Console {
    /// Updates a run. Its end is announced once.
    pub(crate) fn put_run(self, run: &RunView) {
        let before = self.runs.with_untracked(|runs| runs.iter().find(|r| r.id == run.id).cloned());
        if before.as_ref().is_some_and(|b| b.state.is_over()) {
            return;
        }
        // A scheduled run is shown only once it has failed, or has ended with findings.
        let has_result = run.state == RunState::Failed || !run.found.is_nothing();
        if run.scheduled && !(run.state.is_over() && has_result) {
            return;
        }
        self.runs.update(|runs| {
            match runs.iter_mut().find(|r| r.id == run.id) {
                Some(known) => known.clone_from(run),
                None => runs.insert(0, run.clone()),
            }
            runs.truncate(MAX_RUNS);
        });
        if before.is_none() && run.undo_until().is_some() {
            // Also in other users' windows: they may want to undo it.
            self.announcement.set(text::can_be_undone(run));
        }
        if run.state.is_over() {
            self.ended.update(|n| *n += 1);
            if !run.scheduled {
                self.announce_end(run);
            }
        } else if run.state == RunState::Paused
            && before.as_ref().is_some_and(|b| b.state != RunState::Paused)
        {
            self.announcement.set(text::announced(run, &words::state(run)));
        } else if quarter(run) > before.as_ref().map_or(0, quarter) {
            self.announcement.set(text::announced(run, &words::progress(run)));
        }
    }

    fn announce_end(self, run: &RunView) {
        let problems = words::problems(run);
        // Directory syncs are scheduled and frequent: only their problems are shown.
        if run.kind == RunKind::Sync && problems.is_none() {
            return;
        }
        // A disconnect was visible while it could be undone: its end is announced, without a toast.
        if run.kind == RunKind::Disconnect && problems.is_none() {
            self.announcement.set(words::finished(run));
            return;
        }
        let link = problems.map(|label| ToastLink { label, href: links::run(run.id) });
        let text = words::finished(run);
        self.toast(if link.is_some() { Toast::trouble(text, link) } else { Toast::good(text) });
    }

    /// Starts a run and shows it at once. A refusal is shown in a toast that stays.
    pub(crate) fn start(self, kind: RunKind, rows: Vec<RowNumber>) {
        let Some(delegation) = self.delegation_id_untracked() else { return };
        spawn_local(async move {
            self.answered(flat(start_run(delegation, kind, rows, browser::fresh_key()).await));
        });
    }

    /// Starts a run over the mailboxes that match a list query, at most [`domain::slots::MAX_PER_RUN`]. `then` is
    /// called once the server has answered.
    pub(crate) fn start_matching(self, kind: RunKind, query: ListQuery, then: impl FnOnce() + 'static) {
        let Some(delegation) = self.delegation_id_untracked() else { return };
        spawn_local(async move {
            self.answered(flat(start_matching(delegation, kind, query, browser::fresh_key()).await));
            then();
        });
    }

    /// Retries the failed mailboxes of a run. `then` is called once the server has answered.
    pub(crate) fn retry_failed(self, id: RunId, then: impl FnOnce() + 'static) {
        spawn_local(async move {
            self.answered(flat(retry_failed(id, browser::fresh_key()).await));
            then();
        });
    }

    /// Retries the mailboxes of a run with one outcome and reason.
    pub(crate) fn retry_group(
        self,
        id: RunId,
        outcome: ItemState,
        reason: Option<Reason>,
        then: impl FnOnce() + 'static,
    ) {
        spawn_local(async move {
            self.answered(flat(retry_group(id, outcome, reason, browser::fresh_key()).await));
            then();
        });
    }

    /// Handles the server's response to a requested run.
    pub(crate) fn answered(self, answer: Result<RunView, AppError>) {
        match answer {
            Ok(run) => self.show_started(&run),
            Err(error) => self.refuse(&error),
        }
    }

    /// Shows and announces a run that the user has started; [`Self::put_run`] announces one that can be undone.
    pub(crate) fn show_started(self, run: &RunView) {
        if run.undo_until().is_none() {
            self.announcement.set(words::doing(run));
        }
        self.put_run(run);
    }

    /// Performs an action on a run and shows the result. `then` is called once the server has answered.
    pub(crate) fn act(self, action: RunAction, id: RunId, then: impl FnOnce() + 'static) {
        spawn_local(async move {
            let answer = match action {
                RunAction::Pause => pause_run(id).await,
                RunAction::Resume => resume_run(id).await,
                RunAction::Cancel => cancel_run(id).await,
                RunAction::Undo => undo_run(id).await,
            };
            match flat(answer) {
                Ok(run) => self.put_run(&run),
                Err(error) => self.refuse(&error),
            }
            then();
        });
    }

    /// Shows a refusal in a toast that stays until it is dismissed.
    pub(crate) fn refuse(self, error: &AppError) {
        self.notice(error);
        let link = error
            .reason()
            .map(|reason| ToastLink { label: text::WHAT_TO_DO.to_owned(), href: links::help(reason) });
        self.toast(Toast::trouble(error.to_string(), link));
    }
}

/// The completed quarters, 0 to 4. Progress is announced once per quarter, not once per mailbox.
fn quarter(run: &RunView) -> u64 {
    let total = u64::from(run.counts.total.max(1));
    u64::from(run.counts.settled()) * 4 / total
}
