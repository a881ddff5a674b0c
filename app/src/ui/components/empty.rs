//! A place where nothing is, and why.

use leptos::prelude::*;

use crate::ui::components::icon::Icon;

/// Title, words, and what to do about it.
#[component]
pub(crate) fn Empty(
    icon: &'static str,
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="state">
            <Icon name=icon/>
            <h2>{title}</h2>
            <p>{text}</p>
            {children.map(|children| view! { <p class="state-actions">{children()}</p> })}
        </div>
    }
}
