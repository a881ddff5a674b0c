//! The actions on one mailbox, in its row.

use domain::{connection::Connection, ids::RowNumber, mailbox::MailboxRow, run::RunKind};
use leptos::prelude::*;

use super::text;
use crate::ui::{
    components::icon::Icon,
    console::Console,
    mailboxes::{keyboard, list::ListState},
};

/// The action of a button.
#[derive(Clone, Copy)]
pub(crate) enum RowAction {
    Run(RunKind),
    Exclude,
    Include,
}

/// The actions of a state, the most important one last (at the row's edge).
pub(crate) const fn actions(connection: Connection) -> &'static [RowAction] {
    use RowAction::{Exclude, Include, Run};
    match connection {
        Connection::Available | Connection::Failed => &[Exclude, Run(RunKind::Connect)],
        Connection::Disconnected => &[Exclude, Run(RunKind::Reconnect)],
        Connection::Connected => &[Run(RunKind::Verify), Run(RunKind::Disconnect)],
        Connection::NeedsAttention => {
            &[Run(RunKind::Verify), Run(RunKind::Disconnect), Run(RunKind::Reconnect)]
        }
        Connection::Ineligible => &[Run(RunKind::Verify)],
        Connection::Excluded => &[Include],
        Connection::Queued | Connection::Connecting | Connection::Removed => &[],
    }
}

/// The label of an action.
pub(crate) const fn words(action: RowAction) -> &'static str {
    match action {
        RowAction::Run(RunKind::Connect) => text::CONNECT,
        RowAction::Run(RunKind::Reconnect) => text::RECONNECT,
        RowAction::Run(RunKind::Disconnect) => text::DISCONNECT,
        RowAction::Run(RunKind::Verify | RunKind::Sync) => text::CHECK_NOW,
        RowAction::Exclude => text::EXCLUDE,
        RowAction::Include => text::INCLUDE,
    }
}

/// Label, icon and style of an action.
const fn appearance(
    action: RowAction,
    connection: Connection,
) -> (&'static str, Option<&'static str>, &'static str) {
    match action {
        RowAction::Run(RunKind::Connect) => (text::CONNECT, None, "button button-small"),
        RowAction::Run(RunKind::Reconnect) if matches!(connection, Connection::NeedsAttention) => {
            (text::RECONNECT, None, "button button-small button-accent")
        }
        RowAction::Run(RunKind::Reconnect) => (text::RECONNECT, None, "button button-small"),
        RowAction::Run(RunKind::Disconnect) => (text::DISCONNECT, Some("minus"), "button-icon"),
        RowAction::Run(RunKind::Verify | RunKind::Sync) => (text::CHECK_NOW, Some("pulse"), "button-icon"),
        RowAction::Exclude => (text::EXCLUDE, Some("ban"), "button-icon"),
        RowAction::Include => (text::INCLUDE, None, "button button-small"),
    }
}

/// Whether the action needs a free slot.
pub(crate) const fn takes_slot(action: RowAction, connection: Connection) -> bool {
    match action {
        RowAction::Run(RunKind::Connect) => true,
        RowAction::Run(RunKind::Reconnect) => !matches!(connection, Connection::NeedsAttention),
        _ => false,
    }
}

pub(crate) fn act(console: Console, action: RowAction, number: RowNumber) {
    match action {
        RowAction::Run(kind) => console.start(kind, vec![number]),
        RowAction::Exclude => console.exclude(vec![number]),
        RowAction::Include => console.include(vec![number]),
    }
}

/// The buttons of a row.
#[component]
pub(crate) fn RowActions(
    number: Memo<RowNumber>,
    row: Memo<Option<MailboxRow>>,
    tabindex: Signal<&'static str>,
) -> impl IntoView {
    let list = ListState::here();
    // Rebuilt only when the set of buttons changes, so that the keyboard focus is not lost.
    let state = Memo::new(move |_| row.read().as_ref().map(|r| (r.connection, r.busy)));
    let name = move || row.read().as_ref().map(|r| r.name.clone()).unwrap_or_default();
    let no_slot = Memo::new(move |_| list.console.free() == Some(0));
    move || {
        let (connection, busy) = state.get()?;
        if busy {
            return None;
        }
        let button = move |action: &RowAction| {
            let action = *action;
            let (words, icon, class) = appearance(action, connection);
            let takes_slot = takes_slot(action, connection);
            let press = move |_| {
                keyboard::focus_active_cell(list);
                act(list.console, action, number.get_untracked());
            };
            view! {
                <button
                    type="button"
                    class=class
                    aria-label=move || text::action_on(words, &name())
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
