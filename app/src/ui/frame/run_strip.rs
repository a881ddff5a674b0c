//! What is under way and what can still be undone, in sight on every page.

mod kept;
mod strip;

use domain::run::{RunState, RunView};
use leptos::prelude::*;

use super::text;
use crate::ui::{browser, console::Console, focus_keeper::FocusKeeper};
use kept::KeptStrip;
use strip::Strip;

/// One line per running run, and one per exclusion that can still be undone.
#[component]
pub(crate) fn RunStrip() -> impl IntoView {
    let console = Console::here();
    let active = Memo::new(move |_| {
        console.runs.read().iter().filter(|run| !run.state.is_over()).map(|run| run.id).collect::<Vec<_>>()
    });
    let shown = Memo::new(move |_| !active.read().is_empty() || !console.exclusions.read().is_empty());
    let focus = FocusKeeper::new();
    // What sticks to the window's lower edge stands above the lines.
    let lines = Memo::new(move |_| (active.read().len() + console.exclusions.read().len()).min(3));
    Effect::new(move |_| browser::mark("data-strips", &lines.get().to_string()));
    Effect::new(move |_| {
        console.runs.track();
        console.exclusions.track();
        focus.look_soon();
    });
    move || {
        shown.get().then(|| {
            view! {
                <section
                    class="strips"
                    aria-label=text::RUNNING_NOW
                    on:focusin=move |ev| focus.came(&ev)
                    on:focusout=move |ev| focus.went(&ev)
                >
                    <For each=move || active.get() key=|id| *id let:id>
                        <Strip run=Memo::new(move |_| console.runs.read().iter().find(|run| run.id == id).cloned())/>
                    </For>
                    <For each=move || console.exclusions.get() key=|kept| kept.id let:kept>
                        <KeptStrip kept=kept/>
                    </For>
                </section>
            }
        })
    }
}

/// Seconds left at the pace so far, once a tenth is through.
pub(crate) fn time_left(run: &RunView, now: i64) -> Option<u32> {
    let counts = run.counts;
    let (settled, total) = (i64::from(counts.settled()), i64::from(counts.total));
    if run.state != RunState::Running || settled == 0 || settled * 10 < total {
        return None;
    }
    let elapsed = (now - run.started_at?).max(0);
    u32::try_from(elapsed * (total - settled) / settled / 1_000).ok()
}
