//! The results by reason, each with its steps and *Retry these*.

use domain::{
    Reason,
    bulk::{BulkAction, BulkKind},
    run::{ItemState, ReasonGroup, RunView},
};
use leptos::prelude::*;

use super::text;
use crate::ui::{
    bulk::request::{Bulk, BulkRequest},
    components::{button::Button, empty::Empty, icon::Icon},
    links, words,
};

/// Tone and icon of an outcome.
pub(super) const fn appearance(outcome: ItemState) -> (&'static str, &'static str) {
    match outcome {
        ItemState::Pending => ("busy", "busy"),
        ItemState::Succeeded => ("good", "check"),
        ItemState::Skipped => ("quiet", "ring"),
        ItemState::Failed => ("bad", "stop"),
        ItemState::Cancelled => ("quiet", "ring"),
    }
}

/// All groups, problems first.
#[component]
pub(crate) fn Groups(run: Memo<RunView>, groups: Memo<Vec<ReasonGroup>>) -> impl IntoView {
    let sorted = move || {
        let mut groups = groups.get();
        groups.sort_by_key(|g| {
            (g.outcome != ItemState::Failed, g.outcome != ItemState::Skipped, std::cmp::Reverse(g.count))
        });
        groups
    };
    view! {
        <section class="card" aria-labelledby="groups-title">
            <h2 id="groups-title" class="card-title">{text::RESULTS}</h2>
            {move || if groups.read().is_empty() {
                let (title, text) = text::no_groups(&run.read());
                view! { <Empty icon="activity" title=title text=text/> }.into_any()
            } else {
                view! {
                    <ul class="groups">
                        {sorted().into_iter().map(|group| view! { <Group run=run group=group/> }).collect_view()}
                    </ul>
                }
                .into_any()
            }}
        </section>
    }
}

#[component]
fn Group(run: Memo<RunView>, group: ReasonGroup) -> impl IntoView {
    let bulk = Bulk::here();
    let (tone, icon) = appearance(group.outcome);
    let word = group.outcome.label();
    let help = group.reason.map(|reason| (reason, reason.help()));
    let more = group.count.saturating_sub(u32::try_from(group.names.len()).unwrap_or(0));
    let (id, outcome, reason) = (run.read_untracked().id, group.outcome, group.reason);
    let busy = RwSignal::new(false);
    // While the run is active, no other run can take its mailboxes.
    let retry =
        move || matches!(outcome, ItemState::Failed | ItemState::Cancelled) && run.read().state.is_over();
    let (kind, count) = (BulkKind::Run(run.read_untracked().kind), group.count);
    let again = move |()| {
        let action = BulkAction::RetryGroup { run: id, outcome, reason };
        bulk.request(BulkRequest::new(action, kind, count).busy(busy));
    };
    let names = group.names.join(", ");
    let inside = move || (reason == Some(Reason::OutOfScope)).then(|| text::inside(&run.read()));
    view! {
        <li class="group" data-tone=tone>
            <div class="group-head">
                <span class="status" data-tone=tone><Icon name=icon/>{word}</span>
                <b class="group-count">{words::n(group.count)}</b>
                {help.map(|(reason, _)| view! { <a href=links::help(reason)>{reason.title()}</a> })}
            </div>
            <p class="group-names">
                {names}
                {(more > 0).then(|| text::and_more(more))}
            </p>
            {help.map(|(_, entry)| view! {
                <p class="group-help">{entry.meaning}{inside}" "{entry.who.sentence()}</p>
                <h3 class="group-todo">{text::WHAT_TO_DO}</h3>
                <ul class="group-steps">{entry.steps.iter().map(|step| view! { <li>{*step}</li> }).collect_view()}</ul>
            })}
            {move || retry().then(|| view! { <Button label=text::RETRY busy=busy changes=true on_press=again/> })}
        </li>
    }
}
