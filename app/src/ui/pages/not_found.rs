//! The page of an address that does not exist.

use leptos::prelude::*;
use leptos_meta::Title;

use super::text;
use crate::ui::components::icon::Icon;

/// The message, and a link to Overview.
#[component]
pub(crate) fn NotFound() -> impl IntoView {
    view! {
        <Title text=text::NOT_FOUND_TITLE/>
        <section class="state state-page">
            <Icon name="compass"/>
            <h1 tabindex="-1">{text::NOT_FOUND}</h1>
            <p>{text::NOT_FOUND_TEXT}</p>
            <p class="state-actions"><a class="button button-primary" href="/">{text::GO_TO_OVERVIEW}</a></p>
        </section>
    }
}
