//! The menu beside the checkbox in the header: selects many rows at once.

use domain::{purpose::Purpose, selection};
use leptos::prelude::*;

use super::text;
use crate::ui::{
    components::menu::{Menu, MenuItem},
    mailboxes::list::ListState,
    words,
};

/// In sight · Select all 85 · First 300 · None · Paste a list…
#[component]
pub(crate) fn SelectMenu() -> impl IntoView {
    let list = ListState::here();
    let matching = Memo::new(move |_| u32::try_from(list.selectable.read().len()).unwrap_or(u32::MAX));
    let in_sight = Memo::new(move |_| u32::try_from(list.in_sight().len()).unwrap_or(u32::MAX));
    let cap = Memo::new(move |_| {
        let connecting = list.purpose.get() == Purpose::Connect;
        selection::cap(list.console.free().filter(|_| connecting))
    });
    let selected = Memo::new(move |_| list.selection.read().len());
    let count = move |n: Memo<u32>| Signal::derive(move || words::n(n.get()));
    let none = move |n: Memo<u32>| Signal::derive(move || n.get() == 0 || cap.get() == 0);
    let all = Signal::derive(move || text::select_all(matching.get()));
    let first = Signal::derive(move || {
        let why =
            if cap.get() < domain::slots::MAX_PER_RUN { text::ALL_FREE_SLOTS } else { text::ONE_CONNECTION };
        let why = if list.purpose.get() == Purpose::Connect { why } else { text::ONE_RUN };
        text::first(cap.get(), why)
    });
    let capped = move || (1..matching.get()).contains(&cap.get());
    view! {
        <Menu id="select-menu" label=text::SELECT_MENU icon="chevron">
            <MenuItem
                label=text::IN_SIGHT
                count=count(in_sight)
                disabled=none(in_sight)
                on_press=move |()| list.select_rows(&untrack(|| list.in_sight()))
            />
            <MenuItem label=all disabled=none(matching) on_press=move |()| list.select_all()/>
            {move || capped().then(|| view! {
                <MenuItem label=first count=count(cap) on_press=move |()| list.select_all()/>
            })}
            <MenuItem
                label=text::NONE
                disabled=Signal::derive(move || selected.get() == 0)
                on_press=move |()| list.clear_undoably()
            />
            <hr/>
            <MenuItem label=text::PASTE_A_LIST on_press=move |()| list.paste.open.set(true)/>
        </Menu>
    }
}
