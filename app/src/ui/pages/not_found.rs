//! No page has this address.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::ui::components::icon::Icon;

/// The way back.
#[component]
pub(crate) fn NotFound() -> impl IntoView {
    view! {
        <Title text="Not found"/>
        <section class="state state-page">
            <Icon name="compass"/>
            <h1 tabindex="-1">"There is no such page"</h1>
            <p>"The address is old or has a typing mistake."</p>
            <p class="state-actions"><a class="button button-primary" href="/">"Go to Overview"</a></p>
        </section>
    }
}
