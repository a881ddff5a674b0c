//! Notes about the list: caps, changes, problems.

use leptos::prelude::*;

use super::text;
use crate::ui::{
    components::button::{Button, Variant},
    components::{more_slots::MoreSlots, notice::Refusal},
    links,
    mailboxes::list::{ListState, Purpose},
};

/// Notes between the toolbar and the rows.
#[component]
pub(crate) fn Notes() -> impl IntoView {
    let list = ListState::here();
    let full = Memo::new(move |_| {
        list.purpose.get() == Purpose::Connect && list.room.get() == 0 && !list.selectable.read().is_empty()
    });
    let note = move || list.note.get().or_else(|| full.get().then(|| no_room(list)));
    view! {
        <div class="notes" aria-live="polite">
            {move || list.elsewhere.get().into_iter().map(|(tab, kept)| view! {
                <p class="note note-quiet">{text::kept_selected(kept.len(), tab)}</p>
            }).collect_view()}
            <p class="note" id="no-room" hidden=move || note().is_none() data-testid="note">
                {note}
                {move || (full.get() && list.console.free().is_some_and(|free| free < domain::slots::MAX_PER_RUN)).then(|| view! {
                    " " <a href=links::help(domain::Reason::SlotsExhausted)>{text::HOW_TO_GET_MORE}</a>
                })}
            </p>
            {move || full.get().then(|| view! { <MoreSlots missing=0/> })}
        </div>
        {move || list.error.get().map(|error| view! {
            <div class="list-error">
                <Refusal error=error>
                    <p>{text::SEEN_BEFORE}</p>
                    <Button label=text::TRY_AGAIN on_press=move |()| list.reload()/>
                </Refusal>
            </div>
        })}
        <OnlySelected/>
    }
}

/// Why no more can be selected.
fn no_room(list: ListState) -> String {
    let selected = list.selection.read().len();
    match (selected, list.console.free()) {
        (0, _) => text::NO_FREE_SLOTS.to_owned(),
        (_, Some(free)) if free <= selected => text::all_slots_selected(free),
        _ => text::most_selected(selected),
    }
}

/// "12 rows changed", with *Refresh*: rows keep their positions until the user refreshes the order. It is in the heading
/// of the actions, which is always in sight, so that it covers nothing and no row moves when it appears.
#[component]
pub(crate) fn Changed() -> impl IntoView {
    let list = ListState::here();
    let moved = Memo::new(move |_| list.moved.read().len());
    let shown = Memo::new(move |_| list.has_changed());
    let words = move || match moved.get() {
        0 => text::DIRECTORY_CHANGED.to_owned(),
        n => text::changed(n),
    };
    move || {
        shown.get().then(|| {
            view! {
                <p class="list-changed" role="status">
                    <span>{words}</span>
                    <Button label=text::REFRESH variant=Variant::Quiet on_press=move |()| list.reload()/>
                </p>
            }
        })
    }
}

/// Shown while only the selected rows are listed, regardless of the filters.
#[component]
fn OnlySelected() -> impl IntoView {
    let list = ListState::here();
    move || {
        list.only.get().then(|| {
            view! {
                <p class="changed">
                    <span>{text::ONLY_SELECTED}</span>
                    <Button label=text::SHOW_ALL variant=Variant::Quiet on_press=move |()| list.show_all()/>
                </p>
            }
        })
    }
}
