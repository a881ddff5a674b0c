//! What can be done with one mailbox, in its row.

use domain::{connection::Connection, ids::RowNo, mailbox::MailboxRow, run::RunKind};
use leptos::prelude::*;

use crate::ui::{
    components::icon::Icon,
    mailboxes::{keyboard, list::ListState},
};

/// The actions a state has, the one that matters most last (at the row's edge).
const fn actions(connection: Connection) -> &'static [RunKind] {
    match connection {
        Connection::Available => &[RunKind::Connect],
        Connection::Failed => &[RunKind::Connect],
        Connection::Disconnected => &[RunKind::Reconnect],
        Connection::Connected => &[RunKind::Verify, RunKind::Disconnect],
        Connection::NeedsAttention => &[RunKind::Verify, RunKind::Disconnect, RunKind::Reconnect],
        Connection::Ineligible => &[RunKind::Verify],
        Connection::Excluded | Connection::Queued | Connection::Connecting | Connection::Removed => &[],
    }
}

/// Words, icon and style of an action.
const fn looks(kind: RunKind, connection: Connection) -> (&'static str, Option<&'static str>, &'static str) {
    match kind {
        RunKind::Connect => ("Connect", None, "button button-small"),
        RunKind::Reconnect if matches!(connection, Connection::NeedsAttention) => {
            ("Reconnect", None, "button button-small button-accent")
        }
        RunKind::Reconnect => ("Reconnect", None, "button button-small"),
        RunKind::Disconnect => ("Disconnect", Some("minus"), "button-icon"),
        RunKind::Verify | RunKind::Sync => ("Check now", Some("pulse"), "button-icon"),
    }
}

/// The buttons of a row.
#[component]
pub(crate) fn RowActions(
    number: RowNo,
    row: RwSignal<Option<MailboxRow>>,
    tabindex: Signal<&'static str>,
) -> impl IntoView {
    let list = ListState::here();
    // Rebuilt only when other buttons are due, so that the keyboard does not lose its place.
    let state = Memo::new(move |_| row.read().as_ref().map(|r| (r.connection, r.busy, r.name.clone())));
    let no_slot = Memo::new(move |_| list.console.free() == Some(0));
    move || {
        let (connection, busy, name) = state.get()?;
        if busy {
            return None;
        }
        let button = move |kind: &RunKind| {
            let kind = *kind;
            let (words, icon, class) = looks(kind, connection);
            let takes_slot = kind == RunKind::Connect
                || (kind == RunKind::Reconnect && connection != Connection::NeedsAttention);
            let press = move |_| {
                keyboard::keep_place(list);
                list.console.start(kind, vec![number]);
            };
            view! {
                <button
                    type="button"
                    class=class
                    aria-label=format!("{words} {name}")
                    title=icon.map(|_| words)
                    tabindex=move || tabindex.get()
                    disabled=move || takes_slot && no_slot.get()
                    on:click=press
                >
                    {match icon {
                        Some(icon) => view! { <Icon name=icon/> }.into_any(),
                        None => words.into_any(),
                    }}
                </button>
            }
        };
        Some(actions(connection).iter().map(button).collect_view())
    }
}
