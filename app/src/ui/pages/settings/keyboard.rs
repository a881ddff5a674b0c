//! Keyboard shortcuts.

use leptos::prelude::*;

use super::text;

const KEYS: [(&[&str], &str); 8] = [
    (&["/"], text::SEARCH),
    (&["↑", "↓"], text::MOVE),
    (&[text::PAGE_UP, text::PAGE_DOWN], text::MOVE_FAR),
    (&[text::SPACE], text::SELECT),
    (&[text::SHIFT, text::SPACE], text::SELECT_RANGE),
    (&[text::CTRL, "A"], text::SELECT_ALL),
    (&[text::CTRL, "Z"], text::UNDO),
    (&[text::ESC], text::CLOSE),
];

/// The list of shortcuts.
#[component]
pub(super) fn Keyboard() -> impl IntoView {
    let line = |(keys, what): (&'static [&'static str], &'static str)| {
        view! {
            <div>
                <dt>{keys.iter().map(|key| view! { <kbd>{*key}</kbd> " " }).collect_view()}</dt>
                <dd>{what}</dd>
            </div>
        }
    };
    view! {
        <section class="card" aria-labelledby="keyboard-title">
            <h2 id="keyboard-title" class="card-title">{text::KEYBOARD}</h2>
            <p class="card-fine">{text::MAC}</p>
            <dl class="facts keys">{KEYS.map(line).collect_view()}</dl>
        </section>
    }
}
