//! Nobody is signed in.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::ui::components::icon::Icon;

/// How to get in.
#[component]
pub(crate) fn SignedOut() -> impl IntoView {
    view! {
        <Title text="Sign in"/>
        <section class="state state-page">
            <Icon name="lock"/>
            <h1 tabindex="-1">"You are not signed in"</h1>
            <p>
                "Open the one-time link that you were given: it signs this browser in. A link works once and for a short time."
            </p>
            <ul class="state-list">
                <li>"No link, or an old one? Open Domain Delegation in Warmy, or ask whoever runs this console for a new link."</li>
                <li>"Trying it out on your own machine? The command that starts the console prints the link."</li>
            </ul>
            <p class="state-actions">
                <button type="button" class="button button-primary" on:click=|_| crate::ui::browser::reload()>
                    "Try again"
                </button>
            </p>
        </section>
    }
}
