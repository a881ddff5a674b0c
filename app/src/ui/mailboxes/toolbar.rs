//! Search and filters. All of them live in the address.

use std::{str::FromStr, time::Duration};

use domain::{Reason, list::ListQuery, mailbox::Kind};
use leptos::{html, leptos_dom::helpers::TimeoutHandle, prelude::*};
use wasm_bindgen::JsCast as _;

use crate::ui::{
    components::icon::Icon,
    links,
    mailboxes::list::{ListState, use_change},
};

/// How long typing must rest before the list is asked for.
const REST: Duration = Duration::from_millis(250);

/// Search field and filters.
#[component]
pub(crate) fn Toolbar() -> impl IntoView {
    let list = ListState::here();
    let change = use_change();
    let kinds = Kind::ALL.iter().map(|k| (k.as_str().to_owned(), k.label().to_owned())).collect::<Vec<_>>();
    let reasons = Reason::ALL
        .iter()
        .filter(|r| !r.is_tenant_wide())
        .map(|r| (r.code().to_owned(), r.title().to_owned()))
        .collect::<Vec<_>>();
    view! {
        <div class="tools">
            <Search/>
            <Filter
                label="Kind"
                options=Signal::derive(move || kinds.clone())
                value=Signal::derive(move || list.query.read().kind.map(|k| k.as_str().to_owned()).unwrap_or_default())
                pick={let change = change.clone(); move |v: String| change(&|q| q.kind = Kind::from_str(&v).ok())}
            />
            <Filter
                label="Department"
                options=Signal::derive(move || list.departments.get().into_iter().map(|d| (d.clone(), d)).collect())
                value=Signal::derive(move || list.query.read().department.clone().unwrap_or_default())
                pick={let change = change.clone(); move |v: String| change(&|q| q.department = Some(v.clone()).filter(|v| !v.is_empty()))}
            />
            <Filter
                label="Reason"
                options=Signal::derive(move || reasons.clone())
                value=Signal::derive(move || list.query.read().reason.map(|r| r.code().to_owned()).unwrap_or_default())
                pick=move |v: String| change(&|q| q.reason = Reason::from_str(&v).ok())
            />
            <Reset/>
        </div>
    }
}

/// *Clear filters*, as long as there are any.
#[component]
fn Reset() -> impl IntoView {
    let list = ListState::here();
    let filtered = Memo::new(move |_| list.query.read().is_filtered());
    let href = move || {
        let ListQuery { tab, sort, descending, .. } = list.query.get();
        links::mailboxes(list.in_links, &ListQuery { tab, sort, descending, ..ListQuery::default() })
    };
    move || {
        filtered.get().then(|| {
            view! {
                <a class="button button-quiet button-small" data-noscroll="true" href=href>"Clear filters"</a>
            }
        })
    }
}

/// The search field: waits until typing rests; `/` jumps to it.
#[component]
fn Search() -> impl IntoView {
    let list = ListState::here();
    let change = use_change();
    let input = NodeRef::<html::Input>::new();
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let search = move |ev| {
        let typed: String = event_target_value(&ev);
        let change = change.clone();
        if let Some(timer) = timer.get_value() {
            timer.clear();
        }
        let later = move || change(&|query| typed.trim().clone_into(&mut query.search));
        timer.set_value(set_timeout_with_handle(later, REST).ok());
    };
    Effect::new(move |_| {
        let handle = window_event_listener(leptos::ev::keydown, move |ev| {
            let elsewhere = ev.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
            let typing = elsewhere.is_some_and(|e| {
                e.closest("input:not([type=checkbox]), textarea, select, dialog").ok().flatten().is_some()
            });
            if ev.key() == "/"
                && !typing
                && !ev.ctrl_key()
                && !ev.meta_key()
                && let Some(input) = input.get_untracked()
            {
                ev.prevent_default();
                _ = input.focus();
                input.select();
            }
        });
        on_cleanup(move || handle.remove());
    });
    // Back, forward and "Clear filters" change the address without typing.
    Effect::new(move |_| {
        let search = list.query.read().search.clone();
        if let Some(input) = input.get()
            && input.value().trim() != search
        {
            input.set_value(&search);
        }
    });
    view! {
        <label class="search" for="mailbox-search">
            <span class="visually-hidden">"Search mailboxes"</span>
            <Icon name="search"/>
            <input
                id="mailbox-search"
                type="search"
                placeholder="Search name or address"
                autocomplete="off"
                spellcheck="false"
                value=list.query.get_untracked().search
                node_ref=input
                on:input=search
            />
            <kbd aria-hidden="true">"/"</kbd>
        </label>
    }
}

/// One filter: a native choice, dressed as a chip.
#[component]
fn Filter(
    label: &'static str,
    options: Signal<Vec<(String, String)>>,
    value: Signal<String>,
    pick: impl Fn(String) + 'static,
) -> impl IntoView {
    let select = NodeRef::<html::Select>::new();
    // Options come and go with the list; the browser must be told again which one is meant.
    Effect::new(move |_| {
        options.track();
        let value = value.get();
        if let Some(select) = select.get() {
            select.set_value(&value);
        }
    });
    view! {
        <select
            class="chip"
            aria-label=label
            data-on=move || (!value.read().is_empty()).then_some("true")
            node_ref=select
            on:change=move |ev| pick(event_target_value(&ev))
        >
            <option value="">{label}</option>
            {move || options.get().into_iter().map(|(code, name)| {
                let selected = *value.read_untracked() == code;
                view! { <option value=code selected=selected>{name}</option> }
            }).collect_view()}
        </select>
    }
}
