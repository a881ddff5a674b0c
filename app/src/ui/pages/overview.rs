//! Overview: counts, next steps and recent runs.

mod needs;
mod recent;
mod start;
mod text;

use domain::list::{ListQuery, Tab};
use leptos::prelude::*;

use crate::ui::{
    components::{meter::Meters, tile::Tile, when::Ago},
    console::Console,
    links,
    page::{PageHead, with_frame},
};
use needs::Needs;
use recent::Recent;
use start::Start;

/// The overview page.
#[component]
pub(crate) fn Overview() -> impl IntoView {
    with_frame(|| view! { <Content/> }.into_any())
}

#[component]
fn Content() -> impl IntoView {
    let console = Console::here();
    let linked = Memo::new(move |_| console.is_linked());
    move || if linked.get() { view! { <Linked/> }.into_any() } else { view! { <Start/> }.into_any() }
}

#[component]
fn Linked() -> impl IntoView {
    let console = Console::here();
    let lead = move || {
        let delegation = console.delegation.get()?;
        let title = delegation.title().to_owned();
        Some(view! {
            {title}
            {delegation.synced_at.map(|at| view! { {text::SYNCED} <Ago at=at/> })}
        })
    };
    let tile = move |tone: &'static str, tab: Tab| {
        let label = tab.label();
        let href = Signal::derive(move || {
            links::mailboxes(console.delegation_in_links(), &ListQuery { tab, ..ListQuery::default() })
        });
        let count = Signal::derive(move || tab.count(&console.counts.read()));
        view! { <Tile tone=tone label=label count=count href=href/> }
    };
    view! {
        <PageHead title=text::TITLE lead=lead>
            <Meters pools=console.pools/>
        </PageHead>
        <section class="tiles" aria-label=text::TILES>
            {[("good", Tab::Connected), ("attention", Tab::Attention), ("quiet", Tab::Available), ("quiet", Tab::Cannot)]
                .map(|(tone, tab)| tile(tone, tab))}
        </section>
        <Needs/>
        <Recent/>
    }
}
