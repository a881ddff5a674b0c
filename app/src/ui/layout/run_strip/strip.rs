//! One run that is active or about to start.

use domain::run::{RunState, RunView};
use leptos::prelude::*;

use super::time_left::time_left;
use crate::ui::{
    components::{icon::Icon, progress::Progress, run_actions::RunActions, when::Clock},
    console::Console,
    layout::text,
    links, words,
};

/// The appearance of the line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Busy,
    Waiting,
    Paused,
    /// Not begun, can be undone.
    Undo,
}

fn look(run: Option<&RunView>) -> Style {
    match run {
        Some(run) if run.undo_until().is_some() => Style::Undo,
        Some(run) if run.state == RunState::Paused => Style::Paused,
        Some(run) if run.state == RunState::Waiting => Style::Waiting,
        _ => Style::Busy,
    }
}

/// The line of a run.
#[component]
pub(crate) fn Strip(run: Memo<Option<RunView>>) -> impl IntoView {
    let console = Console::here();
    let with = move |read: fn(&RunView) -> String| run.read().as_ref().map(read).unwrap_or_default();
    let look = Memo::new(move |_| look(run.read().as_ref()));
    let class = move || if look.get() == Style::Undo { "strip strip-undo" } else { "strip" };
    let href = move || run.read().as_ref().map(|run| links::run(run.id));
    let total = Signal::derive(move || run.read().as_ref().map_or(0, |run| run.counts.total));
    let settled = Signal::derive(move || run.read().as_ref().map_or(0, |run| run.counts.settled()));
    view! {
        <div class=class data-state=move || run.read().as_ref().map(|run| run.state.as_str())>
            {move || match look.get() {
                Style::Busy => view! { <Icon name="busy" class="spin"/> },
                Style::Undo | Style::Waiting | Style::Paused => view! { <Icon name="clock"/> },
            }}
            <div class="strip-text">
                <p class="strip-title">{move || with(words::doing)}</p>
                {move || if look.get() == Style::Undo {
                    view! { <p class="strip-fine">{move || undo_words(console, run)}</p> }.into_any()
                } else {
                    view! { <Fine run=run/> }.into_any()
                }}
            </div>
            {move || (look.get() != Style::Undo).then(|| view! {
                <Progress label=text::PROGRESS value=settled max=total/>
            })}
            <div class="strip-actions">
                <RunActions run=run brief=true/>
                <a class="button" href=href>{text::VIEW_RUN}</a>
            </div>
        </div>
    }
}

fn undo_words(console: Console, run: Memo<Option<RunView>>) -> Option<String> {
    let until = run.read().as_ref().and_then(RunView::undo_until)?;
    Some(words::undo_within(until, console.now.get()))
}

/// The progress, and the reason of a wait.
#[component]
fn Fine(run: Memo<Option<RunView>>) -> impl IntoView {
    let console = Console::here();
    let with = move |read: fn(&RunView) -> String| run.read().as_ref().map(read).unwrap_or_default();
    let left = move || {
        let now = console.now.get()?;
        time_left(run.read().as_ref()?, now).map(text::time_left)
    };
    let waiting = move || match run.read().as_ref() {
        Some(run) if run.state == RunState::Waiting => Some(run.waiting_until),
        _ => None,
    };
    let paused = move || match run.read().as_ref() {
        Some(run) if run.state == RunState::Paused => run.reason,
        _ => None,
    };
    let paused_by_user = move || match run.read().as_ref() {
        Some(run) if run.paused_by.is_some() => Some(words::state(run)),
        _ => None,
    };
    view! {
        <p class="strip-fine">
            {move || with(words::progress)}
            {left}
            {move || waiting().map(|until| view! {
                <span class="strip-wait">
                    {text::WAITING}
                    {until.map(|at| view! { {text::UNTIL} <Clock at=at/> })}
                </span>
            })}
            {move || paused().map(|reason| view! {
                <span class="strip-wait">{text::PAUSED} <a href=links::help(reason)>{reason.title()}</a></span>
            })}
            {move || paused_by_user().map(|words| view! { <span class="strip-wait">{words}</span> })}
            <span class="strip-leave">{text::LEAVE}</span>
        </p>
    }
}
