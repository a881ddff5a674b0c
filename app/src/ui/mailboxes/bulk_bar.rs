//! The sticky bar of a selection: its count, the slots left, and its actions.

use domain::{run::RunKind, undo::ExclusionTarget};
use leptos::prelude::*;

use super::text;
use crate::ui::{
    browser,
    components::button::{Button, Variant},
    console::Console,
    mailboxes::list::{ListState, Purpose},
};

/// An attribute of `<html>`, for styles.
const SELECTING: &str = "data-selecting";

/// Shown while rows are selected.
#[component]
pub(crate) fn BulkBar() -> impl IntoView {
    let list = ListState::here();
    let count = Memo::new(move |_| list.selection.read().len());
    let shown = Memo::new(move |_| count.get() > 0);
    // A selection ends by a press on the bar, or in a dialog that returns the focus to it.
    Effect::new(move |before: Option<bool>| {
        let shown = shown.get();
        // Styles keep toasts clear of the bar.
        browser::mark(SELECTING, &shown.to_string());
        on_cleanup(|| browser::mark(SELECTING, "false"));
        if before == Some(true) && !shown {
            browser::regain_focus();
        }
        shown
    });
    move || {
        shown.get().then(|| {
            view! {
                <section class="bulk" aria-label=text::SELECTION>
                    <p class="bulk-words" role="status">
                        <b>{move || text::selected(count.get())}</b>
                        {move || hidden(list).map(|words| view! { " "{words} })}
                        <span>{move || remark(list, count.get())}</span>
                    </p>
                    <div class="bulk-actions">
                        <Button label=text::CLEAR variant=Variant::Quiet on_press=move |()| list.clear_undoably()/>
                        <Button label=Signal::derive(move || show(list)) variant=Variant::Quiet on_press=move |()| {
                            if list.only.get_untracked() { list.show_all() } else { list.show_selected() }
                        }/>
                        {move || actions(list)}
                    </div>
                </section>
            }
        })
    }
}

/// "12 of 312 slots left after this".
fn remark(list: ListState, count: u32) -> String {
    if list.purpose.get() != Purpose::Connect {
        return String::new();
    }
    match list.console.free() {
        None => text::NO_SLOT_LIMIT.to_owned(),
        Some(free) => text::slots_left(free.saturating_sub(count), free),
    }
}

/// "(3 hidden by the filter)": a selection outlives a change of the filter.
fn hidden(list: ListState) -> Option<String> {
    let hidden = list.selection.read().outside(&list.listed.read());
    (hidden > 0).then(|| text::hidden_by_filter(hidden))
}

fn show(list: ListState) -> String {
    if list.only.get() { text::SHOW_ALL } else { text::SHOW_SELECTED }.to_owned()
}

fn actions(list: ListState) -> AnyView {
    let review = move |kind| list.review.ask(list.console, list.delegation, kind, list.selected());
    // Actions that can be undone start at once; a disconnect of several mailboxes is reviewed first.
    let start = move |kind| {
        list.console.start(kind, list.selected());
        list.clear();
    };
    let disconnect = move |()| {
        if list.selection.read_untracked().len() == 1 {
            start(RunKind::Disconnect)
        } else {
            review(RunKind::Disconnect)
        }
    };
    match list.purpose.get() {
        Purpose::Connect => view! {
            <ActOnAllMatching verb=text::EXCLUDE act=Console::exclude/>
            <Button label=text::EXCLUDE on_press=move |()| {
                list.console.exclude(ExclusionTarget::Rows(list.selected()));
                list.clear();
            }/>
            <Button label=text::REVIEW_AND_CONNECT variant=Variant::Primary on_press=move |()| review(RunKind::Connect)/>
        }
        .into_any(),
        Purpose::Manage => view! {
            <Button label=text::CHECK_SELECTED on_press=move |()| start(RunKind::Verify)/>
            <Button label=text::DISCONNECT variant=Variant::Danger on_press=disconnect/>
            <Button label=text::RECONNECT variant=Variant::Primary on_press=move |()| start(RunKind::Reconnect)/>
        }
        .into_any(),
        Purpose::Include => view! {
            <ActOnAllMatching verb=text::INCLUDE act=Console::include/>
            <Button label=text::INCLUDE variant=Variant::Primary on_press=move |()| {
                list.console.include(ExclusionTarget::Rows(list.selected()));
                list.clear();
            }/>
        }
        .into_any(),
    }
}

/// "Exclude all 2,300": offered when a selection cannot hold all matching rows.
#[component]
fn ActOnAllMatching(verb: &'static str, act: fn(Console, ExclusionTarget)) -> impl IntoView {
    let list = ListState::here();
    let matching = Memo::new(move |_| u32::try_from(list.selectable.read().len()).unwrap_or(u32::MAX));
    let capped = Memo::new(move |_| list.room.get() == 0 && list.selection.read().len() < matching.get());
    let label = Signal::derive(move || text::verb_all(verb, matching.get()));
    let press = move |()| {
        act(list.console, ExclusionTarget::Matching(list.query.get_untracked()));
        list.clear();
    };
    move || capped.get().then(|| view! { <Button label=label variant=Variant::Quiet on_press=press/> })
}
