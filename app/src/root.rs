//! The root component: the routes inside the console's layout.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{FlatRoutes, Route, Router},
    path,
};

use crate::ui::{back_button, browser, layout::Layout, page::text, pages, scroll_position};

/// The id of the element around the console.
pub(crate) const ROOT: &str = "console";

/// The whole console.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    // Before the router, which listens too.
    if cfg!(feature = "hydrate") {
        back_button::install();
        scroll_position::note_traversals();
    }
    // Effects run after hydration only: from here on every control works.
    Effect::new(|_| browser::mark("data-hydrated", "true"));
    view! {
        <Title formatter=|title: String| text::window_title(&title)/>
        <Router>
            <Layout>
                <FlatRoutes fallback=|| view! { <pages::not_found::NotFound/> }>
                    <Route path=path!("/") view=pages::overview::Overview ssr=SsrMode::Async/>
                    <Route path=path!("/setup") view=pages::setup::Setup ssr=SsrMode::Async/>
                    <Route path=path!("/users") view=pages::user_management::UserManagement ssr=SsrMode::Async/>
                    <Route path=path!("/delegation") view=pages::delegation::Delegation ssr=SsrMode::Async/>
                    <Route path=path!("/mailboxes") view=pages::mailboxes::Mailboxes ssr=SsrMode::Async/>
                    <Route path=path!("/runs") view=pages::runs::Runs ssr=SsrMode::Async/>
                    <Route path=path!("/runs/:id") view=pages::run::Run ssr=SsrMode::Async/>
                    <Route path=path!("/activity") view=pages::activity::Activity ssr=SsrMode::Async/>
                    <Route path=path!("/settings") view=pages::settings::Settings ssr=SsrMode::Async/>
                    <Route path=path!("/help") view=pages::help::Help ssr=SsrMode::Async/>
                    // The other name of the page.
                    <Route path=path!("/troubleshooting") view=pages::help::Help ssr=SsrMode::Async/>
                </FlatRoutes>
            </Layout>
        </Router>
    }
}
