//! Setup: three steps from two copied values to a connected domain, with answers to an administrator's questions.

mod questions;
mod scopes;
mod steps;
mod text;

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
            title=text::TITLE
            lead=|| text::LEAD
        />
        <ol class="steps">
            <Step number=1 state=state title=text::COPY>
                <p>
                    {text::COPY_TEXT}
                </p>
                <CopyField id="service-account-id" label=text::SERVICE_ACCOUNT_ID value=facts.client_id/>
                <CopyField id="scopes" label=text::SCOPES value=permissions::scopes_text() long=true/>
                <Scopes/>
            </Step>
            <Step number=2 state=state title=text::AUTHORIZE>
                <p>
                    {text::AUTHORIZE_TEXT}
                </p>
                <p class="step-actions"><a class="button button-primary" href="/users">{text::OPEN_USERS}</a></p>
                <Invite open=facts.invitation/>
            </Step>
            <Step number=3 state=state title=text::CONNECT>
                <p>
                    {text::CONNECT_TEXT}
                </p>
                <p class="step-actions"><a class="button button-primary" href="/delegation">{text::OPEN_DELEGATION}</a></p>
            </Step>
        </ol>
        <Questions/>
    }
}
