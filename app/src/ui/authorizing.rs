//! The browser side of an authorisation: opens Microsoft's page in a second tab and waits for the result.

use std::time::Duration;

use domain::{
    AppError,
    consent::{ApiClientView, AttemptView},
    ids::AttemptId,
};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::{
        flat,
        setup::{authorize_client, load_attempt},
    },
    ui::{browser, console::Console},
};

/// How often an authorisation is polled. The stream delivers its result; polling covers a stream that is down.
const POLL_EVERY: Duration = Duration::from_secs(3);
/// The same for an invited administrator, who has days to approve.
const POLL_INVITED_EVERY: Duration = Duration::from_secs(60);

/// One authorisation at a time.
#[derive(Clone, Copy)]
pub(crate) struct Authorizing {
    console: Console,
    /// True from the click until Microsoft's address is known.
    pub(crate) busy: RwSignal<bool>,
    pub(crate) attempt: RwSignal<Option<AttemptView>>,
    /// The address of Microsoft's page, for browsers that opened no tab.
    pub(crate) url: RwSignal<Option<String>>,
    /// Whether the browser opened no tab.
    pub(crate) blocked: RwSignal<bool>,
    pub(crate) error: RwSignal<Option<AppError>>,
}

impl Authorizing {
    /// Watches for results while the component that creates it is mounted.
    pub(crate) fn new() -> Self {
        let this = Self {
            console: Console::here(),
            busy: RwSignal::new(false),
            attempt: RwSignal::new(None),
            url: RwSignal::new(None),
            blocked: RwSignal::new(false),
            error: RwSignal::new(None),
        };
        Effect::new(move |_| {
            let changed = this.console.attempt.get();
            let ours = this.waiting_for();
            if let Some(changed) = changed.filter(|changed| Some(changed.id) == ours) {
                this.attempt.set(Some(changed));
            }
        });
        let waits = Memo::new(move |_| {
            this.attempt.read().as_ref().filter(|a| !a.state.is_over()).map(|a| (a.id, a.invited))
        });
        Effect::new(move |_| {
            let Some((id, invited)) = waits.get() else { return };
            let every = if invited { POLL_INVITED_EVERY } else { POLL_EVERY };
            let timer = set_interval_with_handle(move || this.poll(id), every);
            on_cleanup(move || {
                if let Ok(timer) = timer {
                    timer.clear();
                }
            });
        });
        this
    }

    fn waiting_for(self) -> Option<AttemptId> {
        self.attempt.read_untracked().as_ref().map(|a| a.id)
    }

    fn poll(self, id: AttemptId) {
        spawn_local(async move {
            if let Ok(attempt) = flat(load_attempt(id).await)
                && self.attempt.try_get_untracked().flatten().is_some_and(|a| a.id == id && a != attempt)
            {
                self.attempt.set(Some(attempt));
            }
        });
    }

    /// Starts an authorisation. Must be called in the click handler, where it opens the tab; the tab's address follows
    /// later. `client` resolves to the API client to authorise; a refusal closes the tab again.
    pub(crate) fn begin(self, client: impl Future<Output = Result<ApiClientView, AppError>> + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        let tab = browser::open_tab();
        self.busy.set(true);
        self.error.set(None);
        self.attempt.set(None);
        self.blocked.set(tab.is_none());
        spawn_local(async move {
            let answer = match client.await {
                Ok(client) => flat(authorize_client(client.id).await),
                Err(error) => Err(error),
            };
            match answer {
                Ok(authorization) => {
                    if let Some(tab) = &tab {
                        browser::send_tab(tab, &authorization.url);
                    }
                    self.console.follow(authorization.attempt.delegation);
                    self.url.set(Some(authorization.url));
                    self.attempt.set(Some(authorization.attempt));
                }
                Err(error) => {
                    if let Some(tab) = &tab {
                        _ = tab.close();
                    }
                    self.console.notice(&error);
                    self.error.set(Some(error));
                }
            }
            self.busy.set(false);
        });
    }

    /// Clears the attempt, so that the form is shown again.
    pub(crate) fn start_over(self) {
        self.attempt.set(None);
        self.error.set(None);
    }

    pub(crate) fn is_granted(self) -> bool {
        self.attempt.read().as_ref().is_some_and(|a| a.state == domain::consent::AttemptState::Granted)
    }
}
