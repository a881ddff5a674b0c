//! What stands around every page: navigation, the strip of running runs, toasts, the voice for screen readers.

mod banner;
mod effects;
mod navigation;
mod pulse;
mod run_strip;
mod side;
mod text;

use domain::{AppError, ids::DelegationId};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    api::{flat, mailboxes::load_snapshot, setup::load_me},
    ui::{
        components::toast::Toasts,
        console::{Console, FrameData, pick},
        page::{self, Load},
    },
};
use banner::Banner;
use run_strip::RunStrip;
pub(crate) use run_strip::time_left;
use side::Side;

/// The frame's data, for the page inside it.
pub(crate) fn use_frame() -> Load<FrameData> {
    expect_context()
}

/// The organisation that the address asks for.
pub(crate) fn wanted() -> Memo<Option<DelegationId>> {
    let query = use_query_map();
    Memo::new(move |_| query.read().get_str("d").and_then(|d| d.parse().ok()))
}

async fn load(wanted: Option<DelegationId>) -> Result<FrameData, AppError> {
    let me = flat(load_me().await)?;
    let snapshot = match pick(&me, wanted) {
        Some(delegation) => Some(flat(load_snapshot(delegation).await)?),
        None => None,
    };
    Ok(FrameData { me, snapshot })
}

/// The frame.
#[component]
pub(crate) fn Frame(children: Children) -> impl IntoView {
    let console = Console::provide();
    let wanted = wanted();
    let frame: Load<FrameData> = page::load(|| (), move |()| load(wanted.get_untracked()));
    provide_context(frame);
    effects::install(console, wanted);

    view! {
        <a class="skip" href="#content" rel="external">{text::SKIP}</a>
        <div class="shell"><div class="frame">
            <Suspense fallback=|| view! { <Side/> }>
                {move || Suspend::new(async move {
                    if let Ok(filled) = frame.get().await {
                        console.fill(&filled);
                    }
                    view! {
                        <Side/>
                        <RunStrip/>
                    }
                })}
            </Suspense>
            <main id="content" class="content" tabindex="-1">
                <Suspense>
                    {move || Suspend::new(async move {
                        if let Ok(filled) = frame.get().await {
                            console.fill(&filled);
                        }
                        view! { <Banner/> }
                    })}
                </Suspense>
                {children()}
            </main>
        </div></div>
        <Toasts/>
        <p class="visually-hidden" role="status" aria-live="polite">{move || console.said.get()}</p>
    }
}
