//! The empty state of a list, with its reason.

use leptos::prelude::*;

use crate::ui::components::icon::Icon;

/// Icon, title and text; the children are actions.
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
