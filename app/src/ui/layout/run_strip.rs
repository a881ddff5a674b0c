//! The strip on every page: active runs, and exclusions that can still be undone.

mod strip;
mod time_left;
mod undo_strip;

use leptos::prelude::*;

use super::text;
use crate::ui::{browser, console::Console, focus_keeper::FocusKeeper};
use strip::Strip;
pub(crate) use time_left::time_left;
use undo_strip::UndoStrip;

/// One line per active run, and one per exclusion that can still be undone.
#[component]
pub(crate) fn RunStrip() -> impl IntoView {
    let console = Console::here();
    let active = Memo::new(move |_| {
        console.runs.read().iter().filter(|run| !run.state.is_over()).map(|run| run.id).collect::<Vec<_>>()
    });
    let shown = Memo::new(move |_| !active.read().is_empty() || !console.exclusions.read().is_empty());
    let focus = FocusKeeper::new();
    // Styles place sticky elements at the window's lower edge above the lines.
    let lines = Memo::new(move |_| (active.read().len() + console.exclusions.read().len()).min(3));
    Effect::new(move |_| browser::mark("data-strips", &lines.get().to_string()));
    Effect::new(move |_| {
        console.runs.track();
        console.exclusions.track();
        focus.restore_soon();
    });
    move || {
        shown.get().then(|| {
            view! {
                <section
                    class="strips"
                    aria-label=text::RUNNING_NOW
                    on:focusin=move |ev| focus.on_focus_in(&ev)
                    on:focusout=move |ev| focus.on_focus_out(&ev)
                >
                    <For each=move || active.get() key=|id| *id let:id>
                        <Strip run=Memo::new(move |_| console.runs.read().iter().find(|run| run.id == id).cloned())/>
                    </For>
                    <For each=move || console.exclusions.get() key=|kept| kept.id let:kept>
                        <UndoStrip kept=kept/>
                    </For>
                </section>
            }
        })
    }
}
