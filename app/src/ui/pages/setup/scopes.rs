//! Each permission: its reason, and the text on Microsoft's page.

use domain::permissions::REQUIRED;
use leptos::prelude::*;

use super::text;

/// The permissions, with their reasons.
#[component]
pub(crate) fn Scopes() -> impl IntoView {
    view! {
        <details class="more" open>
            <summary>{text::EACH_SCOPE}</summary>
            <dl class="scopes">
                {REQUIRED.iter().map(|permission| view! {
                    <div class="scope">
                        <dt><code>{permission.name}</code></dt>
                        <dd>
                            <p>{permission.why}</p>
                            <p class="scope-says">{text::MICROSOFT_SAYS}{permission.consent_text}{text::MICROSOFT_SAID}</p>
                        </dd>
                    </div>
                }).collect_view()}
            </dl>
            <p class="card-fine">{text::UNVERIFIED}</p>
        </details>
    }
}
