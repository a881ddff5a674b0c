//! The dialog that takes a list of addresses and shows its result before anything is selected.

mod text;

use domain::{
    addresses::{Found, MAX_ADDRESSES, Pasted},
    purpose::Purpose,
};
use leptos::prelude::*;

use crate::ui::{
    components::{
        button::{Button, Variant},
        copy_field::CopyField,
        dialog::Dialog,
        field::Field,
        notice::Refusal,
    },
    mailboxes::list::ListState,
    words,
};

/// The dialog of the list.
#[component]
pub(crate) fn PasteDialog() -> impl IntoView {
    let list = ListState::here();
    let state = list.paste;
    view! {
        <Dialog open=state.open id="paste-title" title=text::TITLE>
            <div class="dialog-body">
                {move || match state.found.get() {
                    None => view! { <PasteForm/> }.into_any(),
                    Some(found) => view! { <LookedUp found=found/> }.into_any(),
                }}
            </div>
        </Dialog>
    }
}

/// The form for the list.
#[component]
fn PasteForm() -> impl IntoView {
    let list = ListState::here();
    let state = list.paste;
    let read = Memo::new(move |_| {
        let pasted = Pasted::read(&state.text.read());
        (pasted.addresses.len(), pasted.repeated, pasted.unreadable.len())
    });
    let too_many = move || read.get().0 > MAX_ADDRESSES;
    let problem = Signal::derive(move || {
        let many = too_many().then(|| text::too_many(MAX_ADDRESSES));
        state.problem.get().or(many)
    });
    let summary = move || match read.get() {
        (0, _, 0) if state.text.read().trim().is_empty() => String::new(),
        (0, ..) => text::NO_ADDRESS.to_owned(),
        (n, repeated, unreadable) => text::read(n, repeated, unreadable),
    };
    let label = Signal::derive(move || match read.get().0 {
        0 => text::LOOK_UP.to_owned(),
        n => text::look_up(n),
    });
    view! {
        <Field
            id="paste-list"
            label=text::ADDRESSES
            hint=text::ADDRESSES_HINT
            value=state.text
            problem=problem
            long=true
        />
        <div class="field">
            <label for="paste-file">{text::FROM_A_FILE}</label>
            <input
                id="paste-file"
                type="file"
                accept=".txt,.csv,.tsv,text/plain,text/csv"
                on:change=move |ev| state.append_file(&event_target::<wasm_bindgen::JsValue>(&ev))
            />
        </div>
        <p class="paste-said" role="status">{summary}</p>
        {move || state.refusal.get().map(|error| view! { <Refusal error=error/> })}
        <div class="dialog-actions">
            <Button label=text::CANCEL variant=Variant::Quiet on_press=move |()| state.open.set(false)/>
            <Button
                label=label
                variant=Variant::Primary
                busy=state.busy
                disabled=Signal::derive(move || read.get().0 == 0 || too_many())
                on_press=move |()| state.look_up(list.console, list.delegation, list.purpose.get_untracked())
            />
        </div>
    }
}

/// The result of the look-up.
#[component]
fn LookedUp(found: Found) -> impl IntoView {
    let list = ListState::here();
    let state = list.paste;
    let unreadable = Pasted::read(&state.text.read_untracked()).unreadable;
    let rows = StoredValue::new(found.rows.clone());
    let known = u32::try_from(found.rows.len()).unwrap_or(u32::MAX);
    // Those that are selected already need no room.
    let fresh = rows.with_value(|rows| {
        let selection = list.selection.read_untracked();
        rows.iter().filter(|row| !selection.contains(**row)).count()
    });
    let fresh = u32::try_from(fresh).unwrap_or(u32::MAX);
    let takes = move || known - fresh + fresh.min(list.room.get());
    let select = move |()| {
        state.open.set(false);
        state.found.set(None);
        rows.with_value(|rows| list.select_rows(rows));
    };
    let capped = move || {
        (takes() < known).then(|| {
            let why = match list.console.free().filter(|_| list.purpose.get() == Purpose::Connect) {
                Some(free) if free < domain::slots::MAX_PER_RUN => text::plan_has(free),
                _ => text::most_at_once(domain::slots::MAX_PER_RUN),
            };
            text::what_fits(known, &why)
        })
    };
    let part = |count: u32, words: String| view! { <li><b>{words::n(count)}</b>" "{words}</li> };
    let counted = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let (missing, broken) = (counted(found.missing.len()), counted(unreadable.len()));
    let nothing_left = found.left.is_empty() && found.same == 0 && missing + broken == 0;
    view! {
        <p class="review-sum" role="status">
            <b>{move || words::n(takes())}</b>
            {move || text::will_be_selected(takes())}
            {capped}
        </p>
        {(!nothing_left).then(|| view! {
            <div class="review-skipped">
                <h3>{text::NOT_SELECTED}</h3>
                <ul>
                    {found.left.iter().map(|(words, count)| part(*count, words.clone())).collect_view()}
                    {(found.same > 0).then(|| part(found.same, text::SAME.to_owned()))}
                    {(missing > 0).then(|| part(missing, text::MISSING.to_owned()))}
                    {(broken > 0).then(|| part(broken, text::BROKEN.to_owned()))}
                </ul>
            </div>
        })}
        {(missing > 0).then(|| view! { <CopyField id="paste-missing" label=text::NOT_FOUND value=found.missing.join("\n") long=true/> })}
        {(broken > 0).then(|| view! { <CopyField id="paste-broken" label=text::NOT_READABLE value=unreadable.join("\n") long=true/> })}
        <div class="dialog-actions">
            <Button label=text::CHANGE variant=Variant::Quiet on_press=move |()| state.found.set(None)/>
            <Button
                label=Signal::derive(move || text::select(takes()))
                variant=Variant::Primary
                disabled=Signal::derive(move || takes() == 0)
                on_press=select
            />
        </div>
    }
}
