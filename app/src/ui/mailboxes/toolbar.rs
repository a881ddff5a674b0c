//! Search and filters. Their state is in the address, and without a script they work as a form.

use domain::list::Filter;
use leptos::prelude::*;

use super::text;
use crate::ui::mailboxes::{filter_chip::Chip, list::ListState, search::Search, view_menu::ViewMenu};

/// Search field, filters, and the *View* menu.
#[component]
pub(crate) fn Toolbar() -> impl IntoView {
    let list = ListState::here();
    // Parameters without a field in the form are passed on unchanged.
    let passed_on = move |key: &'static str| {
        let value = move || {
            let pairs = list.query.read().to_pairs();
            pairs.into_iter().find(|(k, _)| *k == key).map(|(_, value)| value)
        };
        view! { <input type="hidden" name=key value=value disabled=move || value().is_none()/> }
    };
    view! {
        <form class="tools" role="search" method="get" action="/mailboxes" on:submit=|ev| ev.prevent_default()>
            {list.in_links.map(|id| view! { <input type="hidden" name="d" value=id.to_string()/> })}
            {["tab", "sort", "desc"].map(passed_on).collect_view()}
            <Search/>
            {Filter::ALL.map(|filter| view! { <Chip filter=filter/> }).collect_view()}
            <button class="button button-small without-script">{text::APPLY}</button>
            <Reset/>
            <ViewMenu/>
        </form>
    }
}

/// *Clear filters*, while there are any.
#[component]
fn Reset() -> impl IntoView {
    let list = ListState::here();
    let filtered = Memo::new(move |_| list.query.read().is_filtered());
    let href = move || list.address(&list.query.get().unfiltered());
    move || {
        filtered.get().then(|| {
            view! {
                <a class="button button-quiet button-small" data-noscroll="true" href=href>{text::CLEAR_FILTERS}</a>
            }
        })
    }
}
