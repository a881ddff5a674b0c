//! The overview of a workspace that has no organisation yet: what setting up means.

use leptos::prelude::*;

use crate::ui::{components::icon::Icon, page::PageHead};

const STEPS: [(&str, &str, &str, &str); 3] = [
    (
        "Copy two values",
        "The Service Account ID names Warmy at Microsoft; the Scopes say what it may do, each with its reason.",
        "/setup",
        "See and copy them",
    ),
    (
        "Authorize",
        "Paste them in User management and press Authorize. An administrator approves once, on Microsoft’s own page.",
        "/users",
        "Open User management",
    ),
    (
        "Connect your domain",
        "Type the admin email. Every permission is checked, and all potential accounts appear.",
        "/delegation",
        "Open Domain Delegation",
    ),
];

/// Three steps and the promise.
#[component]
pub(crate) fn Start() -> impl IntoView {
    view! {
        <PageHead
            title="Overview"
            lead=|| "Connect all mailboxes of your Microsoft 365 organisation at once. Nobody signs in one by one, and no password is ever asked for."
        >
            <a class="button button-primary button-large" href="/setup">"Start setup"</a>
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
            <li><Icon name="lock"/> "No passwords, and no secrets in the browser"</li>
            <li><Icon name="people"/> "Limit Warmy to the mailboxes you choose"</li>
            <li><Icon name="undo"/> "Withdraw everything in one place, at any time"</li>
        </ul>
    }
}
