//! The organisation in view: state, checklist, and the accounts as they arrive.

use domain::{
    connection::Tone,
    delegation::{DelegationState, DelegationView},
    list::ListQuery,
    run::{RunKind, RunState},
};
use leptos::prelude::*;

use super::text;
use crate::ui::{
    components::{
        button::Button,
        checklist::{Checking, Checklist},
        icon::Icon,
        notice::Notice,
        progress::Progress,
        when::Ago,
    },
    console::Console,
    links, words,
};

const fn appearance(state: DelegationState) -> (&'static str, &'static str) {
    match state {
        DelegationState::Active => ("good", "check"),
        DelegationState::Authorized
        | DelegationState::Verifying
        | DelegationState::Propagating
        | DelegationState::Removing => ("busy", "busy"),
        DelegationState::Degraded | DelegationState::AwaitingAuthorization => ("attention", "alert"),
        DelegationState::Broken => ("bad", "stop"),
        DelegationState::NotConfigured | DelegationState::Removed => ("quiet", "ring"),
    }
}

/// The card of the linked organisation, once there is one.
#[component]
pub(crate) fn Linked() -> impl IntoView {
    let console = Console::here();
    let linked = Memo::new(move |_| {
        console.delegation.get().filter(|d| d.state.is_linked() || !d.checklist.is_empty()).map(|d| d.id)
    });
    move || linked.get().map(|_| view! { <Card/> })
}

#[component]
fn Card() -> impl IntoView {
    let console = Console::here();
    let read =
        move |f: fn(&DelegationView) -> String| console.delegation.read().as_ref().map(f).unwrap_or_default();
    let state = Memo::new(move |_| console.delegation.read().as_ref().map(|d| (d.state, d.reason)));
    let checks = Signal::derive(move || {
        console.delegation.read().as_ref().map(|d| d.checklist.clone()).unwrap_or_default()
    });
    // A check that Microsoft does not answer ends in words: nothing spins for minutes.
    let checking = Signal::derive(move || {
        let runs = console.runs.read();
        match runs.iter().find(|run| run.kind == RunKind::Sync && !run.state.is_over()).map(|run| run.state) {
            Some(RunState::Waiting | RunState::Paused) => Checking::Waiting,
            Some(_) => Checking::Now,
            None => Checking::Stopped,
        }
    });
    view! {
        <section class="card" aria-labelledby="linked-title">
            <div class="card-head">
                <div>
                    <h2 id="linked-title" class="card-title">{move || read(|d| d.title().to_owned())}</h2>
                    <p class="card-fine">{move || read(|d| d.domain.clone().unwrap_or_default())}</p>
                </div>
                {move || state.get().map(|(state, _)| {
                    let (tone, icon) = match (appearance(state), checking.get()) {
                        (("busy", _), Checking::Waiting) => ("attention", "clock"),
                        (("busy", _), Checking::Stopped) => ("quiet", "clock"),
                        (look, _) => look,
                    };
                    view! {
                        <span class="status status-large" data-tone=tone>
                            <Icon name=icon class=if tone == "busy" { "spin" } else { "" }/>
                            {state.label()}
                        </span>
                    }
                })}
            </div>
            {move || state.get().and_then(|(_, reason)| reason).map(|reason| view! {
                <Notice tone=if reason.is_temporary() { Tone::Busy } else { Tone::Attention }>
                    <p class="notice-title">{reason.title()}</p>
                    <p>{reason.help().meaning}" "<a href=links::help(reason)>{text::WHAT_TO_DO}</a></p>
                </Notice>
            })}
            <Checklist checks=checks checking=checking/>
            <Found/>
        </section>
    }
}

/// "1,200 accounts found", counting while the directory is read.
#[component]
fn Found() -> impl IntoView {
    let console = Console::here();
    let syncing = Memo::new(move |_| console.delegation.read().as_ref().is_some_and(|d| d.syncing));
    let found = Memo::new(move |_| {
        let all = console.counts.read().all;
        let size = console.delegation.read().as_ref().map_or(0, |d| d.directory_size);
        if syncing.get() {
            size.max(all)
        } else if all > 0 {
            all
        } else {
            size
        }
    });
    let synced = move || console.delegation.read().as_ref().and_then(|d| d.synced_at);
    let href = move || links::mailboxes(console.delegation_in_links(), &ListQuery::default());
    let sync = move |()| console.start(RunKind::Sync, Vec::new());
    view! {
        <div class="found">
            <div>
                <p class="found-count" data-testid="accounts-found">
                    <b>{move || words::n(found.get())}</b>
                    " "
                    {move || text::accounts_found(found.get())}
                </p>
                <p class="card-fine">
                    {move || if syncing.get() {
                        text::READING_TEXT.into_any()
                    } else {
                        synced().map(|at| view! { {text::SYNCED} <Ago at=at/> "." }).into_any()
                    }}
                </p>
            </div>
            {move || syncing.get().then(|| view! {
                <Progress label=text::READING value=found max=Signal::derive(|| 0)/>
            })}
            <Button label=text::SYNC_NOW disabled=syncing changes=true on_press=sync/>
            <a class="button button-primary" href=href>{text::CHOOSE}</a>
        </div>
    }
}
