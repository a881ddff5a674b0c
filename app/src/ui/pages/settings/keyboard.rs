//! What the keyboard does.

use leptos::prelude::*;

const KEYS: [(&[&str], &str); 8] = [
    (&["/"], "Search the mailboxes"),
    (&["↑", "↓"], "Move between rows; ← → between cells"),
    (&["Page Up", "Page Down"], "Move by a screen; Ctrl Home and Ctrl End to the ends"),
    (&["Space"], "Select the row"),
    (&["Shift", "Space"], "Select everything since the last selected row"),
    (&["Ctrl", "A"], "Select all that match, in the list"),
    (&["Ctrl", "Z"], "Undo the last disconnect or exclusion"),
    (&["Esc"], "Close what is open; in the list, clear the selection"),
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
            <h2 id="keyboard-title" class="card-title">"Keyboard"</h2>
            <p class="card-fine">"On a Mac, ⌘ does what Ctrl does."</p>
            <dl class="facts keys">{KEYS.map(line).collect_view()}</dl>
        </section>
    }
}
