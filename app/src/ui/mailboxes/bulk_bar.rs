//! The sticky bar of a selection: its count, the slots left, and its actions.

use domain::{
    bulk::{BulkAction, BulkKind},
    ids::RowNumber,
    run::RunKind,
    undo::ExclusionTarget,
};
use leptos::prelude::*;

use super::text;
use crate::ui::{
    browser,
    bulk::request::{Bulk, BulkRequest},
    components::button::{Button, Variant},
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
        // Styles keep other elements at the lower edge clear of the bar.
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
                        <Actions/>
                    </div>
                </section>
            }
        })
    }
}

/// "12 slots free after this".
fn remark(list: ListState, count: u32) -> String {
    if list.purpose.get() != Purpose::Connect {
        return String::new();
    }
    match list.console.free() {
        None => text::NO_SLOT_LIMIT.to_owned(),
        Some(free) => text::slots_free_after(free.saturating_sub(count)),
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

/// The actions that the selected mailboxes allow.
#[component]
fn Actions() -> impl IntoView {
    let list = ListState::here();
    let bulk = Bulk::here();
    let run = move |kind| {
        BulkRequest::run(kind, list.selected()).accepted(move || list.clear()).first(move |count| {
            list.trim(count);
            list.selected()
        })
    };
    let review = move |kind| bulk.review(run(kind));
    // Small actions that can be undone or that change nothing begin at once; a disconnect of several mailboxes is
    // reviewed first.
    let start = move |kind| bulk.request(run(kind));
    let disconnect = move |()| match list.selection.read_untracked().len() {
        1 => start(RunKind::Disconnect),
        _ => review(RunKind::Disconnect),
    };
    let on_rows = move |kind, action: fn(ExclusionTarget) -> BulkAction| {
        let rows: Vec<RowNumber> = list.selected();
        let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let request = BulkRequest::new(action(ExclusionTarget::Rows(rows)), kind, count);
        bulk.request(request.accepted(move || list.clear()));
    };
    let exclude = move |()| on_rows(BulkKind::Exclude, BulkAction::Exclude);
    let include = move |()| on_rows(BulkKind::Include, BulkAction::Include);
    // Connected mailboxes that need attention and mailboxes that failed to connect have different actions.
    let mixed = Memo::new(move |_| {
        let attention = list.selection.read().outside(&list.failed.read());
        (attention > 0, attention < list.selection.read().len())
    });
    move || {
        match list.purpose.get() {
        Purpose::Connect => view! {
            <ActOnAllMatching kind=BulkKind::Exclude action=BulkAction::Exclude/>
            <Button label=text::EXCLUDE on_press=exclude/>
            <Button label=text::REVIEW_AND_CONNECT variant=Variant::Primary on_press=move |()| review(RunKind::Connect)/>
        }
        .into_any(),
        Purpose::Manage => view! {
            <Button label=text::CHECK_SELECTED on_press=move |()| start(RunKind::Verify)/>
            <Button label=text::DISCONNECT variant=Variant::Danger on_press=disconnect/>
        }
        .into_any(),
        Purpose::Attend => match mixed.get() {
            (attention, true) => view! {
                {attention.then(|| view! {
                    <Button label=text::CHECK_SELECTED on_press=move |()| start(RunKind::Verify)/>
                    <Button label=text::DISCONNECT variant=Variant::Danger on_press=disconnect/>
                })}
                {(!attention).then(|| view! { <Button label=text::EXCLUDE on_press=exclude/> })}
                <Button label=text::TRY_AGAIN variant=Variant::Primary on_press=move |()| start(RunKind::Reconnect)/>
            }
            .into_any(),
            (_, false) => view! {
                <Button label=text::CHECK_SELECTED on_press=move |()| start(RunKind::Verify)/>
                <Button label=text::DISCONNECT variant=Variant::Danger on_press=disconnect/>
                <Button label=text::RECONNECT variant=Variant::Primary on_press=move |()| start(RunKind::Reconnect)/>
            }
            .into_any(),
        },
        Purpose::Check => view! {
            <Button label=text::CHECK_SELECTED variant=Variant::Primary on_press=move |()| start(RunKind::Verify)/>
        }
        .into_any(),
        Purpose::Include => view! {
            <ActOnAllMatching kind=BulkKind::Include action=BulkAction::Include/>
            <Button label=text::INCLUDE variant=Variant::Primary on_press=include/>
        }
        .into_any(),
    }
    }
}

/// "Exclude all 2,300": offered when a selection cannot hold all matching rows.
#[component]
fn ActOnAllMatching(kind: BulkKind, action: fn(ExclusionTarget) -> BulkAction) -> impl IntoView {
    let (list, bulk) = (ListState::here(), Bulk::here());
    let matching = Memo::new(move |_| u32::try_from(list.selectable.read().len()).unwrap_or(u32::MAX));
    let capped = Memo::new(move |_| list.room.get() == 0 && list.selection.read().len() < matching.get());
    let label = Signal::derive(move || text::verb_all(kind.verb(), matching.get()));
    let press = move |()| {
        let target = ExclusionTarget::Matching(list.query.get_untracked());
        let request = BulkRequest::new(action(target), kind, matching.get_untracked());
        bulk.request(request.accepted(move || list.clear()));
    };
    move || capped.get().then(|| view! { <Button label=label variant=Variant::Quiet on_press=press/> })
}
