//! The empty state of the list: all are connected, none matches, none was found, or the directory is still being read.

use domain::list::{ListQuery, Tab};
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
        (query.tab, query.is_filtered(), list.console.counts.read().all == 0, syncing)
    });
    move || {
        empty.get().then(|| match why.get() {
            (_, _, true, true) => view! {
                <Empty icon="busy" title=text::READING text=text::READING_TEXT/>
            }
            .into_any(),
            (_, _, true, false) => view! {
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
            (tab, ..) => {
                let (title, text) = match tab {
                    Tab::Available => (text::ALL_CONNECTED, text::ALL_CONNECTED_TEXT),
                    Tab::Connected => (text::NONE_CONNECTED, text::NOBODY_CONNECTED_TEXT),
                    Tab::Attention => (text::NO_ATTENTION, text::NO_ATTENTION_TEXT),
                    Tab::Cannot => (text::ALL_CAN, text::ALL_CAN_TEXT),
                    Tab::All => (text::NO_MAILBOXES, text::NO_MAILBOXES_TEXT),
                };
                view! { <Empty icon="check" title=title text=text/> }.into_any()
            }
        })
    }
}
