//! Activity: who did what and when, filtered in the address, as a file.

mod filters;

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
        <PageHead title="Activity" lead=|| "Who did what, and when. Entries are never changed or deleted.">
            <a class="button" href=csv download="" rel="external">"Download CSV"</a>
        </PageHead>
        <section class="card" aria-label="Entries">
            <Filters query=query people=page.people/>
            {if empty && filtered {
                view! {
                    <Empty icon="search" title="Nothing matches" text="No entry has this person, kind and time.">
                        <a class="button" href="/activity">"Clear filters"</a>
                    </Empty>
                }
                .into_any()
            } else if empty {
                view! { <Empty icon="clock" title="Nothing has happened yet" text="Everything that people do in this console appears here."/> }
                    .into_any()
            } else {
                view! {
                    <ol class="activity">{page.entries.into_iter().map(line).collect_view()}</ol>
                }
                .into_any()
            }}
            {(newest.is_some() || older.is_some()).then(|| view! {
                <nav class="pager" aria-label="Pages">
                    {newest.map(|href| view! { <a class="button" href=href>"Newest"</a> })}
                    {older.map(|href| view! { <a class="button" href=href>"Older"</a> })}
                </nav>
            })}
        </section>
    }
}

fn line(entry: Entry) -> impl IntoView {
    let words = entry.words().to_owned();
    let count = entry.mailboxes.map(|n| format!("{} ", domain::text::mailboxes(u64::from(n))));
    let target = match entry.target.clone() {
        Some(run) if entry.is_of_run() => {
            Some(view! { <a href=format!("/runs/{run}")>"See the run"</a> }.into_any())
        }
        // Ids of ours mean nothing to anybody; a tenant or a client id does.
        Some(target) if !entry.what.starts_with("mailbox.") => {
            Some(view! { <code>{target}</code> }.into_any())
        }
        _ => None,
    };
    view! {
        <li class="activity-line">
            <span class="activity-what">
                <b>{words}</b>
                <small>{count} {target}</small>
            </span>
            <span class="activity-who">{entry.who}</span>
            <span class="activity-when"><Moment at=entry.at/></span>
        </li>
    }
}
