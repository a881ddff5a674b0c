//! Each permission: why we ask, and what Microsoft's page will say.

use domain::permissions::REQUIRED;
use leptos::prelude::*;

/// The permissions, with their reasons.
#[component]
pub(crate) fn Scopes() -> impl IntoView {
    view! {
        <details class="more" open>
            <summary>"What each scope is for, and what Microsoft’s page says"</summary>
            <dl class="scopes">
                {REQUIRED.iter().map(|permission| view! {
                    <div class="scope">
                        <dt><code>{permission.name}</code></dt>
                        <dd>
                            <p>{permission.why}</p>
                            <p class="scope-says">"Microsoft says: “"{permission.consent_text}"”"</p>
                        </dd>
                    </div>
                }).collect_view()}
            </dl>
        </details>
    }
}
