//! One run that is under way, or about to be.

use domain::run::{RunState, RunView};
use leptos::prelude::*;

use super::time_left;
use crate::ui::{
    components::{icon::Icon, progress::Progress, run_actions::RunActions, when::Clock},
    console::Console,
    frame::text,
    links, words,
};

/// How the line looks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    Busy,
    Waiting,
    Paused,
    /// Not begun, and can be undone.
    Undo,
}

fn look(run: Option<&RunView>) -> Look {
    match run {
        Some(run) if run.undo_until().is_some() => Look::Undo,
        Some(run) if run.state == RunState::Paused => Look::Paused,
        Some(run) if run.state == RunState::Waiting => Look::Waiting,
        _ => Look::Busy,
    }
}

/// The line of a run.
#[component]
pub(crate) fn Strip(run: Memo<Option<RunView>>) -> impl IntoView {
    let console = Console::here();
    let with = move |read: fn(&RunView) -> String| run.read().as_ref().map(read).unwrap_or_default();
    let look = Memo::new(move |_| look(run.read().as_ref()));
    let class = move || if look.get() == Look::Undo { "strip strip-undo" } else { "strip" };
    let href = move || run.read().as_ref().map(|run| links::run(run.id));
    let total = Signal::derive(move || run.read().as_ref().map_or(0, |run| run.counts.total));
    let settled = Signal::derive(move || run.read().as_ref().map_or(0, |run| run.counts.settled()));
    view! {
        <div class=class data-state=move || run.read().as_ref().map(|run| run.state.as_str())>
            {move || match look.get() {
                Look::Busy => view! { <Icon name="busy" class="spin"/> },
                Look::Undo | Look::Waiting | Look::Paused => view! { <Icon name="clock"/> },
            }}
            <div class="strip-text">
                <p class="strip-title">{move || with(words::doing)}</p>
                {move || if look.get() == Look::Undo {
                    view! { <p class="strip-fine">{move || undo_words(console, run)}</p> }.into_any()
                } else {
                    view! { <Fine run=run/> }.into_any()
                }}
            </div>
            {move || (look.get() != Look::Undo).then(|| view! {
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

/// How far it is, and what it waits for.
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
    let by_somebody = move || match run.read().as_ref() {
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
            {move || by_somebody().map(|words| view! { <span class="strip-wait">{words}</span> })}
            <span class="strip-leave">{text::LEAVE}</span>
        </p>
    }
}
