//! One row. It changes in place: each cell reads the row's signal, so nothing is mounted anew by an update, nor when
//! the row shows another place of the list.

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
    mailboxes::{
        first::UNKNOWN,
        list::ListState,
        row_actions::RowActions,
        slots::{Place, Shown, Slot},
    },
};

/// Of a row that shows nothing yet.
const NOWHERE: Place = Place { index: 0, number: UNKNOWN };

/// A row of the document, with the place of the list that it shows.
#[component]
pub(crate) fn Row(shown: Memo<Shown>, line: Slot) -> impl IntoView {
    let list = ListState::here();
    // One that is about to go keeps what it showed.
    let place = Memo::new(move |before: Option<&Place>| {
        shown.read().place(line).or(before.copied()).unwrap_or(NOWHERE)
    });
    let number = Memo::new(move |_| place.get().number);
    let row = watched(list, number);
    let selected = Memo::new(move |_| list.selection.read().contains(number.get()));
    let column = Memo::new(move |_| {
        let (index, column) = list.active.get();
        (index == place.get().index).then_some(column)
    });
    let selectable = Memo::new(move |_| list.selectable.read().contains(number.get().0));
    let text = move |read: fn(&MailboxRow) -> String| row.read().as_ref().map(read).unwrap_or_default();
    let tabindex = move |own: usize| if column.get() == Some(own) { "0" } else { "-1" };
    let aria_selected = move || {
        let selectable = selected.get() || selectable.get();
        selectable.then(|| if selected.get() { "true" } else { "false" })
    };
    let boxed = move || selected.get() || selectable.get() && list.room.get() > 0;
    let opens = move || {
        let id = row.read().as_ref()?.id;
        Some(links::mailbox(list.in_links, &list.query.read(), id))
    };
    let connected_at = Memo::new(move |_| row.read().as_ref().and_then(|r| r.connected_at));
    let checked_at = Memo::new(move |_| row.read().as_ref().and_then(|r| r.checked_at));
    let status =
        Memo::new(move |_| row.read().as_ref().map(|r| (r.connection, r.reason, r.busy, r.connected_at)));
    view! {
        <tr
            role="row"
            aria-rowindex=move || (place.get().index + 2).to_string()
            aria-selected=aria_selected
            aria-busy=move || row.read().is_none().then_some("true")
            // For styles: a rule about `aria-busy` would make every change of it around the table restyle all rows.
            data-ghost=move || row.read().is_none().then_some("true")
            on:focusin=move |ev| {
                if let Some(column) = column_of(&ev) {
                    list.active.set((place.get_untracked().index, column));
                }
            }
        >
            <td role="gridcell" class="cell-box" data-col="0" tabindex=move || if boxed() { "-1" } else { tabindex(0) }>
                <SelectBox place=place row=row selected=selected selectable=selectable tabindex=Signal::derive(move || tabindex(0))/>
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
                {move || match connected_at.get() {
                    Some(at) => view! { <Day at=at/> }.into_any(),
                    None => "–".into_any(),
                }}
            </td>
            <td role="gridcell" class="cell-checked" data-col="7" tabindex=move || tabindex(7)>
                {move || match checked_at.get() {
                    Some(at) => view! { <Ago at=at/> }.into_any(),
                    None => "–".into_any(),
                }}
            </td>
            <td role="gridcell" class="cell-actions" data-col="8" tabindex="-1">
                <RowActions number=number row=row tabindex=Signal::derive(move || tabindex(8))/>
            </td>
        </tr>
    }
}

/// What is known of the row with this number, whichever it is at the time.
fn watched(list: ListState, number: Memo<RowNo>) -> Memo<Option<MailboxRow>> {
    let held = StoredValue::new(None::<RowNo>);
    let hold = move |next: Option<RowNo>| {
        let before = held.try_update_value(|held| std::mem::replace(held, next)).flatten();
        list.cache.try_update_value(|cache| {
            let signal = next.map(|next| cache.watch(next));
            if let Some(before) = before {
                cache.unwatch(before);
            }
            signal
        })
    };
    on_cleanup(move || _ = hold(None));
    let signal = Memo::new(move |_| hold(Some(number.get())).flatten().unwrap_or_default());
    Memo::new(move |_| signal.read().get())
}

/// The row's box: shows the model and asks it before it changes.
#[component]
fn SelectBox(
    place: Memo<Place>,
    row: Memo<Option<MailboxRow>>,
    selected: Memo<bool>,
    selectable: Memo<bool>,
    tabindex: Signal<&'static str>,
) -> impl IntoView {
    let list = ListState::here();
    let input = NodeRef::<html::Input>::new();
    let shift = StoredValue::new(false);
    let full = Memo::new(move |_| list.room.get() == 0);
    let blocked = move || !selected.get() && (!selectable.get() || full.get());
    let label = move || {
        let row = row.read();
        row.as_ref().map_or_else(|| text::SELECT.to_owned(), |row| text::select(&row.name, &row.address))
    };
    let change = move |_| {
        let Place { index, number } = place.get_untracked();
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
