//! The state that all pages share: the user, the organisation in view, its counts, slots and runs.
//!
//! It is filled once from the layout's data and then only by the live stream and by responses to the user's actions.
//! Views read it only inside the page's `Suspend`, after it was filled, so that server and browser render the same.

mod apply;
mod follow;
mod messages;
mod perform;
mod runs;
mod text;
mod undo;

use std::sync::Arc;

use domain::{
    attention_group::AttentionGroup,
    consent::AttemptView,
    delegation::DelegationView,
    ids::{DelegationId, Millis, Seq},
    mailbox::{Counts, MailboxRow},
    run::RunView,
    slots::Pool,
    workspace::{Me, Snapshot},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

pub(crate) use messages::{Message, MessageLink};
pub(crate) use runs::RunAction;
pub(crate) use undo::UndoableExclusion;

/// The data that every page needs before it can show anything.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct LayoutData {
    pub(crate) me: Me,
    /// Of the organisation in view; `None` while there is none.
    pub(crate) snapshot: Option<Snapshot>,
}

/// The state of the live stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// There is no delegation to follow yet.
    Off,
    Connecting,
    Open,
    /// The stream is kept back on its way, so changes are asked for every few seconds.
    Polling,
}

/// Receives the rows that have just changed.
pub(crate) type RowSink = Arc<dyn Fn(&[MailboxRow]) + Send + Sync>;

/// A handle to the shared state; cheap to copy into handlers.
#[derive(Clone, Copy)]
pub(crate) struct Console {
    pub(crate) me: RwSignal<Option<Me>>,
    /// The organisation in view.
    pub(crate) delegation: RwSignal<Option<DelegationView>>,
    pub(crate) counts: RwSignal<Counts>,
    pub(crate) pools: RwSignal<Vec<Pool>>,
    pub(crate) runs: RwSignal<Vec<RunView>>,
    /// The attention groups as last loaded; the components that show them reload them.
    pub(crate) attention_groups: RwSignal<Vec<AttentionGroup>>,
    /// The authorisation that changed last.
    pub(crate) attempt: RwSignal<Option<AttemptView>>,
    pub(crate) link: RwSignal<Link>,
    pub(crate) signed_out: RwSignal<bool>,
    /// Counts the runs that ended while this page was open.
    pub(crate) ended: RwSignal<u32>,
    /// Counts how often the stream was restored: what could not be loaded meanwhile is loaded again.
    pub(crate) reconnects: RwSignal<u32>,
    /// Counts the resets of the stream (it could not resume): all loaded data must be loaded again.
    pub(crate) resets: RwSignal<u32>,
    /// The user's time; `None` in the first render, which must not read a clock.
    pub(crate) now: RwSignal<Option<Millis>>,
    /// Exclusions of this page that can still be undone, the newest last.
    pub(crate) exclusions: RwSignal<Vec<UndoableExclusion>>,
    /// The last result or refusal, until it is dismissed.
    pub(crate) message: RwSignal<Option<Message>>,
    /// The current state of the mailbox whose panel is open.
    pub(crate) shown: RwSignal<Option<MailboxRow>>,
    /// The last announcement for assistive technology (polite).
    pub(crate) announcement: RwSignal<String>,
    rows: StoredValue<Option<RowSink>>,
    cursor: StoredValue<Seq>,
}

impl Console {
    /// Creates an empty console and provides it to all components below.
    pub(crate) fn provide() -> Self {
        let console = Self {
            me: RwSignal::new(None),
            delegation: RwSignal::new(None),
            counts: RwSignal::new(Counts::default()),
            pools: RwSignal::new(Vec::new()),
            runs: RwSignal::new(Vec::new()),
            attention_groups: RwSignal::new(Vec::new()),
            attempt: RwSignal::new(None),
            link: RwSignal::new(Link::Off),
            signed_out: RwSignal::new(false),
            ended: RwSignal::new(0),
            reconnects: RwSignal::new(0),
            resets: RwSignal::new(0),
            now: RwSignal::new(None),
            exclusions: RwSignal::new(Vec::new()),
            message: RwSignal::new(None),
            shown: RwSignal::new(None),
            announcement: RwSignal::new(String::new()),
            rows: StoredValue::new(None),
            cursor: StoredValue::new(Seq(0)),
        };
        provide_context(console);
        console
    }

    /// The console of the page.
    pub(crate) fn here() -> Self {
        expect_context()
    }

    /// Fills the console with the layout's data, the first time only: afterwards the stream's data are newer.
    pub(crate) fn fill(self, data: &LayoutData) {
        if self.me.read_untracked().is_some() {
            return;
        }
        self.pools.set(data.me.pools.clone());
        if let Some(snapshot) = &data.snapshot {
            self.take(snapshot);
        }
        self.me.set(Some(data.me.clone()));
    }

    /// The organisation in view.
    pub(crate) fn delegation_id(self) -> Option<DelegationId> {
        self.delegation.read().as_ref().map(|d| d.id)
    }

    /// The same, for handlers: does not track changes.
    pub(crate) fn delegation_id_untracked(self) -> Option<DelegationId> {
        self.delegation.read_untracked().as_ref().map(|d| d.id)
    }

    /// The name of the organisation in view.
    pub(crate) fn organisation(self) -> Memo<String> {
        Memo::new(move |_| self.delegation.read().as_ref().map(|d| d.title().to_owned()).unwrap_or_default())
    }

    /// The organisation in links to the list: `None` while there is only one.
    pub(crate) fn delegation_in_links(self) -> Option<DelegationId> {
        let several = self.me.read().as_ref().is_some_and(|me| me.delegations.len() > 1);
        self.delegation_id().filter(|_| several)
    }

    /// Whether the organisation in view is linked, or its directory was synced before.
    pub(crate) fn is_linked(self) -> bool {
        self.delegation.read().as_ref().is_some_and(|d| d.state.is_linked() || d.synced_at.is_some())
    }

    /// Free slots of the pool that new connections use; `None` is unlimited.
    pub(crate) fn free(self) -> Option<u32> {
        free(&self.pools.read())
    }

    pub(crate) fn free_now(self) -> Option<u32> {
        free(&self.pools.read_untracked())
    }

    /// Registers the receiver of changed mailbox rows; it replaces the previous one.
    pub(crate) fn listen_to_rows(self, sink: RowSink) {
        self.rows.set_value(Some(sink));
    }

    pub(crate) fn stop_listening_to_rows(self) {
        self.rows.set_value(None);
    }
}

fn free(pools: &[Pool]) -> Option<u32> {
    pools.first().map_or(Some(0), Pool::free)
}

/// The organisation to show: the requested one, else a linked one, else the last.
pub(crate) fn pick(me: &Me, wanted: Option<DelegationId>) -> Option<DelegationId> {
    let requested = me.delegations.iter().find(|d| Some(d.id) == wanted);
    let linked = || me.delegations.iter().find(|d| d.state.is_linked());
    requested.or_else(linked).or_else(|| me.delegations.last()).map(|d| d.id)
}
