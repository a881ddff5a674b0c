//! A list in Settings that actions change: a refusal is shown, and the list is loaded again.

use std::{future::Future, pin::Pin, sync::Arc};

use domain::AppError;
use leptos::{prelude::*, task::spawn_local};

use crate::ui::{browser, console::Console};

type Reading<T> = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<T, AppError>>>> + Send + Sync>;

/// A handle; cheap to copy into handlers.
pub(super) struct EditableList<T: Send + Sync + 'static> {
    console: Console,
    pub(super) busy: RwSignal<bool>,
    /// The refusal of the last action.
    pub(super) error: RwSignal<Option<AppError>>,
    list: RwSignal<T>,
    read: StoredValue<Reading<T>>,
}

impl<T: Send + Sync + 'static> Clone for EditableList<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for EditableList<T> {}

impl<T: Send + Sync + 'static> EditableList<T> {
    pub(super) fn new<F>(read: impl Fn() -> F + Send + Sync + 'static, list: RwSignal<T>) -> Self
    where
        F: Future<Output = Result<T, AppError>> + 'static,
    {
        let read: Reading<T> = Arc::new(move || Box::pin(read()));
        Self {
            console: Console::here(),
            busy: RwSignal::new(false),
            error: RwSignal::new(None),
            list,
            read: StoredValue::new(read),
        }
    }

    /// The refusal of the last action, when it is about this field.
    pub(super) fn problem(self, field: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.error.get().filter(|error| error.field() == Some(field)).map(|error| error.to_string())
        })
    }

    /// Runs an action, one at a time, and loads the list again, also after a refusal: it may be out of date.
    pub(super) fn run<F>(self, act: impl FnOnce() -> F + 'static)
    where
        F: Future<Output = Result<(), AppError>> + 'static,
    {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            let outcome = act().await;
            if let Err(error) = &outcome {
                self.console.notice(error);
            }
            let of_field = outcome.as_ref().is_err_and(|error| error.field().is_some());
            _ = self.error.try_set(outcome.err());
            if of_field {
                browser::focus_problem();
            }
            let Some(reading) = self.read.try_with_value(|read| read()) else { return };
            if let Ok(now) = reading.await {
                _ = self.list.try_set(now);
            }
            _ = self.busy.try_set(false);
        });
    }
}
