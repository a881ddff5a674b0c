//! The page without a signed-in user.

use leptos::prelude::*;
use leptos_meta::Title;

use super::text;
use crate::ui::components::icon::Icon;

/// The ways to sign in.
#[component]
pub(crate) fn SignedOut() -> impl IntoView {
    view! {
        <Title text=text::SIGN_IN/>
        <section class="state state-page">
            <Icon name="lock"/>
            <h1 tabindex="-1">{text::SIGNED_OUT}</h1>
            <p>
                {text::SIGNED_OUT_TEXT}
            </p>
            <ul class="state-list">
                <li>{text::NO_LINK}</li>
                <li>{text::OWN_MACHINE}</li>
            </ul>
            <p class="state-actions">
                <a class="button button-primary" href="/sign-in" rel="external">{text::SIGN_IN_MICROSOFT}</a>
                <button type="button" class="button" on:click=|_| crate::ui::browser::reload()>
                    {text::TRY_AGAIN}
                </button>
            </p>
        </section>
    }
}
