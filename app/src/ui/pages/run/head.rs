//! The state and the progress of a run.

use domain::{
    bulk::{BulkAction, BulkKind},
    run::{ItemState, RunKind, RunState, RunView},
};
use leptos::prelude::*;

use super::text;
use crate::ui::{
    bulk::request::{Bulk, BulkRequest},
    components::{
        button::{Button, Variant},
        icon::Icon,
        progress::Progress,
        run_actions::RunActions,
        when::{Ago, Clock},
    },
    console::Console,
    layout::time_left,
    links,
    page::PageHead,
    pages::runs::state_looks,
    words,
};

/// Title, state, progress and counts.
#[component]
pub(crate) fn Head(run: Memo<RunView>) -> impl IntoView {
    let console = Console::here();
    let lead = move || {
        let run = run.get();
        view! { {text::STARTED_BY} {run.started_by} ", " <Ago at=run.created_at/> "." }
    };
    let over = Memo::new(move |_| run.read().state.is_over());
    let goes_on = Memo::new(move |_| {
        let run = run.read();
        !run.state.is_over() && run.paused_by.is_none()
    });
    let left = move || {
        let now = console.now.get()?;
        let run = run.read();
        let seconds = time_left(&run, now)?;
        Some(text::left_at(seconds, &words::pace(&run, now)?))
    };
    // Cancelled mailboxes were not worked on.
    let value = Signal::derive(move || {
        let counts = run.read().counts;
        counts.settled() - counts.cancelled
    });
    let total = Signal::derive(move || run.read().counts.total);
    view! {
        <PageHead title=run.read_untracked().kind.noun() lead=lead>
            <RunActions run=Signal::derive(move || Some(run.get()))/>
            <Retry run=run/>
        </PageHead>
        <section class="card run-card" aria-label=text::PROGRESS>
            <div class="run-now">
                {move || {
                    let run = run.get();
                    let (tone, icon) = state_looks(run.state);
                    let over = run.state.is_over();
                    view! {
                        <p class="run-status status" data-tone=tone>
                            <Icon name=icon class=if tone == "busy" { "spin" } else { "" }/>
                            {words::state(&run)}
                            {run.waiting_until.filter(|_| run.state == RunState::Waiting).map(|at| view! { {text::UNTIL} <Clock at=at/> })}
                        </p>
                        {run.undo_until().map(|until| view! {
                            <p class="run-left">{move || words::undo_within(until, console.now.get())}</p>
                        })}
                        <p class="run-doing">{if over { words::done(&run) } else { words::doing(&run) }}</p>
                        {run.reason.map(|reason| view! {
                            <p class="run-reason"><a href=links::help(reason)>{reason.title()}</a>": "{reason.help().meaning}</p>
                        })}
                    }
                }}
            </div>
            {move || (!over.get() || total.get() > 0).then(|| view! {
                <Progress label=text::PROGRESS value=value max=total/>
            })}
            {move || goes_on.get().then(|| view! {
                <p class="run-left">{left} {text::LEAVE}</p>
            })}
            <Counts run=run/>
        </section>
    }
}

/// *Retry failed*: retries the failed mailboxes of a finished run that are still eligible.
#[component]
fn Retry(run: Memo<RunView>) -> impl IntoView {
    let bulk = Bulk::here();
    let busy = RwSignal::new(false);
    let failed = Memo::new(move |_| {
        let run = run.read();
        (run.state.is_over() && run.kind != RunKind::Sync).then_some(run.counts.failed).filter(|n| *n > 0)
    });
    let retry = move |()| {
        let run = run.get_untracked();
        let action = BulkAction::RetryFailed { run: run.id };
        bulk.request(BulkRequest::new(action, BulkKind::Run(run.kind), run.counts.failed).busy(busy));
    };
    move || {
        failed.get().map(|n| {
            view! { <Button label=text::retry_failed(n) variant=Variant::Primary busy=busy changes=true on_press=retry/> }
        })
    }
}

/// The counts that always add up to the total.
#[component]
fn Counts(run: Memo<RunView>) -> impl IntoView {
    let entry = move |label: &'static str, tone: &'static str, read: fn(&RunView) -> u32| {
        view! {
            <div class="count" data-tone=tone>
                <dt>{label}</dt>
                <dd>{move || words::n(read(&run.read()))}</dd>
            </div>
        }
    };
    view! {
        <dl class="counts">
            {entry(text::TOTAL, "quiet", |r| r.counts.total)}
            {entry(ItemState::Succeeded.label(), "good", |r| r.counts.succeeded)}
            {entry(ItemState::Failed.label(), "bad", |r| r.counts.failed)}
            {entry(ItemState::Skipped.label(), "quiet", |r| r.counts.skipped)}
            {entry(ItemState::Cancelled.label(), "quiet", |r| r.counts.cancelled)}
            {entry(ItemState::Pending.label(), "busy", |r| r.counts.pending())}
        </dl>
    }
}
