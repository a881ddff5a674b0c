//! One run: progress, counts, results by reason, and what to do about them.

mod groups;
mod head;

use domain::{AppError, ids::RunId, run::RunDetail};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_params_map;

use crate::{
    api::{flat, runs::load_run},
    ui::{
        console::Console,
        page::{Load, load, with_data},
    },
};
use groups::Groups;
use head::Head;

/// The page of a run.
#[component]
pub(crate) fn Run() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get_str("id").and_then(|id| id.parse::<RunId>().ok()));
    let detail: Load<RunDetail> = load(
        move || id.get(),
        move |id| async move {
            match id {
                Some(id) => flat(load_run(id).await),
                None => Err(AppError::NotFound),
            }
        },
    );
    with_data(detail, |detail| view! { <Content detail=detail/> }.into_any())
}

#[component]
fn Content(detail: RunDetail) -> impl IntoView {
    let console = Console::here();
    let id = detail.run.id;
    let loaded = RwSignal::new(detail);
    let run = Memo::new(move |_| {
        let live = console.runs.read().iter().find(|run| run.id == id).cloned();
        live.unwrap_or_else(|| loaded.read().run.clone())
    });
    // The stream brings the counts; the groups are asked for when enough has changed to be worth it.
    let step = Memo::new(move |_| {
        let run = run.read();
        let counts = run.counts;
        (run.state, u64::from(counts.settled()) * 20 / u64::from(counts.total.max(1)))
    });
    Effect::new(move |before: Option<_>| {
        let now = step.get();
        if before.is_some_and(|before| before != now) {
            spawn_local(async move {
                if let Ok(detail) = flat(load_run(id).await) {
                    _ = loaded.try_set(detail);
                }
            });
        }
        now
    });
    let groups = Memo::new(move |_| loaded.read().groups.clone());
    view! {
        <Head run=run/>
        <Groups run=run groups=groups/>
    }
}
