//! A requested bulk action: it begins at once, or opens its review, with one key per request.

use std::sync::Arc;

use domain::{
    AppError,
    bulk::{BulkAction, BulkKind, REVIEW_ABOVE, Review},
    ids::RowNumber,
    run::RunKind,
};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::{flat, runs::review_action},
    ui::{browser, console::Console},
};

/// The first rows of a selection, by their number.
type First = Arc<dyn Fn(u32) -> Vec<RowNumber> + Send + Sync>;

/// A bulk action that a user asks for.
#[derive(Clone)]
pub(crate) struct BulkRequest {
    action: BulkAction,
    kind: BulkKind,
    /// The number of mailboxes, as the page knows it.
    count: u32,
    /// Set while the action is sent without a review.
    busy: Option<RwSignal<bool>>,
    accepted: Option<Arc<dyn Fn() + Send + Sync>>,
    first: Option<First>,
}

impl BulkRequest {
    /// `count` is the number of mailboxes, as the page knows it.
    pub(crate) fn new(action: BulkAction, kind: BulkKind, count: u32) -> Self {
        Self { action, kind, count, busy: None, accepted: None, first: None }
    }

    /// A run over these rows.
    pub(crate) fn run(kind: RunKind, rows: Vec<RowNumber>) -> Self {
        let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        Self::new(BulkAction::Run { kind, rows }, BulkKind::Run(kind), count)
    }

    /// Sets a button's busy state while the action is sent without a review.
    pub(crate) fn busy(self, busy: RwSignal<bool>) -> Self {
        Self { busy: Some(busy), ..self }
    }

    /// Calls `then` once the server has accepted the action.
    pub(crate) fn accepted(self, then: impl Fn() + Send + Sync + 'static) -> Self {
        Self { accepted: Some(Arc::new(then)), ..self }
    }

    /// Offers the first rows when the action is refused because it is too large.
    pub(crate) fn first(self, first: impl Fn(u32) -> Vec<RowNumber> + Send + Sync + 'static) -> Self {
        Self { first: Some(Arc::new(first)), ..self }
    }
}

/// The review of the page.
#[derive(Clone, Copy)]
pub(crate) struct Bulk {
    console: Console,
    pub(crate) open: RwSignal<bool>,
    pub(crate) kind: RwSignal<BulkKind>,
    pub(crate) review: RwSignal<Option<Review>>,
    pub(crate) refusal: RwSignal<Option<AppError>>,
    pub(crate) busy: RwSignal<bool>,
    /// The name of the organisation as typed, where it is asked for.
    pub(crate) typed: RwSignal<String>,
    request: StoredValue<Option<BulkRequest>>,
    /// The same for every press of the button in one review, so that a double click starts one action.
    key: StoredValue<String>,
}

impl Bulk {
    /// Provides it to all components below.
    pub(crate) fn provide(console: Console) {
        provide_context(Self {
            console,
            open: RwSignal::new(false),
            kind: RwSignal::new(BulkKind::Run(RunKind::Connect)),
            review: RwSignal::new(None),
            refusal: RwSignal::new(None),
            busy: RwSignal::new(false),
            typed: RwSignal::new(String::new()),
            request: StoredValue::new(None),
            key: StoredValue::new(String::new()),
        });
    }

    pub(crate) fn here() -> Self {
        expect_context()
    }

    /// Does a small action at once; reviews one on more than [`REVIEW_ABOVE`] mailboxes.
    pub(crate) fn request(self, request: BulkRequest) {
        if request.count > REVIEW_ABOVE {
            return self.review(request);
        }
        let BulkRequest { action, busy, accepted, .. } = request;
        let set_busy = move |now| {
            if let Some(busy) = busy {
                _ = busy.try_set(now);
            }
        };
        let Some(delegation) = self.console.delegation_id_untracked() else { return };
        set_busy(true);
        spawn_local(async move {
            match self.console.perform(delegation, action, browser::fresh_key()).await {
                Ok(()) => _ = accepted.map(|accepted| accepted()),
                Err(error) => self.console.refuse(&error),
            }
            set_busy(false);
        });
    }

    /// Opens the dialog and loads the review from the server.
    pub(crate) fn review(self, request: BulkRequest) {
        let Some(delegation) = self.console.delegation_id_untracked() else { return };
        self.kind.set(request.kind);
        self.review.set(None);
        self.refusal.set(None);
        self.busy.set(false);
        self.typed.set(String::new());
        let (action, key) = (request.action.clone(), browser::fresh_key());
        self.request.set_value(Some(request));
        self.key.set_value(key.clone());
        self.open.set(true);
        spawn_local(async move {
            let answer = flat(review_action(delegation, action).await);
            // Another review was opened meanwhile.
            if self.key.try_get_value() != Some(key) {
                return;
            }
            match answer {
                Ok(review) => self.review.set(Some(review)),
                Err(error) => self.refused(error),
            }
        });
    }

    /// Begins the reviewed action.
    pub(crate) fn confirm(self) {
        let (Some(request), Some(delegation)) =
            (self.request.get_value(), self.console.delegation_id_untracked())
        else {
            return;
        };
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.refusal.set(None);
        spawn_local(async move {
            match self.console.perform(delegation, request.action, self.key.get_value()).await {
                Ok(()) => {
                    self.open.set(false);
                    _ = request.accepted.map(|accepted| accepted());
                }
                Err(error) => self.refused(error),
            }
            self.busy.set(false);
        });
    }

    /// Whether fewer of the mailboxes can be taken.
    pub(crate) fn can_take_fewer(self) -> bool {
        self.request.with_value(|request| request.as_ref().is_some_and(|request| request.first.is_some()))
    }

    /// Reviews the same action for the first mailboxes only.
    pub(crate) fn take_first(self, count: u32) {
        let Some(request) = self.request.get_value() else { return };
        if let (Some(first), BulkKind::Run(kind)) = (&request.first, request.kind) {
            let action = BulkAction::Run { kind, rows: first(count) };
            self.review(BulkRequest { action, count, ..request });
        }
    }

    fn refused(self, error: AppError) {
        self.console.notice(&error);
        self.refusal.set(Some(error));
    }
}
