//! How a page gets its data, and what is seen when there is none (yet).

use domain::AppError;
use leptos::{
    prelude::*,
    server::codee::{Decoder, Encoder},
};
use leptos_meta::Title;
use serde::{Serialize, de::DeserializeOwned};

use crate::ui::{
    components::{icon::Icon, skeleton::Skeleton},
    console::Console,
    frame::use_frame,
    pages::signed_out::SignedOut,
};

/// What a page loads.
pub(crate) type Load<T> = Resource<Result<T, AppError>, Json>;

/// Loads a page's data: on the server into the HTML, in the browser when a page is opened there.
pub(crate) fn load<S, T, Fut>(
    source: impl Fn() -> S + Send + Sync + 'static,
    fetch: impl Fn(S) -> Fut + Send + Sync + 'static,
) -> Load<T>
where
    S: Clone + PartialEq + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    Fut: Future<Output = Result<T, AppError>> + Send + 'static,
{
    Resource::new_with_options(source, fetch, false)
}

/// JSON, read from bytes as server functions read theirs: with Leptos's own codec, which reads from text, every type
/// of the wire would be in the WebAssembly twice.
#[derive(Debug)]
pub(crate) struct Json;

impl<T: Serialize> Encoder<T> for Json {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, serde_json::Error> {
        serde_json::to_string(value)
    }
}

impl<T: DeserializeOwned> Decoder<T> for Json {
    type Error = serde_json::Error;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, serde_json::Error> {
        serde_json::from_slice(text.as_bytes())
    }
}

/// Shows `view` once the page's own data and the frame's are there, a skeleton before, and the problem if there is one.
///
/// Resources are only ever read here, by `.await` inside a `Suspend`, one `Suspense` per page.
pub(crate) fn with_data<T>(data: Load<T>, view: fn(T) -> AnyView) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
{
    let console = Console::here();
    let frame = use_frame();
    view! {
        <Transition fallback=|| view! { <Skeleton/> }>
            {move || Suspend::new(async move {
                match frame.await {
                    Err(error) => problem(&error),
                    Ok(filled) => {
                        console.fill(&filled);
                        match data.await {
                            Err(error) => problem(&error),
                            Ok(data) => view(data),
                        }
                    }
                }
            })}
        </Transition>
    }
}

/// The same for a page that needs nothing but the frame's data.
pub(crate) fn with_frame(view: fn() -> AnyView) -> impl IntoView {
    let console = Console::here();
    let frame = use_frame();
    view! {
        <Suspense fallback=|| view! { <Skeleton/> }>
            {move || Suspend::new(async move {
                match frame.await {
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
        AppError::Forbidden => ("lock", "You can’t open this page"),
        AppError::NotFound => ("search", "That isn’t here"),
        _ => ("alert", "This page could not be loaded"),
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
                    "Try again"
                </button>
                <a class="button" href="/">"Go to Overview"</a>
            </p>
        </section>
    }
    .into_any()
}

/// A page's title and what it is for; actions stand at its right.
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
