//! Starts, updates and announces runs.

use domain::{
    AppError,
    ids::RunId,
    run::{RunKind, RunState, RunView},
};
use leptos::{prelude::*, task::spawn_local};

use super::{Console, Message, MessageLink, text};
use crate::{
    api::{
        flat,
        runs::{cancel_run, pause_run, resume_run, undo_run},
    },
    ui::{links, words},
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
        // A disconnect was visible while it could be undone: its end is announced, without a message.
        if run.kind == RunKind::Disconnect && problems.is_none() {
            self.announcement.set(words::finished(run));
            return;
        }
        let link = problems.map(|label| MessageLink { label, href: links::run(run.id) });
        let text = words::finished(run);
        self.show(if link.is_some() { Message::problem(text, link) } else { Message::good(text) });
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

    /// Shows a refusal as the last message.
    pub(crate) fn refuse(self, error: &AppError) {
        self.notice(error);
        let link = error
            .reason()
            .map(|reason| MessageLink { label: text::WHAT_TO_DO.to_owned(), href: links::help(reason) });
        self.show(Message::problem(error.to_string(), link));
    }
}

/// The completed quarters, 0 to 4. Progress is announced once per quarter, not once per mailbox.
fn quarter(run: &RunView) -> u64 {
    let total = u64::from(run.counts.total.max(1));
    u64::from(run.counts.settled()) * 4 / total
}
