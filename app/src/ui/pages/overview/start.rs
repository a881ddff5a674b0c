//! The overview of a workspace that has no organisation yet: the steps of the setup.

use leptos::prelude::*;

use super::text;
use crate::ui::{components::icon::Icon, page::PageHead};

const STEPS: [(&str, &str, &str, &str); 3] = [
    (text::COPY, text::COPY_TEXT, "/setup", text::COPY_LINK),
    (text::AUTHORIZE, text::AUTHORIZE_TEXT, "/users", text::AUTHORIZE_LINK),
    (text::CONNECT, text::CONNECT_TEXT, "/delegation", text::CONNECT_LINK),
];

/// The three steps and the guarantees.
#[component]
pub(crate) fn Start() -> impl IntoView {
    view! {
        <PageHead
            title=text::TITLE
            lead=|| text::START_LEAD
        >
            <a class="button button-primary button-large" href="/setup">{text::START_SETUP}</a>
        </PageHead>
        <ol class="start-steps">
            {STEPS.iter().enumerate().map(|(i, (title, text, href, link))| view! {
                <li class="card start-step">
                    <span class="step-number" aria-hidden="true">{i + 1}</span>
                    <h2>{*title}</h2>
                    <p>{*text}</p>
                    <a href=*href>{*link}</a>
                </li>
            }).collect_view()}
        </ol>
        <ul class="promises">
            <li><Icon name="lock"/> {text::NO_PASSWORDS}</li>
            <li><Icon name="people"/> {text::LIMIT}</li>
            <li><Icon name="undo"/> {text::WITHDRAW}</li>
        </ul>
    }
}
