//! The page around the table.

use domain::{
    bulk::{BulkAction, BulkKind},
    list::{ListQuery, Tab},
    run::RunKind,
};
use leptos::prelude::*;

use super::text;
use crate::ui::{
    bulk::request::{Bulk, BulkRequest},
    components::{
        button::{Button, Variant},
        empty::Empty,
        meter::Meters,
        tile::Tile,
        when::Ago,
    },
    console::Console,
    links,
    mailboxes::{
        attention_groups::AttentionGroups,
        bulk_bar::BulkBar,
        empty_list::EmptyList,
        initial_page::{FIRST_ROWS, InitialPage},
        list::ListState,
        notes::Notes,
        pages::Pages,
        paste_dialog::PasteDialog,
        table::Table,
        tabs::Tabs,
        toolbar::Toolbar,
    },
    page::PageHead,
};

/// The list of one organisation.
#[component]
pub(crate) fn List(first: InitialPage) -> impl IntoView {
    let page = first.from / FIRST_ROWS + 1;
    let list = ListState::new(first);
    list.listen();
    let console = list.console;
    let lead = move || {
        let delegation = console.delegation.get()?;
        let organisation = delegation.domain.clone().unwrap_or_else(|| text::YOUR_ORGANISATION.to_owned());
        Some(view! {
            {text::lead_for(&organisation)}
            {delegation.synced_at.map(|at| view! { {text::SYNCED} <Ago at=at/> "." })}
        })
    };
    view! {
        <div class="mailboxes">
            <PageHead title=text::TITLE lead=lead>
                <Meters pools=console.pools/>
            </PageHead>
            <Tiles/>
            <div class="card list">
                <div class="list-head">
                    <Tabs/>
                    <Actions/>
                </div>
                <div
                    id="mailbox-panel"
                    role="tabpanel"
                    aria-labelledby=move || format!("tab-{}", list.query.read().tab.as_str())
                    aria-busy=move || list.loading.get().then_some("true")
                >
                    <AttentionGroups/>
                    <Toolbar/>
                    <Notes/>
                    <Table/>
                    <EmptyList/>
                    <Pages here=page/>
                </div>
            </div>
            <BulkBar/>
            <PasteDialog/>
        </div>
    }
}

/// Counts that filter the list with one click.
#[component]
fn Tiles() -> impl IntoView {
    let list = ListState::here();
    let tile = move |tone: &'static str, tab: Tab| {
        let label = tab.label();
        let href = links::mailboxes(list.in_links, &ListQuery { tab, ..ListQuery::default() });
        let count = Signal::derive(move || tab.count(&list.console.counts.read()));
        let current = Signal::derive(move || list.query.read().tab == tab);
        view! { <Tile tone=tone label=label count=count href=Signal::stored(href) current=current/> }
    };
    view! {
        <section class="tiles" aria-label=text::SUMMARY>
            {[("good", Tab::Connected), ("attention", Tab::Attention), ("quiet", Tab::Available), ("quiet", Tab::Cannot)]
                .map(|(tone, tab)| tile(tone, tab))}
        </section>
    }
}

/// *Check now* for all connected mailboxes, *Sync now* for the directory.
#[component]
fn Actions() -> impl IntoView {
    let console = Console::here();
    let running = move |kind| {
        Signal::derive(move || console.runs.read().iter().any(|run| run.kind == kind && !run.state.is_over()))
    };
    let bulk = Bulk::here();
    let none_connected = move || console.counts.read().in_use() == 0;
    let check_all = move |()| {
        let action = BulkAction::Run { kind: RunKind::Verify, rows: Vec::new() };
        let count = console.counts.read_untracked().in_use();
        bulk.request(BulkRequest::new(action, BulkKind::Run(RunKind::Verify), count));
    };
    view! {
        <div class="list-actions">
            <Button
                label=text::CHECK_NOW
                variant=Variant::Quiet
                icon="pulse"
                changes=true
                busy=running(RunKind::Verify)
                disabled=Signal::derive(none_connected)
                on_press=check_all
            />
            <Button
                label=text::SYNC_NOW
                variant=Variant::Quiet
                icon="sync"
                changes=true
                busy=running(RunKind::Sync)
                on_press=move |()| console.start(RunKind::Sync, Vec::new())
            />
        </div>
    }
}

/// No organisation is connected yet.
#[component]
pub(crate) fn Unlinked() -> impl IntoView {
    view! {
        <PageHead title=text::TITLE lead=|| text::UNLINKED_LEAD/>
        <Empty
            icon="building"
            title=text::UNLINKED
            text=text::UNLINKED_TEXT
        >
            <a class="button button-primary" href="/setup">{text::START_SETUP}</a>
        </Empty>
    }
}
