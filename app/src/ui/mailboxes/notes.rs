//! What the list says about itself: caps, changes, problems.

use domain::text;
use leptos::prelude::*;

use crate::ui::{
    components::notice::Refusal,
    components::press::{Look, Press},
    links,
    mailboxes::list::{ListState, Purpose},
    words,
};

/// Notes between the toolbar and the rows.
#[component]
pub(crate) fn Notes() -> impl IntoView {
    let list = ListState::here();
    let full = Memo::new(move |_| {
        list.purpose.get() == Purpose::Connect && list.room.get() == 0 && !list.selectable.read().is_empty()
    });
    let said = move || list.note.get().or_else(|| full.get().then(|| no_room(list)));
    view! {
        <div class="notes" aria-live="polite">
            <p class="note" id="no-room" hidden=move || said().is_none() data-testid="note">
                {said}
                {move || (full.get() && list.console.free().is_some_and(|free| free < domain::slots::MAX_PER_RUN)).then(|| view! {
                    " " <a href=links::help(domain::Reason::SlotsExhausted)>"How to get more"</a>
                })}
            </p>
        </div>
        {move || list.error.get().map(|error| view! {
            <div class="list-error">
                <Refusal error=error>
                    <p>"What you see is what was loaded before."</p>
                    <Press label="Try again" on_press=move |()| list.reload()/>
                </Refusal>
            </div>
        })}
        <Changed/>
        <OnlySelected/>
    }
}

/// Why no more can be selected.
fn no_room(list: ListState) -> String {
    let selected = list.selection.read().len();
    match (selected, list.console.free()) {
        (0, _) => "Your plan has no free slots: nothing more can be connected now.".to_owned(),
        (_, Some(free)) if free <= selected => {
            format!(
                "All {} are selected. Unselect someone to choose someone else.",
                domain::text::counted(u64::from(free), "free slot", "free slots")
            )
        }
        _ => format!("{} are selected: the most one connection takes.", words::n(selected)),
    }
}

/// "12 changed · Refresh order": rows never move by themselves.
#[component]
fn Changed() -> impl IntoView {
    let list = ListState::here();
    let moved = Memo::new(move |_| list.moved.read().len());
    let shown = Memo::new(move |_| moved.get() > 0 || list.outdated.get());
    let words = move || match moved.get() {
        0 => "The directory has changed. The rows stay where they are until you ask.".to_owned(),
        n => {
            let changed = text::counted(n as u64, "mailbox has", "mailboxes have");
            format!("{changed} changed and would stand elsewhere now.")
        }
    };
    move || {
        shown.get().then(|| {
            view! {
                <p class="changed">
                    <span>{words}</span>
                    <Press label="Refresh order" look=Look::Quiet on_press=move |()| list.reload()/>
                </p>
            }
        })
    }
}

/// Says that the filters do not count just now.
#[component]
fn OnlySelected() -> impl IntoView {
    let list = ListState::here();
    move || {
        list.only.get().then(|| {
            view! {
                <p class="changed">
                    <span>"Only what you selected is shown, whatever the filters say."</span>
                    <Press label="Show all" look=Look::Quiet on_press=move |()| list.show_all()/>
                </p>
            }
        })
    }
}
