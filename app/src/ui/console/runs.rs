//! Runs as they begin, advance and end.

use domain::{
    AppError, Reason,
    ids::{RowNo, RunId},
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

/// How many runs are kept for the strip and the overview.
const KEPT: usize = 20;

/// What can be asked of a run that is not over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    Pause,
    Resume,
    Cancel,
    Undo,
}

impl Console {
    /// A run as it is now. Its end is said once.
    pub(crate) fn put_run(self, run: &RunView) {
        let before = self.runs.with_untracked(|runs| runs.iter().find(|r| r.id == run.id).cloned());
        if before.as_ref().is_some_and(|b| b.state.is_over()) {
            return;
        }
        // What nobody asked for is no news until it has found something.
        let tells = run.state == RunState::Failed || !run.found.is_nothing();
        if run.scheduled && !(run.state.is_over() && tells) {
            return;
        }
        self.runs.update(|runs| {
            match runs.iter_mut().find(|r| r.id == run.id) {
                Some(known) => known.clone_from(run),
                None => runs.insert(0, run.clone()),
            }
            runs.truncate(KEPT);
        });
        if before.is_none() && run.undo_until().is_some() {
            // Also in the window of somebody else, who may know better.
            self.said.set(text::can_be_undone(run));
        }
        if run.state.is_over() {
            self.ended.update(|n| *n += 1);
            if !run.scheduled {
                self.say_end(run);
            }
        } else if run.state == RunState::Paused
            && before.as_ref().is_some_and(|b| b.state != RunState::Paused)
        {
            self.said.set(text::announced(run, &words::state(run)));
        } else if quarter(run) > before.as_ref().map_or(0, quarter) {
            self.said.set(text::announced(run, &words::progress(run)));
        }
    }

    fn say_end(self, run: &RunView) {
        let problems = words::problems(run);
        // Reading the directory ends often and by itself: only its problems are worth a word.
        if run.kind == RunKind::Sync && problems.is_none() {
            return;
        }
        // A disconnect was in sight all the time it could be undone: its end is told and not shown once more.
        if run.kind == RunKind::Disconnect && problems.is_none() {
            self.said.set(words::finished(run));
            return;
        }
        let link = problems.map(|label| ToastLink { label, href: links::run(run.id) });
        let text = words::finished(run);
        self.toast(if link.is_some() { Toast::trouble(text, link) } else { Toast::good(text) });
    }

    /// Starts a run and shows it at once. A refusal is said in a toast that stays.
    pub(crate) fn start(self, kind: RunKind, rows: Vec<RowNo>) {
        let Some(delegation) = self.delegation_id_now() else { return };
        spawn_local(async move {
            self.answered(flat(start_run(delegation, kind, rows, browser::fresh_key()).await));
        });
    }

    /// Starts a run over everybody a list shows, as many as one run takes. `then` is called once the server has
    /// answered.
    pub(crate) fn start_matching(self, kind: RunKind, query: ListQuery, then: impl FnOnce() + 'static) {
        let Some(delegation) = self.delegation_id_now() else { return };
        spawn_local(async move {
            self.answered(flat(start_matching(delegation, kind, query, browser::fresh_key()).await));
            then();
        });
    }

    /// Retries what failed in a run. `then` is called once the server has answered.
    pub(crate) fn retry_failed(self, id: RunId, then: impl FnOnce() + 'static) {
        spawn_local(async move {
            self.answered(flat(retry_failed(id, browser::fresh_key()).await));
            then();
        });
    }

    /// The same for those of one outcome and reason.
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

    /// The server's answer to a run that was asked for.
    pub(crate) fn answered(self, answer: Result<RunView, AppError>) {
        match answer {
            Ok(run) => self.begun(&run),
            Err(error) => self.refuse(&error),
        }
    }

    /// Shows and tells a run that the visitor has started; of one that can be undone [`Self::put_run`] tells more.
    pub(crate) fn begun(self, run: &RunView) {
        if run.undo_until().is_none() {
            self.said.set(words::doing(run));
        }
        self.put_run(run);
    }

    /// Asks something of a run and shows what became of it. `then` is called once the server has answered.
    pub(crate) fn ask(self, what: Ask, id: RunId, then: impl FnOnce() + 'static) {
        spawn_local(async move {
            let answer = match what {
                Ask::Pause => pause_run(id).await,
                Ask::Resume => resume_run(id).await,
                Ask::Cancel => cancel_run(id).await,
                Ask::Undo => undo_run(id).await,
            };
            match flat(answer) {
                Ok(run) => self.put_run(&run),
                Err(error) => self.refuse(&error),
            }
            then();
        });
    }

    /// Says a refusal in a toast that stays until it is dismissed.
    pub(crate) fn refuse(self, error: &AppError) {
        self.notice(error);
        let link = error
            .reason()
            .map(|reason| ToastLink { label: text::WHAT_TO_DO.to_owned(), href: links::help(reason) });
        self.toast(Toast::trouble(error.to_string(), link));
    }
}

/// 0 to 4: progress is announced at these steps and not at every mailbox.
fn quarter(run: &RunView) -> u64 {
    let total = u64::from(run.counts.total.max(1));
    u64::from(run.counts.settled()) * 4 / total
}
