//! The attention groups above the list of mailboxes that need attention.

use domain::{connection::Connection, list::Tab};
use leptos::prelude::*;

use super::text;
use crate::ui::{
    components::attention_groups::{self, AttentionGroupLine},
    mailboxes::list::ListState,
};

/// Shown on the tab *Needs attention*.
#[component]
pub(crate) fn AttentionGroups() -> impl IntoView {
    let list = ListState::here();
    attention_groups::refresh();
    let on_tab = Memo::new(move |_| list.query.read().tab == Tab::Attention);
    let found = Memo::new(move |_| {
        let mut attention_groups = list.console.attention_groups.get();
        attention_groups.retain(|cause| cause.connection == Connection::NeedsAttention);
        attention_groups
    });
    move || {
        (on_tab.get() && !found.read().is_empty()).then(|| {
            view! {
                <section class="causes" aria-label=text::GROUPS>
                    <ul class="needs">
                        <For each=move || found.get() key=|cause| *cause let:cause>
                            <AttentionGroupLine cause=cause/>
                        </For>
                    </ul>
                </section>
            }
        })
    }
}
