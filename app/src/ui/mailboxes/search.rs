//! The search field.

use std::time::Duration;

use leptos::{html, leptos_dom::helpers::TimeoutHandle, prelude::*};
use wasm_bindgen::JsCast as _;

use super::text;
use crate::ui::{
    components::icon::Icon,
    mailboxes::list::{ListState, use_change},
};

/// The pause in typing after which the list is loaded.
const PAUSE: Duration = Duration::from_millis(250);

/// The search field: waits until typing pauses; `/` focuses it.
#[component]
pub(crate) fn Search() -> impl IntoView {
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
        timer.set_value(set_timeout_with_handle(later, PAUSE).ok());
    };
    Effect::new(move |_| {
        let handle = window_event_listener(leptos::ev::keydown, move |ev| {
            let target = ev.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
            let typing = target.is_some_and(|e| {
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
            <span class="visually-hidden">{text::SEARCH}</span>
            <Icon name="search"/>
            <input
                id="mailbox-search"
                type="search"
                placeholder=text::SEARCH_IN
                name="q"
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
