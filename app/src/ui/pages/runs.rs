//! Runs: every bulk job, newest first.

use domain::{
    AppError,
    run::{RunState, RunView},
};
use leptos::prelude::*;

use crate::{
    api::{flat, runs::list_runs},
    ui::{
        components::{empty::Empty, icon::Icon, when::Ago},
        console::Console,
        layout_data::{use_layout_data, wanted},
        links,
        page::{Load, PageHead, load, with_data},
        pages::run::text,
        words,
    },
};

/// The list of runs.
#[component]
pub(crate) fn Runs() -> impl IntoView {
    let console = Console::here();
    let layout = use_layout_data();
    let wanted = wanted();
    let runs: Load<Vec<RunView>> = load(
        move || wanted.get(),
        move |wanted| async move {
            let known = console.delegation_id_untracked();
            let delegation = match wanted.or(known) {
                Some(delegation) => Some(delegation),
                None => layout.get().await?.snapshot.map(|s| s.delegation.id),
            };
            match delegation {
                Some(delegation) => flat(list_runs(delegation).await),
                None => Ok::<_, AppError>(Vec::new()),
            }
        },
    );
    with_data(runs, |runs| view! { <Content runs=runs/> }.into_any())
}

#[component]
fn Content(runs: Vec<RunView>) -> impl IntoView {
    let console = Console::here();
    let loaded = StoredValue::new(runs);
    // Runs from the stream are newer than the loaded ones.
    let all = Memo::new(move |_| {
        let live = console.runs.get();
        let mut all = loaded.get_value();
        all.retain(|run| live.iter().all(|l| l.id != run.id));
        all.extend(live);
        all.sort_by_key(|run| std::cmp::Reverse(run.created_at));
        all
    });
    view! {
        <PageHead title=text::TITLE lead=|| text::LEAD/>
        {move || if all.read().is_empty() {
            view! {
                <Empty icon="activity" title=text::NO_RUNS text=text::NO_RUNS_TEXT>
                    <a class="button button-primary" href="/mailboxes">{text::CHOOSE}</a>
                </Empty>
            }
            .into_any()
        } else {
            view! { <section class="card" aria-label=text::TITLE><RunList runs=all/></section> }.into_any()
        }}
    }
}

/// Runs as lines, each a link to its page.
#[component]
pub(crate) fn RunList(runs: Memo<Vec<RunView>>) -> impl IntoView {
    view! {
        <ul class="runs">
            <For each=move || runs.get() key=|run| run.id let:run>
                <Line run=Memo::new(move |_| runs.read().iter().find(|r| r.id == run.id).cloned())/>
            </For>
        </ul>
    }
}

#[component]
fn Line(run: Memo<Option<RunView>>) -> impl IntoView {
    move || {
        run.get().map(|run| {
            let (tone, icon) = state_looks(run.state);
            view! {
                <li class="run-line">
                    <span class="status" data-tone=tone>
                        <Icon name=icon class=if tone == "busy" { "spin" } else { "" }/>
                        <span class="run-state">{words::state(&run)}</span>
                    </span>
                    <span class="run-what">
                        <a href=links::run(run.id)>{run.title()}</a>
                        <small>{words::progress(&run)}</small>
                    </span>
                    <span class="run-when">
                        <Ago at=run.created_at/>
                        <small>{run.started_by.clone()}</small>
                    </span>
                </li>
            }
        })
    }
}

/// Tone and icon of a run's state.
pub(crate) const fn state_looks(state: RunState) -> (&'static str, &'static str) {
    match state {
        RunState::Queued | RunState::Running => ("busy", "busy"),
        RunState::Waiting | RunState::Paused => ("attention", "clock"),
        RunState::Completed => ("good", "check"),
        RunState::CompletedWithErrors => ("attention", "alert"),
        RunState::Cancelled => ("quiet", "ring"),
        RunState::Failed => ("bad", "stop"),
    }
}
