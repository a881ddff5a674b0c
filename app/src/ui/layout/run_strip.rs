//! The strip on every page: active runs, exclusions that can still be undone, and the last message.

mod message_strip;
mod strip;
mod time_left;
mod undo_strip;

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::text;
use crate::ui::{browser, console::Console, focus_keeper::FocusKeeper, links};
use message_strip::MessageStrip;
use strip::Strip;
pub(crate) use time_left::time_left;
use undo_strip::UndoStrip;

/// One line per active run, per exclusion that can still be undone, and for the last message. A run whose page is open
/// has no line.
#[component]
pub(crate) fn RunStrip() -> impl IntoView {
    let (console, path) = (Console::here(), use_location().pathname);
    let active = Memo::new(move |_| {
        let path = path.read();
        let runs = console.runs.read();
        let active = runs.iter().filter(|run| !run.state.is_over() && links::run(run.id) != *path);
        active.map(|run| run.id).collect::<Vec<_>>()
    });
    let running = Memo::new(move |_| active.read().len() + console.exclusions.read().len());
    let lines = Memo::new(move |_| running.get() + usize::from(console.message.read().is_some()));
    let focus = FocusKeeper::new();
    // Styles place sticky elements at the window's lower edge above the lines.
    Effect::new(move |_| browser::mark("data-strips", &lines.get().min(3).to_string()));
    Effect::new(move |_| {
        console.runs.track();
        console.exclusions.track();
        console.message.track();
        focus.restore_soon();
    });
    view! {
        <div
            class="strips"
            data-empty=move || (lines.get() == 0).then_some("true")
            on:focusin=move |ev| focus.on_focus_in(&ev)
            on:focusout=move |ev| focus.on_focus_out(&ev)
        >
            {move || (running.get() > 0).then(|| view! {
                <section class="strips-part" aria-label=text::RUNNING_NOW>
                    <For each=move || active.get() key=|id| *id let:id>
                        <Strip run=Memo::new(move |_| console.runs.read().iter().find(|run| run.id == id).cloned())/>
                    </For>
                    <For each=move || console.exclusions.get() key=|kept| kept.id let:kept>
                        <UndoStrip kept=kept/>
                    </For>
                </section>
            })}
            // Always there: what is added to it is announced.
            <section class="strips-part" aria-label=text::MESSAGES aria-live="polite">
                {move || console.message.get().map(|message| view! { <MessageStrip message=message/> })}
            </section>
        </div>
    }
}
