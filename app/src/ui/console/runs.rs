//! Runs as they begin, advance and end.

use domain::{
    AppError,
    ids::RowNo,
    run::{RunKind, RunView},
};
use leptos::{prelude::*, task::spawn_local};

use super::{Console, Toast, ToastLink};
use crate::{
    api::{flat, runs::start_run},
    ui::{browser, links, words},
};

/// How many runs are kept for the strip and the overview.
const KEPT: usize = 20;

impl Console {
    /// A run as it is now. Its end is said once.
    pub(crate) fn put_run(self, run: &RunView) {
        let before = self.runs.with_untracked(|runs| runs.iter().find(|r| r.id == run.id).cloned());
        if before.as_ref().is_some_and(|b| b.state.is_over()) {
            return;
        }
        self.runs.update(|runs| {
            match runs.iter_mut().find(|r| r.id == run.id) {
                Some(known) => known.clone_from(run),
                None => runs.insert(0, run.clone()),
            }
            runs.truncate(KEPT);
        });
        if run.state.is_over() {
            self.ended.update(|n| *n += 1);
            self.say_end(run);
        } else if quarter(run) > before.as_ref().map_or(0, quarter) {
            self.said.set(format!("{}: {}", words::doing(run), words::progress(run)));
        }
    }

    fn say_end(self, run: &RunView) {
        let problems = words::problems(run);
        // Reading the directory ends often and by itself: only its problems are worth a word.
        if run.kind == RunKind::Sync && problems.is_none() {
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
            match flat(start_run(delegation, kind, rows, browser::fresh_key()).await) {
                Ok(run) => {
                    self.said.set(words::doing(&run));
                    self.put_run(&run);
                }
                Err(error) => self.refuse(&error),
            }
        });
    }

    /// Says a refusal in a toast that stays until it is dismissed.
    pub(crate) fn refuse(self, error: &AppError) {
        self.notice(error);
        let link = error
            .reason()
            .map(|reason| ToastLink { label: "What to do".to_owned(), href: links::help(reason) });
        self.toast(Toast::trouble(error.to_string(), link));
    }
}

/// 0 to 4: progress is announced at these steps and not at every mailbox.
fn quarter(run: &RunView) -> u64 {
    let total = u64::from(run.counts.total.max(1));
    u64::from(run.counts.settled()) * 4 / total
}
