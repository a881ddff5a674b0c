//! A count that links to the mailboxes it counts.

use leptos::prelude::*;

use crate::ui::words;

/// A tile: one click shows the mailboxes behind the number.
#[component]
pub(crate) fn Tile(
    tone: &'static str,
    label: &'static str,
    #[prop(into)] count: Signal<u32>,
    #[prop(into)] href: Signal<String>,
    #[prop(optional, into)] current: Signal<bool>,
) -> impl IntoView {
    view! {
        <a
            class="tile"
            data-tone=tone
            data-noscroll="true"
            href=move || href.get()
            aria-current=move || current.get().then_some("true")
        >
            <span class="tile-count">{move || words::n(count.get())}</span>
            " "
            <span class="tile-label">{label}</span>
        </a>
    }
}
