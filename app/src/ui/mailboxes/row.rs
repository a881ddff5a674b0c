//! One row. It changes in place: each cell reads the row's signal, so nothing is mounted anew by an update.

use domain::{ids::RowNo, mailbox::MailboxRow};
use leptos::{ev::MouseEvent, html, prelude::*};
use wasm_bindgen::JsCast as _;

use super::text;
use crate::ui::{
    components::{
        status::Status,
        when::{Ago, Day},
    },
    links,
    mailboxes::{list::ListState, row_actions::RowActions},
};

/// The row at a place of the list.
#[component]
pub(crate) fn Row(index: usize, number: RowNo) -> impl IntoView {
    let list = ListState::here();
    let row = list.cache.try_update_value(|cache| cache.watch(number)).unwrap_or_default();
    on_cleanup(move || _ = list.cache.try_update_value(|cache| cache.unwatch(number)));
    let row = RwSignal::from(row);
    let selected = Memo::new(move |_| list.selection.read().contains(number));
    let column =
        Memo::new(move |_| Some(list.active.get()).filter(|(i, _)| *i == index).map(|(_, column)| column));
    let text = move |read: fn(&MailboxRow) -> String| row.read().as_ref().map(read).unwrap_or_default();
    let tabindex = move |own: usize| if column.get() == Some(own) { "0" } else { "-1" };
    let aria_selected = move || {
        let selectable = selected.get() || list.selectable.read().contains(number.0);
        selectable.then(|| if selected.get() { "true" } else { "false" })
    };
    let boxed = move || selected.get() || list.selectable.read().contains(number.0) && list.room.get() > 0;
    let opens = move || {
        let id = row.read().as_ref()?.id;
        Some(links::mailbox(list.in_links, &list.query.read(), id))
    };
    let status =
        Memo::new(move |_| row.read().as_ref().map(|r| (r.connection, r.reason, r.busy, r.connected_at)));
    view! {
        <tr
            role="row"
            aria-rowindex=(index + 2).to_string()
            aria-selected=aria_selected
            aria-busy=move || row.read().is_none().then_some("true")
            // For styles: a rule about `aria-busy` would make every change of it around the table restyle all rows.
            data-ghost=move || row.read().is_none().then_some("true")
            on:focusin=move |ev| {
                if let Some(column) = column_of(&ev) {
                    list.active.set((index, column));
                }
            }
        >
            <td role="gridcell" class="cell-box" data-col="0" tabindex=move || if boxed() { "-1" } else { tabindex(0) }>
                <SelectBox index=index number=number row=row selected=selected tabindex=Signal::derive(move || tabindex(0))/>
            </td>
            <td role="gridcell" class="cell-name" data-col="1" tabindex="-1">
                <a class="name" href=opens data-noscroll="true" tabindex=move || tabindex(1)>
                    {move || text(|r| r.name.clone())}
                </a>
                <small class="address">{move || text(|r| r.address.clone())}</small>
            </td>
            <td role="gridcell" class="cell-department" data-col="2" tabindex=move || tabindex(2)>
                {move || text(|r| r.department.clone().unwrap_or_else(|| "–".to_owned()))}
            </td>
            <td role="gridcell" class="cell-kind" data-col="3" tabindex=move || tabindex(3)>
                {move || text(|r| r.kind.label().to_owned())}
            </td>
            <td role="gridcell" class="cell-domain" data-col="4" tabindex=move || tabindex(4)>
                {move || text(|r| r.address.rsplit_once('@').map_or("–", |(_, domain)| domain).to_owned())}
            </td>
            <td role="gridcell" class="cell-status" data-col="5" tabindex=move || tabindex(5)>
                {move || status.get().map(|(connection, reason, busy, connected_at)| view! {
                    <Status connection=connection reason=reason busy=busy connected_at=connected_at/>
                })}
            </td>
            <td role="gridcell" class="cell-since" data-col="6" tabindex=move || tabindex(6)>
                {move || match row.read().as_ref().map(|r| r.connected_at) {
                    Some(Some(at)) => view! { <Day at=at/> }.into_any(),
                    _ => "–".into_any(),
                }}
            </td>
            <td role="gridcell" class="cell-checked" data-col="7" tabindex=move || tabindex(7)>
                {move || match row.read().as_ref().map(|r| r.checked_at) {
                    Some(Some(at)) => view! { <Ago at=at/> }.into_any(),
                    _ => "–".into_any(),
                }}
            </td>
            <td role="gridcell" class="cell-actions" data-col="8" tabindex="-1">
                <RowActions number=number row=row tabindex=Signal::derive(move || tabindex(8))/>
            </td>
        </tr>
    }
}

/// The row's box: shows the model and asks it before it changes.
#[component]
fn SelectBox(
    index: usize,
    number: RowNo,
    row: RwSignal<Option<MailboxRow>>,
    selected: Memo<bool>,
    tabindex: Signal<&'static str>,
) -> impl IntoView {
    let list = ListState::here();
    let input = NodeRef::<html::Input>::new();
    let shift = StoredValue::new(false);
    let selectable = Memo::new(move |_| list.selectable.read().contains(number.0));
    let full = Memo::new(move |_| list.room.get() == 0);
    let blocked = move || !selected.get() && (!selectable.get() || full.get());
    let label = move || {
        let row = row.read();
        row.as_ref().map_or_else(|| text::SELECT.to_owned(), |row| text::select(&row.name, &row.address))
    };
    let change = move |_| {
        let now = if shift.get_value() {
            list.extend(index);
            list.selection.read_untracked().contains(number)
        } else {
            list.toggle(index, number)
        };
        if let Some(input) = input.get_untracked() {
            input.set_checked(now);
        }
    };
    view! {
        <label class="box">
            <input
                type="checkbox"
                aria-label=label
                aria-describedby=move || (selectable.get() && full.get() && !selected.get()).then_some("no-room")
                disabled=blocked
                prop:checked=move || selected.get()
                tabindex=move || tabindex.get()
                node_ref=input
                on:click=move |ev: MouseEvent| shift.set_value(ev.shift_key())
                on:change=change
            />
        </label>
    }
}

/// The column of the cell that an event is in.
pub(crate) fn column_of(event: &web_sys::Event) -> Option<usize> {
    let element = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    element.closest("[data-col]").ok()??.get_attribute("data-col")?.parse().ok()
}
