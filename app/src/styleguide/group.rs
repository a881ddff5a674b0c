//! A card with a title.

use leptos::prelude::*;

/// One group of the page.
pub(super) fn group(title: &'static str, content: impl IntoView + 'static) -> AnyView {
    view! {
        <section class="card guide">
            <h2>{title}</h2>
            {content.into_any()}
        </section>
    }
    .into_any()
}
