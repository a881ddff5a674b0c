//! The grid: a native table with explicit roles, because styles replace the native layout of its parts.

use domain::list::{COLUMNS, Column, Sort};
use leptos::{html, prelude::*};

use super::text;
use crate::ui::{
    components::icon::Icon,
    focus_keeper::FocusKeeper,
    mailboxes::{
        initial_page::UNKNOWN,
        keyboard,
        list::{ListState, Purpose, use_change},
        notes::Changed,
        row::Row,
        row_pool::{PooledRows, RowPosition},
        select_menu::SelectMenu,
        viewport,
    },
};

/// The table with the rows in sight, out of all listed rows.
#[component]
pub(crate) fn Table() -> impl IntoView {
    let list = ListState::here();
    let focus = FocusKeeper::new();
    let table = NodeRef::<html::Table>::new();
    let body = NodeRef::<html::Tbody>::new();
    viewport::install(list, table, body);
    // The focus may be lost: rows are removed, and checkboxes of rows that cannot be selected any more are disabled.
    Effect::new(move |_| {
        list.order.track();
        list.selectable.track();
        focus.restore_soon();
    });
    let shown = Memo::new(move |before: Option<&PooledRows>| {
        let order = list.order.read();
        let (from, to) = list.window.get();
        let places = order.iter().enumerate().take(to).skip(from);
        let places = places.map(|(index, number)| RowPosition { index, number: *number });
        let places: Vec<RowPosition> = places.filter(|place| place.number != UNKNOWN).collect();
        before.unwrap_or(&PooledRows::default()).then(&places)
    });
    let changed = Memo::new(move |_| list.has_changed());
    let rows = move || list.total.get().max(list.order.read().len());
    view! {
        <table
            class="grid"
            role="grid"
            aria-label=text::TITLE
            aria-rowcount=move || (rows() + 1).to_string()
            aria-multiselectable="true"
            tabindex="-1"
            data-empty=move || (rows() == 0).then_some("true")
            node_ref=table
            on:keydown=move |ev| keyboard::press(list, &ev)
            on:focusin=move |ev| focus.on_focus_in(&ev)
            on:focusout=move |ev| focus.on_focus_out(&ev)
        >
            <thead role="rowgroup">
                <tr role="row" aria-rowindex="1">
                    <th role="columnheader" class="cell-box"><SelectAll/><SelectMenu/></th>
                    {COLUMNS.map(|column| match column.sort {
                        Some(sort) => view! { <SortHeader column=column sort=sort/> }.into_any(),
                        None => view! { <th role="columnheader" class=column.class>{column.title}</th> }.into_any(),
                    }).collect_view()}
                    <th role="columnheader" class="cell-actions" data-changed=move || changed.get().then_some("true")>
                        <span class="visually-hidden">{text::ACTIONS}</span>
                        <Changed/>
                    </th>
                </tr>
            </thead>
            <tbody role="rowgroup" node_ref=body>
                <For each=move || shown.read().rows() key=|slot| *slot let:slot>
                    <Row shown=shown line=slot/>
                </For>
            </tbody>
        </table>
    }
}

/// A heading that sorts.
#[component]
fn SortHeader(column: Column, sort: Sort) -> impl IntoView {
    let list = ListState::here();
    let change = use_change();
    let state = move || {
        let query = list.query.read();
        (query.sort == sort).then_some(query.descending)
    };
    let aria = move || state().map(|descending| if descending { "descending" } else { "ascending" });
    let press = move |_| {
        change(&|query| {
            query.descending = query.sort == sort && !query.descending;
            query.sort = sort;
        });
    };
    view! {
        <th role="columnheader" class=column.class aria-sort=aria>
            <button type="button" class="sort" on:click=press>
                {column.title}
                {move || state().map(|descending| view! {
                    <Icon name=if descending { "down" } else { "up" }/>
                })}
            </button>
        </th>
    }
}

/// The checkbox in the header: selects all matching rows up to the cap.
#[component]
fn SelectAll() -> impl IntoView {
    let list = ListState::here();
    let count = Memo::new(move |_| list.selection.read().len());
    let all = Memo::new(move |_| count.get() > 0 && u64::from(count.get()) >= list.selectable.read().len());
    let some = Memo::new(move |_| count.get() > 0 && !all.get());
    let input = NodeRef::<html::Input>::new();
    // The checkbox shows the model; its own state is corrected after every press.
    let show = move || {
        if let Some(input) = input.get_untracked() {
            input.set_checked(all.get_untracked());
            input.set_indeterminate(some.get_untracked());
        }
    };
    Effect::new(move |_| {
        all.track();
        some.track();
        input.track();
        show();
    });
    let label = move || match list.purpose.get() {
        Purpose::Connect => text::SELECT_ALL_AVAILABLE,
        Purpose::Include => text::SELECT_ALL_EXCLUDED,
        Purpose::Manage | Purpose::Attend | Purpose::Check => text::SELECT_ALL,
    };
    // Rows could be selected if there were free slots: the note `no-room` explains that.
    let full = Memo::new(move |_| {
        let waits = !list.selectable.read().is_empty() && count.get() == 0;
        waits && list.purpose.get() == Purpose::Connect && list.room.get() == 0
    });
    let nothing = move || full.get() || (list.selectable.read().is_empty() && count.get() == 0);
    view! {
        <label class="box">
            <input
                type="checkbox"
                aria-label=label
                aria-describedby=move || full.get().then_some("no-room")
                disabled=nothing
                node_ref=input
                on:change=move |_| { list.toggle_all(); show(); }
            />
            <span class="box-words" aria-hidden="true">{text::SELECT_ALL}</span>
        </label>
    }
}
