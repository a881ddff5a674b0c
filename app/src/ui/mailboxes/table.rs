//! The grid: a native table with explicit roles, because its parts are laid out by hand.

use domain::list::Sort;
use leptos::{html, prelude::*};

use super::text;
use crate::ui::{
    components::icon::Icon,
    focus_keeper::FocusKeeper,
    mailboxes::{
        first::UNKNOWN,
        keyboard,
        list::{ListState, Purpose, use_change},
        row::Row,
        select_menu::SelectMenu,
        slots::{Place, Shown},
        viewport,
    },
};

/// The columns in their order after the box, and what they sort by.
const COLUMNS: [(&str, Option<Sort>, &str); 7] = [
    (text::NAME, Some(Sort::Name), "cell-name"),
    (text::DEPARTMENT, Some(Sort::Department), "cell-department"),
    (text::KIND, Some(Sort::Kind), "cell-kind"),
    (text::DOMAIN, None, "cell-domain"),
    (text::STATUS, Some(Sort::Status), "cell-status"),
    (text::SINCE, None, "cell-since"),
    (text::CHECKED, Some(Sort::Checked), "cell-checked"),
];

/// The rows that are in sight, out of all that are listed.
#[component]
pub(crate) fn Table() -> impl IntoView {
    let list = ListState::here();
    let focus = FocusKeeper::new();
    let table = NodeRef::<html::Table>::new();
    let body = NodeRef::<html::Tbody>::new();
    viewport::install(list, table, body);
    // Rows go, and boxes of rows that cannot be selected any more are disabled.
    Effect::new(move |_| {
        list.order.track();
        list.selectable.track();
        focus.look_soon();
    });
    let shown = Memo::new(move |before: Option<&Shown>| {
        let order = list.order.read();
        let (from, to) = list.window.get();
        let places = order.iter().enumerate().take(to).skip(from);
        let places = places.map(|(index, number)| Place { index, number: *number });
        let places: Vec<Place> = places.filter(|place| place.number != UNKNOWN).collect();
        before.unwrap_or(&Shown::default()).then(&places)
    });
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
            on:focusin=move |ev| focus.came(&ev)
            on:focusout=move |ev| focus.went(&ev)
        >
            <thead role="rowgroup">
                <tr role="row" aria-rowindex="1">
                    <th role="columnheader" class="cell-box"><SelectAll/><SelectMenu/></th>
                    {COLUMNS.map(|(label, sort, class)| match sort {
                        Some(sort) => view! { <Column label=label sort=sort class=class/> }.into_any(),
                        None => view! { <th role="columnheader" class=class>{label}</th> }.into_any(),
                    }).collect_view()}
                    <th role="columnheader" class="cell-actions"><span class="visually-hidden">{text::ACTIONS}</span></th>
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
fn Column(label: &'static str, sort: Sort, class: &'static str) -> impl IntoView {
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
        <th role="columnheader" class=class aria-sort=aria>
            <button type="button" class="sort" on:click=press>
                {label}
                {move || state().map(|descending| view! {
                    <Icon name=if descending { "down" } else { "up" }/>
                })}
            </button>
        </th>
    }
}

/// The box above all boxes: selects everything that matches and fits.
#[component]
fn SelectAll() -> impl IntoView {
    let list = ListState::here();
    let count = Memo::new(move |_| list.selection.read().len());
    let all = Memo::new(move |_| count.get() > 0 && u64::from(count.get()) >= list.selectable.read().len());
    let some = Memo::new(move |_| count.get() > 0 && !all.get());
    let input = NodeRef::<html::Input>::new();
    // The box shows the model; the browser's own idea of it is put right after every press.
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
        Purpose::Manage => text::SELECT_ALL,
    };
    // Somebody could be selected, if there were slots: the note under `no-room` says so.
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
