//! The placeholder of a page until its content is loaded.

use leptos::prelude::*;

use super::text;

/// Grey lines in the shape of a page.
#[component]
pub(crate) fn Skeleton() -> impl IntoView {
    view! {
        <div class="skeleton" aria-busy="true">
            <p class="visually-hidden">{text::LOADING}</p>
            <div class="skeleton-title"></div>
            <div class="skeleton-lead"></div>
            <div class="skeleton-tiles"><div></div><div></div><div></div><div></div></div>
            <div class="skeleton-card"></div>
        </div>
    }
}
