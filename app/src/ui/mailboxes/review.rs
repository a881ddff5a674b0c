//! The review of a run before it starts, with one key per opened review.

use domain::{
    AppError,
    ids::{DelegationId, RowNumber},
    run::{Review, RunKind},
};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::{
        flat,
        runs::{review_run, start_run},
    },
    ui::{browser, console::Console},
};

/// An opened review.
#[derive(Clone, Copy)]
pub(crate) struct ReviewState {
    pub(crate) open: RwSignal<bool>,
    pub(crate) kind: RwSignal<RunKind>,
    pub(crate) review: RwSignal<Option<Review>>,
    pub(crate) refusal: RwSignal<Option<AppError>>,
    pub(crate) busy: RwSignal<bool>,
    rows: StoredValue<Vec<RowNumber>>,
    /// The same for every press of the button in one review, so that a double click starts one run.
    key: StoredValue<String>,
}

impl ReviewState {
    pub(crate) fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            kind: RwSignal::new(RunKind::Connect),
            review: RwSignal::new(None),
            refusal: RwSignal::new(None),
            busy: RwSignal::new(false),
            rows: StoredValue::new(Vec::new()),
            key: StoredValue::new(String::new()),
        }
    }

    /// Opens the dialog and loads the review from the server.
    pub(crate) fn ask(self, console: Console, delegation: DelegationId, kind: RunKind, rows: Vec<RowNumber>) {
        self.kind.set(kind);
        self.review.set(None);
        self.refusal.set(None);
        self.busy.set(false);
        self.rows.set_value(rows.clone());
        self.key.set_value(browser::fresh_key());
        self.open.set(true);
        spawn_local(async move {
            match flat(review_run(delegation, kind, rows).await) {
                Ok(review) => _ = self.review.try_set(Some(review)),
                Err(error) => {
                    console.notice(&error);
                    _ = self.refusal.try_set(Some(error));
                }
            }
        });
    }

    /// Starts the run. `accepted` is called once the server has accepted it.
    pub(crate) fn confirm(self, console: Console, delegation: DelegationId, accepted: impl Fn() + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.refusal.set(None);
        let (kind, rows, key) = (self.kind.get_untracked(), self.rows.get_value(), self.key.get_value());
        spawn_local(async move {
            match flat(start_run(delegation, kind, rows, key).await) {
                Ok(run) => {
                    console.show_started(&run);
                    _ = self.open.try_set(false);
                    accepted();
                }
                Err(error) => {
                    console.notice(&error);
                    _ = self.refusal.try_set(Some(error));
                }
            }
            _ = self.busy.try_set(false);
        });
    }
}
