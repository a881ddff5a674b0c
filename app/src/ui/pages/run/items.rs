//! Every mailbox of a run with its result: filtered by result, a page at a time, and as a file.

use domain::{
    AppError,
    list::{ListQuery, Tab},
    run::{ItemState, RunCounts, RunItem, RunItems, RunKind, RunView},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_query_map;

use super::groups::appearance;
use super::text;
use crate::{
    api::{flat, runs::list_run_items},
    ui::{
        components::{
            button::{Button, Variant},
            icon::Icon,
            notice::Refusal,
        },
        console::Console,
        links, words,
    },
};

/// The results to filter by; `None` is all.
const FILTERS: [Option<ItemState>; 5] = [
    None,
    Some(ItemState::Succeeded),
    Some(ItemState::Failed),
    Some(ItemState::Skipped),
    Some(ItemState::Cancelled),
];

/// The result filter in the address.
pub(super) fn use_filter() -> Memo<Option<ItemState>> {
    let params = use_query_map();
    Memo::new(move |_| params.read().get_str("result").and_then(|result| result.parse().ok()))
}

/// The filtered list. `step` changes when the list must be loaded again.
#[component]
pub(super) fn Items(
    run: Memo<RunView>,
    first: RunItems,
    filter: Memo<Option<ItemState>>,
    step: Signal<u64>,
) -> impl IntoView {
    let id = run.read_untracked().id;
    let page = RwSignal::new(first);
    let (busy, error) = (RwSignal::new(false), RwSignal::new(None::<AppError>));
    // After *Show more* the loaded items stay until the run is over.
    let deep = StoredValue::new(false);
    let read = move |more: bool| {
        let wanted = filter.get_untracked();
        let after = if more { page.read_untracked().next.clone() } else { None };
        busy.set(true);
        spawn_local(async move {
            let answer = flat(list_run_items(id, wanted, after).await);
            if filter.try_get_untracked() != Some(wanted) {
                return;
            }
            match answer {
                Ok(fresh) if more => page.update(|page| {
                    page.items.extend(fresh.items);
                    page.next = fresh.next;
                }),
                Ok(fresh) => {
                    page.set(fresh);
                    error.set(None);
                }
                Err(problem) => error.set(Some(problem)),
            }
            busy.set(false);
        });
    };
    Effect::new(move |before: Option<(Option<ItemState>, u64)>| {
        let now = (filter.get(), step.get());
        let over = run.read_untracked().state.is_over();
        if before.is_some_and(|before| before.0 != now.0 || before.1 != now.1 && (over || !deep.get_value()))
        {
            deep.set_value(false);
            read(false);
        }
        now
    });
    let reconnects = Console::here().reconnects;
    Effect::new(move |before: Option<u32>| {
        let now = reconnects.get();
        if before.is_some_and(|before| before != now) && error.read_untracked().is_some() {
            read(false);
        }
        now
    });
    let more = move |()| {
        deep.set_value(true);
        read(true);
    };
    let file = move |name: &str| {
        let result = filter.get().map(|result| format!("?result={}", result.as_str())).unwrap_or_default();
        format!("{}/{name}{result}", links::run(id))
    };
    view! {
        <section class="card" aria-labelledby="items-title">
            <div class="card-head">
                <h2 id="items-title" class="card-title">{text::MAILBOXES}</h2>
                <p class="card-head-links">
                    <a class="button button-small" href=move || file("print") data-print="" rel="external">{text::PRINT}</a>
                    <a class="button button-small" href=move || file("results.csv") download="" rel="external">
                        {text::DOWNLOAD}
                    </a>
                </p>
            </div>
            <Filters run=run filter=filter/>
            {move || error.get().map(|error| view! { <Refusal error=error/> })}
            {move || page.read().items.is_empty().then(|| view! {
                <p class="card-empty">{text::NO_RESULT}</p>
            })}
            <ul class="items" aria-busy=move || busy.get().then_some("true")>
                <For each=move || page.get().items key=|item| (item.row, item.outcome, item.reason) let:item>
                    <Item kind=run.read_untracked().kind item=item/>
                </For>
            </ul>
            {move || page.read().next.is_some().then(|| view! {
                <Button label=text::SHOW_MORE variant=Variant::Plain busy=busy on_press=more/>
            })}
        </section>
    }
}

/// The filters, as links because each result has an address.
#[component]
fn Filters(run: Memo<RunView>, filter: Memo<Option<ItemState>>) -> impl IntoView {
    let id = run.read_untracked().id;
    let kind = run.read_untracked().kind;
    let chip = move |result: Option<ItemState>| {
        let count = move || of(run.read().counts, result);
        let current = move || filter.get() == result;
        let href = match result {
            Some(result) => format!("{}?result={}", links::run(id), result.as_str()),
            None => links::run(id),
        };
        view! {
            <li>
                <a class="chip-link" href=href data-noscroll="true" aria-current=move || current().then_some("true")>
                    {result.map_or(text::ALL, |result| result.words(kind))}
                    " "
                    <span class="tab-count">{move || words::n(count())}</span>
                </a>
            </li>
        }
    };
    view! {
        <nav aria-label=text::FILTER>
            <ul class="chip-links">{FILTERS.into_iter().map(chip).collect_view()}</ul>
        </nav>
    }
}

const fn of(counts: RunCounts, result: Option<ItemState>) -> u32 {
    match result {
        None => counts.total,
        Some(ItemState::Succeeded) => counts.succeeded,
        Some(ItemState::Failed) => counts.failed,
        Some(ItemState::Skipped) => counts.skipped,
        Some(ItemState::Cancelled) => counts.cancelled,
        Some(ItemState::Pending) => counts.pending(),
    }
}

#[component]
fn Item(kind: RunKind, item: RunItem) -> impl IntoView {
    let console = Console::here();
    let (tone, icon) = appearance(item.outcome);
    let all = ListQuery { tab: Tab::All, search: item.address.clone(), ..ListQuery::default() };
    let id = item.mailbox;
    let href = move || links::mailbox(console.delegation_in_links(), &all, id);
    let open = matches!(item.outcome, ItemState::Pending);
    view! {
        <li class="item">
            <span class="item-who">
                <a href=href>{item.name}</a>
                <small class="address">{item.address}</small>
            </span>
            <span class="item-result">
                <span class="status" data-tone=tone>
                    <Icon name=icon class=if open { "spin" } else { "" }/>
                    {item.outcome.words(kind)}
                </span>
                {item.reason.map(|reason| view! {
                    <small><a href=links::help(reason)>{reason.title()}</a></small>
                })}
                {item.evidence.map(|evidence| view! {
                    <small class="evidence" translate="no">{evidence.to_string()}</small>
                })}
            </span>
        </li>
    }
}
