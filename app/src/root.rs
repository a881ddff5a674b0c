//! The root component: routes and providers.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;

/// The whole console.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! { <main><h1>"Warmy Domain Delegation"</h1></main> }
}
