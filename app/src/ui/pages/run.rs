//! One run: progress, counts, and results by reason with their next steps.

mod groups;
mod head;
mod items;
pub(super) mod text;

use domain::{
    AppError,
    connection::Tone,
    ids::RunId,
    run::{RunDetail, RunItems, RunKind},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_params_map;

use crate::{
    api::{
        flat,
        runs::{list_run_items, load_run},
    },
    ui::{
        components::notice::Notice,
        console::Console,
        page::{Load, load, with_data},
    },
};
use groups::Groups;
use head::Head;
use items::{Items, use_filter};

/// The page of a run.
#[component]
pub(crate) fn Run() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get_str("id").and_then(|id| id.parse::<RunId>().ok()));
    let filter = use_filter();
    let detail: Load<(RunDetail, RunItems)> = load(
        move || id.get(),
        move |id| {
            let filter = filter.get_untracked();
            async move {
                let id = id.ok_or(AppError::NotFound)?;
                Ok((flat(load_run(id).await)?, flat(list_run_items(id, filter, None).await)?))
            }
        },
    );
    with_data(detail, |(detail, items)| view! { <Content detail=detail items=items/> }.into_any())
}

#[component]
fn Content(detail: RunDetail, items: RunItems) -> impl IntoView {
    let console = Console::here();
    let id = detail.run.id;
    let loaded = RwSignal::new(detail);
    let run = Memo::new(move |_| {
        let live = console.runs.read().iter().find(|run| run.id == id).cloned();
        live.unwrap_or_else(|| loaded.read().run.clone())
    });
    // The stream delivers the counts; the groups are loaded again after every 5 % and every change of state.
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
    let filter = use_filter();
    let settled = Signal::derive(move || step.get().1 + u64::from(step.get().0.is_over()));
    let kind = run.read_untracked().kind;
    view! {
        <Head run=run/>
        {move || text::unreadable(run.read().found.unreadable, &loaded.read().unreadable).map(|words| view! {
            <Notice tone=Tone::Attention><p>{words}</p></Notice>
        })}
        <Groups run=run groups=groups/>
        {(kind != RunKind::Sync).then(|| view! { <Items run=run first=items filter=filter step=settled/> })}
    }
}
