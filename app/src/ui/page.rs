//! Loading the data of a page, and its skeleton and error states.

pub(crate) mod loading;
pub(crate) mod text;

use std::sync::Arc;

use domain::AppError;
use leptos::prelude::*;
use leptos_meta::Title;
use serde::de::DeserializeOwned;

use crate::ui::{
    components::{icon::Icon, skeleton::Skeleton},
    console::Console,
    layout_data::use_layout_data,
    pages::signed_out::SignedOut,
};
use loading::Loaded;
pub(crate) use loading::{Load, load};

/// Shows `view` once the page's own data and the layout's are loaded, a skeleton before, and the problem if there is
/// one.
///
/// Resources are read only here, by `.await` inside a `Suspend`, one `Suspense` per page.
pub(crate) fn with_data<T>(data: Load<T>, view: fn(T) -> AnyView) -> AnyView
where
    T: Clone + DeserializeOwned + Send + Sync + 'static,
{
    when_loaded(data.resource, Arc::new(move |loaded| loaded.read::<T>().map(view)))
}

type Show = Arc<dyn Fn(Loaded) -> Result<AnyView, AppError> + Send + Sync>;

/// The part without type parameters, compiled once for all pages.
fn when_loaded(data: loading::Resource, show: Show) -> AnyView {
    let console = Console::here();
    let layout = use_layout_data();
    view! {
        <Transition fallback=|| view! { <Skeleton/> }>
            {move || {
                let show = Arc::clone(&show);
                Suspend::new(async move {
                    match layout.get().await {
                        Err(error) => problem(&error),
                        Ok(filled) => {
                            console.fill(&filled);
                            data.await.and_then(|loaded| show(loaded)).unwrap_or_else(|error| problem(&error))
                        }
                    }
                })
            }}
        </Transition>
    }
    .into_any()
}

/// The same for a page that needs only the layout's data.
pub(crate) fn with_frame(view: fn() -> AnyView) -> impl IntoView {
    let console = Console::here();
    let layout = use_layout_data();
    view! {
        <Suspense fallback=|| view! { <Skeleton/> }>
            {move || Suspend::new(async move {
                match layout.get().await {
                    Err(error) => problem(&error),
                    Ok(filled) => {
                        console.fill(&filled);
                        view()
                    }
                }
            })}
        </Suspense>
    }
}

/// A page that cannot be shown: signed out, not allowed, gone, or broken.
fn problem(error: &AppError) -> AnyView {
    let (icon, title) = match error {
        AppError::SignedOut => return view! { <SignedOut/> }.into_any(),
        AppError::Forbidden => ("lock", text::FORBIDDEN),
        AppError::NotFound => ("search", text::NOT_FOUND),
        _ => ("alert", text::BROKEN),
    };
    let words = error.to_string();
    view! {
        <Title text=title/>
        <section class="state">
            <Icon name=icon/>
            <h1 tabindex="-1">{title}</h1>
            <p>{words}</p>
            <p class="state-actions">
                <button type="button" class="button button-primary" on:click=|_| crate::ui::browser::reload()>
                    {text::TRY_AGAIN}
                </button>
                <a class="button" href="/">{text::GO_TO_OVERVIEW}</a>
            </p>
        </section>
    }
    .into_any()
}

/// A page's title and lead; actions are at the right.
#[component]
pub(crate) fn PageHead(
    title: &'static str,
    #[prop(into)] lead: ViewFn,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <Title text=title/>
        <header class="page-head">
            <div class="page-head-text">
                <h1 tabindex="-1">{title}</h1>
                <p class="lead">{move || lead.run()}</p>
            </div>
            {children.map(|children| view! { <div class="page-head-side">{children()}</div> })}
        </header>
    }
}
