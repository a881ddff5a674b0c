//! The causes of what needs attention, above its list.

use domain::{connection::Connection, list::Tab};
use leptos::prelude::*;

use super::text;
use crate::ui::{
    components::causes::{self, CauseLine},
    mailboxes::list::ListState,
};

/// Shown on the tab *Needs attention*.
#[component]
pub(crate) fn Causes() -> impl IntoView {
    let list = ListState::here();
    causes::keep();
    let on_tab = Memo::new(move |_| list.query.read().tab == Tab::Attention);
    let found = Memo::new(move |_| {
        let mut causes = list.console.causes.get();
        causes.retain(|cause| cause.connection == Connection::NeedsAttention);
        causes
    });
    move || {
        (on_tab.get() && !found.read().is_empty()).then(|| {
            view! {
                <section class="causes" aria-label=text::CAUSES>
                    <ul class="needs">
                        <For each=move || found.get() key=|cause| *cause let:cause>
                            <CauseLine cause=cause/>
                        </For>
                    </ul>
                </section>
            }
        })
    }
}
