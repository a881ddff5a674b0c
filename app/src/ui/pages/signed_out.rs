//! The page without a signed-in user.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::text;
use crate::ui::components::icon::Icon;

/// The ways to sign in. Sign-in leads back to the address that was opened.
#[component]
pub(crate) fn SignedOut() -> impl IntoView {
    let location = use_location();
    let here = move || {
        let (path, query) = (location.pathname.get(), location.search.get());
        if query.is_empty() { path } else { format!("{path}?{}", query.trim_start_matches('?')) }
    };
    view! {
        <Title text=text::SIGN_IN/>
        <section class="state state-page">
            <Icon name="lock"/>
            <h1 tabindex="-1">{text::SIGNED_OUT}</h1>
            <p>
                {text::SIGNED_OUT_TEXT}
            </p>
            <form class="state-actions" method="post" action="/sign-in/microsoft">
                <input type="hidden" name="to" value=here/>
                <button class="button button-primary">{text::SIGN_IN_MICROSOFT}</button>
                <button type="button" class="button" on:click=|_| crate::ui::browser::reload()>
                    {text::TRY_AGAIN}
                </button>
            </form>
            <ul class="state-list">
                <li>{text::BY_LINK}</li>
                <li>{text::NO_LINK}</li>
            </ul>
            <p class="state-actions">
                <a href="/support" rel="external">{text::SUPPORT}</a>
                <a href="/privacy" rel="external">{text::PRIVACY}</a>
            </p>
        </section>
    }
}
