//! Icons from one sprite, which adds nothing to the WebAssembly.

use leptos::prelude::*;

/// A decorative icon; the text beside it carries the meaning.
#[component]
pub(crate) fn Icon(name: &'static str, #[prop(optional)] class: &'static str) -> impl IntoView {
    let class = if class.is_empty() { "icon".to_owned() } else { format!("icon {class}") };
    let href = format!("/icons.svg#{name}");
    view! {
        <svg class=class aria-hidden="true" focusable="false" viewBox="0 0 16 16">
            <use href=href></use>
        </svg>
    }
}
