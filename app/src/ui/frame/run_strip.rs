//! Running runs, in sight on every page.

use domain::run::{RunState, RunView};
use leptos::prelude::*;

use crate::ui::{
    components::{icon::Icon, progress::Progress, when::Clock},
    console::Console,
    links, time, words,
};

/// One line per running run.
#[component]
pub(crate) fn RunStrip() -> impl IntoView {
    let console = Console::here();
    let active = Memo::new(move |_| {
        console.runs.read().iter().filter(|run| !run.state.is_over()).map(|run| run.id).collect::<Vec<_>>()
    });
    move || {
        (!active.read().is_empty()).then(|| {
            view! {
                <section class="strips" aria-label="Running now">
                    <For each=move || active.get() key=|id| *id let:id>
                        <Strip run=Memo::new(move |_| console.runs.read().iter().find(|run| run.id == id).cloned())/>
                    </For>
                </section>
            }
        })
    }
}

#[component]
fn Strip(run: Memo<Option<RunView>>) -> impl IntoView {
    let console = Console::here();
    let with = move |read: fn(&RunView) -> String| run.read().as_ref().map(read).unwrap_or_default();
    let left = move || {
        let now = console.now.get()?;
        time_left(run.read().as_ref()?, now).map(|seconds| format!(" · {}", time::rough(seconds)))
    };
    let waiting = move || match run.read().as_ref() {
        Some(run) if run.state == RunState::Waiting => Some(run.waiting_until),
        _ => None,
    };
    let paused = move || match run.read().as_ref() {
        Some(run) if run.state == RunState::Paused => run.reason,
        _ => None,
    };
    let href = move || run.read().as_ref().map(|run| links::run(run.id));
    let total = Signal::derive(move || run.read().as_ref().map_or(0, |run| run.counts.total));
    let settled = Signal::derive(move || run.read().as_ref().map_or(0, |run| run.counts.settled()));
    view! {
        <div class="strip" data-state=move || run.read().as_ref().map(|run| run.state.as_str())>
            <Icon name="busy" class="spin"/>
            <div class="strip-text">
                <p class="strip-title">{move || with(words::doing)}</p>
                <p class="strip-fine">
                    {move || with(words::progress)}
                    {left}
                    {move || waiting().map(|until| view! {
                        <span class="strip-wait">
                            "Waiting for Microsoft"
                            {until.map(|at| view! { " until " <Clock at=at/> })}
                        </span>
                    })}
                    {move || paused().map(|reason| view! {
                        <span class="strip-wait">"Paused: " <a href=links::help(reason)>{reason.title()}</a></span>
                    })}
                    <span class="strip-leave">"You can leave this page."</span>
                </p>
            </div>
            <Progress label="Progress" value=settled max=total/>
            <a class="button button-small" href=href>"View run"</a>
        </div>
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
