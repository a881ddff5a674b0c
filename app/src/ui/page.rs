//! Loading the data of a page, and its skeleton and error states.

pub(crate) mod loading;
pub(crate) mod text;

use std::{sync::Arc, time::Duration};

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
                        Err(error) => problem(&error, move || layout.again()),
                        Ok(filled) => {
                            console.fill(&filled);
                            let shown = data.await.and_then(|loaded| show(loaded));
                            shown.unwrap_or_else(|error| problem(&error, move || data.refetch()))
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
                    Err(error) => problem(&error, move || layout.again()),
                    Ok(filled) => {
                        console.fill(&filled);
                        view()
                    }
                }
            })}
        </Suspense>
    }
}

/// How often the data of a page are loaded again while they cannot be. The stream says when the server is back;
/// this covers a page that has no stream.
const RETRY_EVERY: Duration = Duration::from_secs(10);

/// Loads again once the connection is back, while the calling component is mounted. In the browser only.
fn load_when_back(again: impl Fn() + Clone + 'static) {
    let console = Console::here();
    let when_back = again.clone();
    Effect::new(move |before: Option<u32>| {
        let reconnects = console.reconnects.get();
        if before.is_some_and(|before| before != reconnects) {
            when_back();
        }
        reconnects
    });
    Effect::new(move |_| {
        let timer = set_interval_with_handle(again.clone(), RETRY_EVERY);
        on_cleanup(move || {
            if let Ok(timer) = timer {
                timer.clear();
            }
        });
    });
}

/// A page that cannot be shown: signed out, not allowed, gone, or not loaded. The last is loaded again by itself.
fn problem(error: &AppError, again: impl Fn() + Clone + Send + Sync + 'static) -> AnyView {
    let (icon, title) = match error {
        AppError::SignedOut => return view! { <SignedOut/> }.into_any(),
        AppError::Forbidden => ("lock", text::FORBIDDEN),
        AppError::NotFound => ("search", text::NOT_FOUND),
        _ => ("alert", text::BROKEN),
    };
    let words = error.to_string();
    if error.is_outage() {
        load_when_back(again.clone());
    }
    view! {
        <Title text=title/>
        <section class="state">
            <Icon name=icon/>
            <h1 tabindex="-1">{title}</h1>
            <p>{words}</p>
            <p class="state-actions">
                <button type="button" class="button button-primary" on:click=move |_| again()>
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
