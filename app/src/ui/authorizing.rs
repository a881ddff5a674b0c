//! An authorisation from this page's side: open Microsoft's page in a second tab, wait here, learn the result.

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

/// The stream tells the result; asking as well makes sure of it when the stream is down.
const ASK_AGAIN: Duration = Duration::from_secs(3);
/// The same when somebody else has days to do it.
const ASK_AGAIN_LATER: Duration = Duration::from_secs(60);

/// One authorisation at a time.
#[derive(Clone, Copy)]
pub(crate) struct Authorizing {
    console: Console,
    /// Between the click and Microsoft's address.
    pub(crate) busy: RwSignal<bool>,
    pub(crate) attempt: RwSignal<Option<AttemptView>>,
    /// Microsoft's page, for those whose browser opened no tab.
    pub(crate) url: RwSignal<Option<String>>,
    /// The browser opened no tab.
    pub(crate) blocked: RwSignal<bool>,
    pub(crate) error: RwSignal<Option<AppError>>,
}

impl Authorizing {
    /// Watches for results as long as the component that makes it is mounted.
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
            let news = this.console.attempt.get();
            let ours = this.waiting_for();
            if let Some(news) = news.filter(|news| Some(news.id) == ours) {
                this.attempt.set(Some(news));
            }
        });
        let waits = Memo::new(move |_| {
            this.attempt.read().as_ref().filter(|a| !a.state.is_over()).map(|a| (a.id, a.invited))
        });
        Effect::new(move |_| {
            let Some((id, invited)) = waits.get() else { return };
            let every = if invited { ASK_AGAIN_LATER } else { ASK_AGAIN };
            let timer = set_interval_with_handle(move || this.ask(id), every);
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

    fn ask(self, id: AttemptId) {
        spawn_local(async move {
            if let Ok(attempt) = flat(load_attempt(id).await)
                && self.attempt.try_get_untracked().flatten().is_some_and(|a| a.id == id && a != attempt)
            {
                self.attempt.set(Some(attempt));
            }
        });
    }

    /// To be called inside the click: opens the tab at once, then finds out where to send it.
    /// `client` says which API client is to be authorised; its refusal closes the tab again.
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

    /// Forgets the attempt: the form is back.
    pub(crate) fn start_over(self) {
        self.attempt.set(None);
        self.error.set(None);
    }

    pub(crate) fn is_granted(self) -> bool {
        self.attempt.read().as_ref().is_some_and(|a| a.state == domain::consent::AttemptState::Granted)
    }
}
