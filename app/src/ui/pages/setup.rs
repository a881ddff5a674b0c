//! Setup: three steps from two copied values to a connected domain, with everything an administrator asks first.

mod questions;
mod scopes;
mod steps;

use domain::{permissions, workspace::SetupFacts};
use leptos::prelude::*;

use crate::{
    api::{flat, setup::read_setup_facts},
    ui::{
        components::{copy_field::CopyField, invite::Invite},
        page::{Load, PageHead, load, with_data},
    },
};
use questions::Questions;
use scopes::Scopes;
use steps::{Step, progress};

/// The setup page.
#[component]
pub(crate) fn Setup() -> impl IntoView {
    let facts: Load<SetupFacts> = load(|| (), |()| async { flat(read_setup_facts().await) });
    with_data(facts, |facts| view! { <Content facts=facts/> }.into_any())
}

#[component]
fn Content(facts: SetupFacts) -> impl IntoView {
    let state = progress();
    view! {
        <PageHead
            title="Setup"
            lead=|| "Three steps, about five minutes. You need an administrator of your Microsoft 365 organisation for the second one."
        />
        <ol class="steps">
            <Step number=1 state=state title="Copy two values">
                <p>
                    "They tell Microsoft which application is asking and for what. Neither of them is a secret: on their own they open nothing."
                </p>
                <CopyField id="service-account-id" label="Service Account ID" value=facts.client_id/>
                <CopyField id="scopes" label="Scopes" value=permissions::scopes_text() long=true/>
                <Scopes/>
            </Step>
            <Step number=2 state=state title="Authorize">
                <p>
                    "In User management press Add new, paste both values and press Authorize. Microsoft opens in a second tab; an administrator signs in there and accepts. This tab notices by itself."
                </p>
                <p class="step-actions"><a class="button button-primary" href="/users">"Open User management"</a></p>
                <Invite open=facts.invitation/>
            </Step>
            <Step number=3 state=state title="Connect your domain">
                <p>
                    "On the Domain Delegation page type the admin email and press Connect. Every permission is checked, granted and working, and all potential accounts arrive in the list."
                </p>
                <p class="step-actions"><a class="button button-primary" href="/delegation">"Open Domain Delegation"</a></p>
            </Step>
        </ol>
        <Questions/>
    }
}
