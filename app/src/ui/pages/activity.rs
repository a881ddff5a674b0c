//! Activity: the audit log, with its filters in the address, and as a file.

mod filters;
mod text;

use domain::activity::{ActivityPage, ActivityQuery, Entry};
use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, params::ParamsMap};

use crate::{
    api::{activity::list_activity, flat},
    ui::{
        components::{empty::Empty, when::Moment},
        links,
        page::{Load, PageHead, load, with_data},
    },
};
use filters::Filters;

/// The page of the audit log.
#[component]
pub(crate) fn Activity() -> impl IntoView {
    let params = use_query_map();
    let query = Memo::new(move |_| query_of(&params.read()));
    let page: Load<(ActivityQuery, ActivityPage)> = load(
        move || query.get(),
        |query| async move { Ok((query.clone(), flat(list_activity(query).await)?)) },
    );
    with_data(page, |(query, page)| view! { <Content query=query page=page/> }.into_any())
}

fn query_of(params: &ParamsMap) -> ActivityQuery {
    let pairs: Vec<(String, String)> =
        params.clone().into_iter().map(|(key, value)| (key.into_owned(), value)).collect();
    ActivityQuery::from_pairs(pairs.iter().map(|(key, value)| (key.as_str(), value.as_str())))
}

#[component]
fn Content(query: ActivityQuery, page: ActivityPage) -> impl IntoView {
    let filtered = query.is_filtered();
    let all = ActivityQuery { before: None, ..query.clone() };
    let newest = query.before.map(|_| links::activity("/activity", &all));
    let older = page
        .next
        .map(|id| links::activity("/activity", &ActivityQuery { before: Some(id), ..query.clone() }));
    let csv = links::activity("/activity.csv", &all);
    let empty = page.entries.is_empty();
    view! {
        <PageHead title=text::TITLE lead=|| text::LEAD>
            <a class="button" href=csv download="" rel="external">{text::DOWNLOAD}</a>
        </PageHead>
        <section class="card" aria-label=text::ENTRIES>
            <Filters query=query people=page.people/>
            {if empty && filtered {
                view! {
                    <Empty icon="search" title=text::NO_MATCH text=text::NO_MATCH_TEXT>
                        <a class="button" href="/activity">{text::CLEAR_FILTERS}</a>
                    </Empty>
                }
                .into_any()
            } else if empty {
                view! { <Empty icon="clock" title=text::NOTHING text=text::NOTHING_TEXT/> }
                    .into_any()
            } else {
                view! {
                    <ol class="activity">{page.entries.into_iter().map(line).collect_view()}</ol>
                }
                .into_any()
            }}
            {(newest.is_some() || older.is_some()).then(|| view! {
                <nav class="pager" aria-label=text::PAGES>
                    {newest.map(|href| view! { <a class="button" href=href>{text::NEWEST}</a> })}
                    {older.map(|href| view! { <a class="button" href=href>{text::OLDER}</a> })}
                </nav>
            })}
        </section>
    }
}

fn line(entry: Entry) -> impl IntoView {
    let words = entry.words().to_owned();
    let count = match (entry.mailbox.clone(), entry.mailboxes) {
        (Some(name), _) => Some(format!("{name} ")),
        (None, n) => n.map(|n| format!("{} ", domain::text::mailboxes(u64::from(n)))),
    };
    let found = (!entry.found.is_nothing()).then(|| format!("{} ", entry.found.words()));
    let change = entry.change.as_ref().map(|(before, after)| format!("{before} → {after} "));
    let target = match entry.target.clone() {
        Some(run) if entry.is_of_run() => {
            Some(view! { <a href=format!("/runs/{run}")>{text::SEE_RUN}</a> }.into_any())
        }
        // Internal ids have no meaning for users; a tenant or a client id has.
        Some(target) if !entry.what.starts_with("mailbox.") => {
            Some(view! { <code>{target}</code> }.into_any())
        }
        _ => None,
    };
    view! {
        <li class="activity-line">
            <span class="activity-what">
                <b>{words}</b>
                <small>{count}{found}{change}{target}</small>
            </span>
            <span class="activity-who">{entry.who} <small>{entry.from}</small></span>
            <span class="activity-when"><Moment at=entry.at/></span>
        </li>
    }
}
