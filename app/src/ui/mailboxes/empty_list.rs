//! The empty state of the list: none matches, none was found, the directory is still being read, or no mailbox is in
//! this state.

use domain::{
    list::ListQuery,
    run::{RunKind, RunState, RunView},
};
use leptos::prelude::*;

use super::text;
use crate::ui::{components::empty::Empty, links, mailboxes::list::ListState};

/// Shown instead of rows.
#[component]
pub(crate) fn EmptyList() -> impl IntoView {
    let list = ListState::here();
    let empty = Memo::new(move |_| list.total.get() == 0);
    let why = Memo::new(move |_| {
        let query = list.query.read();
        let syncing = list.console.delegation.read().as_ref().is_some_and(|d| d.syncing);
        let waits = |run: &RunView| run.kind == RunKind::Sync && run.state == RunState::Waiting;
        let waits = list.console.runs.read().iter().any(waits);
        (query.tab, query.is_filtered(), list.console.counts.get(), (syncing, waits))
    });
    move || {
        empty.get().then(|| match why.get() {
            (_, _, counts, (true, true)) if counts.all == 0 => view! {
                <Empty icon="clock" title=text::WAITING text=text::WAITING_TEXT/>
            }
            .into_any(),
            (_, _, counts, (true, _)) if counts.all == 0 => view! {
                <Empty icon="busy" title=text::READING text=text::READING_TEXT/>
            }
            .into_any(),
            (_, _, counts, (false, _)) if counts.all == 0 => view! {
                <Empty icon="people" title=text::NONE_FOUND text=text::NONE_FOUND_TEXT/>
            }
            .into_any(),
            (tab, true, ..) => {
                let href = links::mailboxes(list.in_links, &ListQuery { tab, ..ListQuery::default() });
                view! {
                    <Empty icon="search" title=text::NO_MATCH text=text::NO_MATCH_TEXT>
                        <a class="button" href=href>{text::CLEAR_FILTERS}</a>
                    </Empty>
                }
                .into_any()
            }
            (tab, _, counts, _) => {
                let (title, words) = text::nothing_in(tab, &counts);
                view! { <Empty icon="check" title=title text=words/> }.into_any()
            }
        })
    }
}
