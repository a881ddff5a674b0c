//! The actions that the mailbox's state allows, as labelled buttons.

use domain::connection::Connection;
use leptos::prelude::*;

use super::text;
use crate::ui::{
    browser,
    components::button::{Button, Variant},
    console::Console,
    links,
    mailboxes::row_actions::{RowAction, act, actions, takes_slot, words},
};

/// The buttons of its state, the most important one first.
#[component]
pub(crate) fn Actions() -> impl IntoView {
    let console = Console::here();
    // Rebuilt only when the set of buttons changes, so that the keyboard focus is not lost.
    let state = Memo::new(move |_| {
        console.shown.read().as_ref().filter(|row| !row.busy).map(|row| (row.connection, row.row))
    });
    let no_slot = Memo::new(move |_| console.free() == Some(0));
    move || {
        let (connection, number) = state.get()?;
        let due = actions(connection);
        if due.is_empty() {
            return None;
        }
        let blocked = move || no_slot.get() && due.iter().any(|action| takes_slot(*action, connection));
        let last = due.len() - 1;
        let button = move |(i, action): (usize, &RowAction)| {
            let action = *action;
            let variant = match (i == last, connection) {
                (true, Connection::Connected) => Variant::Danger,
                (true, _) => Variant::Primary,
                _ => Variant::Plain,
            };
            let press = move |()| {
                // The button is about to be removed: the heading takes the focus.
                browser::focus("#panel-title");
                act(console, action, number);
            };
            let disabled = Signal::derive(move || no_slot.get() && takes_slot(action, connection));
            view! { <Button label=words(action) variant=variant disabled=disabled changes=true on_press=press/> }
        };
        Some(view! {
            <div class="panel-actions">{due.iter().enumerate().rev().map(button).collect_view()}</div>
            {move || blocked().then(|| view! {
                <p class="panel-fine">
                    {text::NO_FREE_SLOTS}
                    <a href=links::help(domain::Reason::SlotsExhausted)>{text::HOW_TO_GET_MORE}</a>
                </p>
            })}
        })
    }
}
