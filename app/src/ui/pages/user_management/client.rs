//! One API client of the list.

use domain::{
    Reason,
    consent::{ApiClientView, AttemptState, AttemptView},
    delegation::{DelegationState, DelegationView},
};
use leptos::prelude::*;

use super::text;
use crate::ui::{
    authorizing::Authorizing,
    components::{
        attempt::Attempt,
        button::{Button, Variant},
        icon::Icon,
        notice::Refusal,
        when::{Day, Moment},
    },
    console::Console,
    links,
};

/// Tone, icon and label of a state.
type Look = (&'static str, &'static str, &'static str);

/// The state of the approval: that of the organisation it belongs to, and before there is one that of the newest
/// attempt. A later attempt that was cancelled or revoked takes nothing away.
fn standing(client: &ApiClientView, delegations: &[DelegationView]) -> (Look, Option<Reason>) {
    let delegation = delegations.iter().find(|delegation| Some(delegation.id) == client.delegation);
    match delegation.map(|delegation| (delegation.state, delegation.reason)) {
        Some((DelegationState::Broken, reason)) => (("bad", "stop", text::NOT_WORKING), reason),
        Some((state, _)) if state.is_linked() || state == DelegationState::Authorized => {
            (("good", "check", text::AUTHORIZED), None)
        }
        _ => match &client.attempt {
            None => (("quiet", "ring", text::NOT_AUTHORIZED), None),
            Some(attempt) => (look(attempt), attempt.reason),
        },
    }
}

/// The state of an attempt.
fn look(attempt: &AttemptView) -> Look {
    match attempt.state {
        AttemptState::Waiting | AttemptState::SignedIn => ("busy", "clock", text::WAITING),
        AttemptState::Granted => ("good", "check", text::AUTHORIZED),
        AttemptState::Refused => ("bad", "stop", text::NOT_APPROVED),
        AttemptState::Expired if attempt.invited => ("attention", "clock", text::LINK_ENDED),
        AttemptState::Expired => ("attention", "clock", text::EXPIRED),
    }
}

/// Its organisation, id, scopes, state, *Authorize* and attempts.
#[component]
pub(crate) fn Client(
    first: ApiClientView,
    /// All clients as loaded last. The line stays when its client changes: its attempt is shown in it.
    clients: RwSignal<Vec<ApiClientView>>,
) -> impl IntoView {
    let console = Console::here();
    let auth = Authorizing::new();
    let id = first.id;
    let client = Memo::new(move |_| {
        let known = clients.read().iter().find(|client| client.id == id).cloned();
        known.unwrap_or_else(|| first.clone())
    });
    let state = Memo::new(move |_| {
        let me = console.me.read();
        let delegations = me.as_ref().map(|me| me.delegations.as_slice()).unwrap_or_default();
        standing(&client.read(), delegations)
    });
    let granted = move || state.get().0.0 == "good";
    let label = move || if granted() { text::AUTHORIZE_AGAIN } else { text::AUTHORIZE }.to_owned();
    let variant = move || if granted() { Variant::Quiet } else { Variant::Primary };
    let authorize = move |()| auth.begin(async move { Ok(client.get_untracked()) });
    view! {
        <li class="client">
            <div class="client-text">{move || described(client.get())}</div>
            <div class="client-state">
                {move || {
                    let ((tone, icon, words), reason) = state.get();
                    view! {
                        <span class="status" data-tone=tone><Icon name=icon/>{words}</span>
                        {reason.map(|reason| view! { <small><a href=links::help(reason)>{reason.title()}</a></small> })}
                    }
                }}
            </div>
            <Button label=Signal::derive(label) variant=Signal::derive(variant) busy=auth.busy changes=true on_press=authorize/>
            <div class="client-attempt">
                <Attempt auth=auth/>
                {move || auth.error.get().map(|error| view! { <Refusal error=error/> })}
            </div>
        </li>
    }
}

fn described(client: ApiClientView) -> impl IntoView {
    let ApiClientView { client_id, scopes, organisation, created_by, created_at, attempt, earlier, .. } =
        client;
    let attempts: Vec<AttemptView> = attempt.into_iter().chain(earlier).collect();
    view! {
        {organisation.map(|name| view! { <p class="client-name">{name}</p> })}
        <p class="client-id"><code>{client_id}</code></p>
        <p class="client-fine">
            {text::ADDED_BY} {created_by} {text::ADDED_ON} <Day at=created_at/>
        </p>
        <details class="more">
            <summary>{text::scopes(scopes.len())}</summary>
            <ul class="chips">{scopes.into_iter().map(|scope| view! { <li><code>{scope}</code></li> }).collect_view()}</ul>
        </details>
        {(!attempts.is_empty()).then(|| view! {
            <details class="more">
                <summary>{text::attempts(attempts.len())}</summary>
                <ul class="client-attempts">{attempts.iter().map(attempted).collect_view()}</ul>
            </details>
        })}
    }
}

/// One attempt: its state, account and time.
fn attempted(attempt: &AttemptView) -> impl IntoView + use<> {
    let (tone, icon, words) = look(attempt);
    let reason = attempt.reason;
    view! {
        <li>
            <span class="status" data-tone=tone><Icon name=icon/>{words}</span>
            <small>
                {reason.map(|reason| view! { <a href=links::help(reason)>{reason.title()}</a> " · " })}
                {attempt.signed_in_as.clone().map(|who| format!("{who} · "))}
                {(attempt.started_at > 0).then(|| view! { <Moment at=attempt.started_at/> })}
            </small>
        </li>
    }
}
