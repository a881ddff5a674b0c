//! The tabs with their counts. They are links: a tab has an address.

use domain::list::Tab;
use leptos::{ev::KeyboardEvent, prelude::*};
use wasm_bindgen::JsCast as _;

use super::text;
use crate::ui::{mailboxes::list::ListState, words};

/// Available · Connected · Needs attention · Can't connect · Excluded · All.
#[component]
pub(crate) fn Tabs() -> impl IntoView {
    let list = ListState::here();
    let tab = move |tab: Tab| {
        let current = move || list.query.read().tab == tab;
        let href = move || {
            let query = list.query.get().on(tab);
            list.address(&query)
        };
        view! {
            <a
                role="tab"
                class="tab"
                id=format!("tab-{}", tab.as_str())
                href=href
                data-noscroll="true"
                aria-selected=move || if current() { "true" } else { "false" }
                aria-controls="mailbox-panel"
                tabindex=move || if current() { "0" } else { "-1" }
            >
                {tab.label()}
                " "
                <span class="tab-count">{move || words::n(tab.count(&list.console.counts.read()))}</span>
            </a>
        }
    };
    view! {
        <div class="tabs" role="tablist" aria-label=text::LISTS on:keydown=move |ev| arrows(&ev)>
            {Tab::ALL.into_iter().map(tab).collect_view()}
        </div>
    }
}

/// Arrow keys move between tabs.
fn arrows(ev: &KeyboardEvent) {
    let key = ev.key();
    let Some(tab) = ev.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok()) else { return };
    let next = match key.as_str() {
        "ArrowRight" => tab.next_element_sibling(),
        "ArrowLeft" => tab.previous_element_sibling(),
        _ => return,
    };
    if let Some(next) = next.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
        ev.prevent_default();
        _ = next.focus();
    }
}
