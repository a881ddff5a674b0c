//! The newest runs.

use leptos::prelude::*;

use super::text;
use crate::ui::{console::Console, pages::runs::RunList};

/// At most five runs, and the way to all of them.
#[component]
pub(crate) fn Recent() -> impl IntoView {
    let console = Console::here();
    let runs = Memo::new(move |_| console.runs.read().iter().take(5).cloned().collect::<Vec<_>>());
    view! {
        <section class="card" aria-labelledby="recent-title">
            <div class="card-head">
                <h2 id="recent-title" class="card-title">{text::NEWEST_RUNS}</h2>
                <a href="/runs">{text::ALL_RUNS}</a>
            </div>
            {move || if runs.read().is_empty() {
                view! { <p class="card-empty">{text::NO_RUNS}</p> }.into_any()
            } else {
                view! { <RunList runs=runs/> }.into_any()
            }}
        </section>
    }
}
