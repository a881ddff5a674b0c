//! Progress of a known or unknown total.

use leptos::prelude::*;

use super::text;

/// A native progress bar with a text for assistive technology; indeterminate while the total is unknown.
#[component]
pub(crate) fn Progress(
    label: &'static str,
    #[prop(into)] value: Signal<u32>,
    #[prop(into)] max: Signal<u32>,
) -> impl IntoView {
    let words = move || match max.get() {
        0 => text::IN_PROGRESS.to_owned(),
        max => text::count_of(value.get(), max),
    };
    view! {
        <progress
            class="progress"
            aria-label=label
            aria-valuetext=words
            max=move || max.get().max(1).to_string()
            value=move || (max.get() > 0).then(|| value.get().to_string())
        ></progress>
    }
}
