//! The layout around every page: navigation, the strip of active runs and messages, the live region for screen readers.

mod banner;
mod connection_status;
mod effects;
mod navigation;
mod run_strip;
mod side;
mod text;

use domain::AppError;
use leptos::prelude::*;

use crate::ui::{
    bulk::{dialog::ReviewDialog, request::Bulk},
    console::Console,
    drafts, layout_data,
};
use banner::Banner;
use run_strip::RunStrip;
pub(crate) use run_strip::time_left;
use side::{Side, SignedOutSide};

/// The layout around every page.
#[component]
pub(crate) fn Layout(children: Children) -> impl IntoView {
    let console = Console::provide();
    Bulk::provide(console);
    drafts::provide();
    let wanted = layout_data::wanted();
    let layout = layout_data::provide_layout_data(wanted);
    effects::install(console, wanted);

    view! {
        <a class="skip" href="#content" rel="external">{text::SKIP}</a>
        <div class="shell"><div class="frame">
            <Suspense fallback=|| view! { <Side/> }>
                {move || Suspend::new(async move {
                    match layout.get().await {
                        Err(AppError::SignedOut) => return view! { <SignedOutSide/> }.into_any(),
                        Err(_) => {}
                        Ok(filled) => console.fill(&filled),
                    }
                    view! {
                        <Side/>
                        <RunStrip/>
                    }
                    .into_any()
                })}
            </Suspense>
            <main id="content" class="content" tabindex="-1">
                <Suspense>
                    {move || Suspend::new(async move {
                        if let Ok(filled) = layout.get().await {
                            console.fill(&filled);
                        }
                        view! { <Banner/> }
                    })}
                </Suspense>
                {children()}
            </main>
        </div></div>
        <ReviewDialog/>
        <p class="visually-hidden" role="status" aria-live="polite">{move || console.announcement.get()}</p>
    }
}
