//! Search and filters. Their state is in the address, and without a script they work as a form.

use domain::{
    Reason,
    list::{Filter, Status},
    mailbox::Kind,
};
use leptos::{html, prelude::*};

use super::text;
use crate::ui::{
    components::icon::Icon,
    mailboxes::{
        list::{ListState, use_change},
        search::Search,
        view_menu::ViewMenu,
    },
};

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

/// The options of a filter: the value in the address, and its label.
fn options(list: ListState, filter: Filter) -> Vec<(String, String)> {
    let same = |texts: Vec<String>| texts.into_iter().map(|text| (text.clone(), text)).collect();
    let named = |code: &str, words: &str| (code.to_owned(), words.to_owned());
    match filter {
        Filter::Status => {
            let tab = list.query.read().tab;
            let in_tab = Status::ALL.into_iter().filter(|status| status.is_in(tab));
            in_tab.map(|status| named(status.as_str(), status.label())).collect()
        }
        Filter::Kind => Kind::ALL.iter().map(|kind| named(kind.as_str(), kind.label())).collect(),
        Filter::Department => same(list.departments.get()),
        Filter::Domain => same(list.domains.get()),
        Filter::Reason => {
            let of_one = Reason::ALL.iter().filter(|reason| !reason.is_tenant_wide());
            of_one.map(|reason| named(reason.code(), reason.title())).collect()
        }
    }
}

/// One filter: a native select, styled as a chip, with a cross that removes it.
#[component]
fn Chip(filter: Filter) -> impl IntoView {
    let list = ListState::here();
    let change = use_change();
    let select = NodeRef::<html::Select>::new();
    let value = Memo::new(move |_| list.query.read().filter(filter).unwrap_or_default().to_owned());
    let options = Memo::new(move |_| {
        let mut options = options(list, filter);
        let value = value.get();
        // An address may have a value that does not occur (any more).
        if !value.is_empty() && !options.iter().any(|(code, _)| *code == value) {
            options.push((value.clone(), value));
        }
        options
    });
    // The options change with the list; the selected one must be set again.
    Effect::new(move |_| {
        options.track();
        let value = value.get();
        if let Some(select) = select.get() {
            select.set_value(&value);
        }
    });
    let on = move || !value.read().is_empty();
    let pointless = move || options.read().len() < 2 && !on();
    let remove = move || {
        let value = value.get();
        let name = options.read().iter().find(|(code, _)| *code == value).map(|(_, name)| name.clone())?;
        let href = list.address(&list.query.get().without(filter));
        let label = text::remove_filter(filter.label(), &name);
        Some(view! {
            <a class="chip-remove" href=href aria-label=label data-noscroll="true"><Icon name="cross"/></a>
        })
    };
    view! {
        <span class="chip-box" hidden=pointless>
            <select
                class="chip"
                name=filter.as_str()
                aria-label=filter.label()
                data-on=move || on().then_some("true")
                node_ref=select
                on:change=move |ev| change(&|query| query.set_filter(filter, &event_target_value(&ev)))
            >
                <option value="">{filter.label()}</option>
                {move || options.get().into_iter().map(|(code, name)| {
                    let selected = *value.read_untracked() == code;
                    view! { <option value=code selected=selected>{name}</option> }
                }).collect_view()}
            </select>
            {move || on().then(remove).flatten()}
        </span>
    }
}
