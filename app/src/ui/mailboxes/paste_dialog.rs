//! The dialog that takes a list of addresses and shows its result before anything is selected.

mod text;

use domain::{
    addresses::{Found, MAX_ADDRESSES, Pasted},
    purpose::Purpose,
};
use leptos::prelude::*;

use crate::ui::{
    browser,
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
    // The pressed button is removed with its half of the dialog.
    Effect::new(move |before: Option<()>| {
        state.found.track();
        if before.is_some() {
            browser::regain_focus();
        }
    });
    view! {
        <Dialog open=state.open id="paste-title" title=text::TITLE first="#paste-list">
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
        (pasted.addresses.len(), pasted.repeated, pasted.unreadable.len(), pasted.without.len())
    });
    let too_many = move || read.get().0 > MAX_ADDRESSES;
    let problem = Signal::derive(move || {
        let many = too_many().then(|| text::too_many(MAX_ADDRESSES));
        state.problem.get().or(many)
    });
    let summary = move || match read.get() {
        (0, _, 0, _) if state.text.read().trim().is_empty() => String::new(),
        (0, _, 0, _) => text::NO_ADDRESS.to_owned(),
        (n, repeated, unreadable, without) => text::read(n, repeated, unreadable, without),
    };
    // While nothing can be looked up, what is wrong is shown here.
    let unreadable = move || {
        let shown = read.get().0 == 0 && read.get().2 > 0;
        shown.then(|| text::first_few(&Pasted::read(&state.text.read()).unreadable))
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
        <p class="paste-said" role="status">{summary} " " {unreadable}</p>
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
    let Pasted { unreadable, without, .. } = Pasted::read(&state.text.read_untracked());
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
        // Somebody who was pasted may be on another tab, or hidden by a filter.
        if list.selection.read_untracked().outside(&list.listed.read_untracked()) > 0 {
            list.show_selected();
        }
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
    let left = found.left.into_iter().map(|(words, lines)| (words, text::LINES, lines));
    let others = [
        (text::SAME, text::LINES, found.same),
        (text::MISSING, text::NOT_FOUND, found.missing),
        (text::BROKEN, text::NOT_READABLE, unreadable),
        (text::WITHOUT, text::LINES, without),
    ];
    let others = others.into_iter().map(|(words, label, lines)| (words.to_owned(), label, lines));
    let parts: Vec<_> = left.chain(others).filter(|(.., lines)| !lines.is_empty()).collect();
    view! {
        <p class="review-sum" role="status">
            <b>{move || words::n(takes())}</b>
            {move || text::will_be_selected(takes())}
            {capped}
        </p>
        {(!parts.is_empty()).then(|| view! {
            <div class="review-skipped">
                <h3>{text::NOT_SELECTED}</h3>
                {parts.into_iter().enumerate().map(|(n, (words, label, lines))| left_out(n, &words, label, &lines)).collect_view()}
            </div>
        })}
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

/// Lines of the list that select nothing, with the reason. What may be a mistake in the list is shown, the rest on
/// request.
fn left_out(n: usize, words: &str, label: &'static str, lines: &[String]) -> impl IntoView + use<> {
    let count = u32::try_from(lines.len()).unwrap_or(u32::MAX);
    let words = words.to_owned();
    let text = lines.join("\n");
    view! {
        <details class="more" open=label != text::LINES>
            <summary><b>{words::n(count)}</b>" "{words.clone()}</summary>
            <CopyField id=text::LEFT_OUT_IDS[n.min(text::LEFT_OUT_IDS.len() - 1)] label=label value=text long=true/>
        </details>
    }
}
