//! One API client of the list.

use domain::consent::{ApiClientView, AttemptState};
use leptos::prelude::*;

use super::text;
use crate::ui::{
    authorizing::Authorizing,
    components::{
        attempt::Attempt,
        button::{Button, Variant},
        icon::Icon,
        notice::Refusal,
        when::Day,
    },
    links,
};

/// The state of the newest authorisation: tone, icon, label.
fn standing(client: &ApiClientView) -> (&'static str, &'static str, &'static str) {
    match client.attempt.as_ref().map(|attempt| attempt.state) {
        None => ("quiet", "ring", text::NOT_AUTHORIZED),
        Some(AttemptState::Waiting | AttemptState::SignedIn) => ("busy", "clock", text::WAITING),
        Some(AttemptState::Granted) => ("good", "check", text::AUTHORIZED),
        Some(AttemptState::Refused) => ("bad", "stop", text::NOT_APPROVED),
        Some(AttemptState::Expired) => ("attention", "clock", text::EXPIRED),
    }
}

/// Its id, scopes, state and *Authorize*.
#[component]
pub(crate) fn Client(client: ApiClientView) -> impl IntoView {
    let auth = Authorizing::new();
    let (tone, icon, words) = standing(&client);
    let granted = tone == "good";
    let reason = client.attempt.as_ref().filter(|_| !granted).and_then(|attempt| attempt.reason);
    let label = if granted { text::AUTHORIZE_AGAIN } else { text::AUTHORIZE };
    let look = if granted { Variant::Quiet } else { Variant::Primary };
    let kept = StoredValue::new(client.clone());
    let authorize = move |()| auth.begin(async move { Ok(kept.get_value()) });
    let ApiClientView { client_id, scopes, organisation, created_by, created_at, .. } = client;
    view! {
        <li class="client">
            <div class="client-text">
                <p class="client-id"><code>{client_id}</code></p>
                <p class="client-fine">
                    {organisation.map(|name| format!("{name} · "))}
                    {text::ADDED_BY} {created_by} {text::ADDED_ON} <Day at=created_at/>
                </p>
                <details class="more">
                    <summary>{text::scopes(scopes.len())}</summary>
                    <ul class="chips">{scopes.into_iter().map(|scope| view! { <li><code>{scope}</code></li> }).collect_view()}</ul>
                </details>
            </div>
            <div class="client-state">
                <span class="status" data-tone=tone><Icon name=icon/>{words}</span>
                {reason.map(|reason| view! { <small><a href=links::help(reason)>{reason.title()}</a></small> })}
            </div>
            <Button label=label variant=look busy=auth.busy changes=true on_press=authorize/>
            <div class="client-attempt">
                <Attempt auth=auth/>
                {move || auth.error.get().map(|error| view! { <Refusal error=error/> })}
            </div>
        </li>
    }
}
