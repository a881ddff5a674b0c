//! One row. It changes in place: each cell reads the row's signal, so nothing is mounted again by an update, or when
//! the row shows another position of the list.

use domain::{
    ids::{Millis, RowNumber},
    list::{COLUMNS, Cell, Column},
    mailbox::MailboxRow,
};
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
        initial_page::UNKNOWN,
        keyboard::LAST_COLUMN,
        list::ListState,
        row_actions::RowActions,
        row_pool::{PooledRow, PooledRows, RowPosition},
    },
};

/// The text of a cell without a value.
const NOTHING: &str = "–";

/// The position of a row that shows nothing yet.
const NOWHERE: RowPosition = RowPosition { index: 0, number: UNKNOWN };

/// A row of the document, with the position of the list that it shows.
#[component]
pub(crate) fn Row(shown: Memo<PooledRows>, line: PooledRow) -> impl IntoView {
    let list = ListState::here();
    // A row that is about to be removed keeps its last position.
    let place = Memo::new(move |before: Option<&RowPosition>| {
        shown.read().place(line).or(before.copied()).unwrap_or(NOWHERE)
    });
    let number = Memo::new(move |_| place.get().number);
    let row = watched(list, number);
    let selected = Memo::new(move |_| list.selection.read().contains(number.get()));
    let active = Memo::new(move |_| {
        let (index, column) = list.active.get();
        (index == place.get().index).then_some(column)
    });
    let selectable = Memo::new(move |_| list.selectable.read().contains(number.get().0));
    let aria_selected = move || {
        let selectable = selected.get() || selectable.get();
        selectable.then(|| if selected.get() { "true" } else { "false" })
    };
    let boxed = move || selected.get() || selectable.get() && list.room.get() > 0;
    let mut position = 0;
    let cells = COLUMNS.map(|column| {
        position += 1;
        cell(list, column, position, row, active)
    });
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
            <td role="gridcell" class="cell-box" data-col="0" tabindex=move || if boxed() { "-1" } else { tabindex(active, 0) }>
                <SelectBox place=place row=row selected=selected selectable=selectable tabindex=Signal::derive(move || tabindex(active, 0))/>
            </td>
            {cells}
            <td role="gridcell" class="cell-actions" data-col=LAST_COLUMN tabindex="-1">
                <RowActions number=number row=row tabindex=Signal::derive(move || tabindex(active, LAST_COLUMN))/>
            </td>
        </tr>
    }
}

/// The tab stop is in the active column of the active row.
fn tabindex(active: Memo<Option<usize>>, position: usize) -> &'static str {
    if active.get() == Some(position) { "0" } else { "-1" }
}

/// The cell of a column.
fn cell(
    list: ListState,
    column: Column,
    position: usize,
    row: Memo<Option<MailboxRow>>,
    active: Memo<Option<usize>>,
) -> AnyView {
    let content = match column.cell {
        Cell::Name => {
            let read = move |text: fn(&MailboxRow) -> &str| {
                row.read().as_ref().map(|row| text(row).to_owned()).unwrap_or_default()
            };
            let opens = move || {
                let id = row.read().as_ref()?.id;
                Some(links::mailbox(list.in_links, &list.query.read(), id))
            };
            // The link has the tab stop, not its cell.
            return view! {
                <td role="gridcell" class=column.class data-col=position tabindex="-1">
                    <a class="name" href=opens data-noscroll="true" tabindex=move || tabindex(active, position)>
                        {move || read(|row| &row.name)}
                    </a>
                    <small class="address">{move || read(|row| &row.address)}</small>
                </td>
            }
            .into_any();
        }
        Cell::Status => {
            let status = Memo::new(move |_| {
                row.read().as_ref().map(|row| (row.connection, row.reason, row.busy, row.connected_at))
            });
            (move || {
                status.get().map(|(connection, reason, busy, connected_at)| {
                    view! {
                        <Status connection=connection reason=reason busy=busy connected_at=connected_at/>
                    }
                })
            })
            .into_any()
        }
        Cell::Text(text) => (move || {
            let row = row.read();
            row.as_ref().map(|row| text(row).unwrap_or(NOTHING).to_owned()).unwrap_or_default()
        })
        .into_any(),
        Cell::Day(at) => time(row, at, |at| view! { <Day at=at/> }.into_any()),
        Cell::Ago(at) => time(row, at, |at| view! { <Ago at=at/> }.into_any()),
    };
    view! {
        <td role="gridcell" class=column.class data-col=position tabindex=move || tabindex(active, position)>
            {content}
        </td>
    }
    .into_any()
}

/// A time of the row, or a dash.
fn time(
    row: Memo<Option<MailboxRow>>,
    read: fn(&MailboxRow) -> Option<Millis>,
    show: fn(Millis) -> AnyView,
) -> AnyView {
    let at = Memo::new(move |_| row.read().as_ref().and_then(read));
    (move || at.get().map_or_else(|| NOTHING.into_any(), show)).into_any()
}

/// The data of the row with the current number; follows changes of the number.
fn watched(list: ListState, number: Memo<RowNumber>) -> Memo<Option<MailboxRow>> {
    let held = StoredValue::new(None::<RowNumber>);
    let hold = move |next: Option<RowNumber>| {
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

/// The row's checkbox: shows the selection model, and changes only as the model allows.
#[component]
fn SelectBox(
    place: Memo<RowPosition>,
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
        let RowPosition { index, number } = place.get_untracked();
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
