//! Why there are no rows: everyone is connected, nothing matches, nothing was found, or it is still being read.

use domain::list::{ListQuery, Tab};
use leptos::prelude::*;

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
                <Empty icon="busy" title="Reading the directory…" text="Accounts appear here as they are found. You can leave this page."/>
            }
            .into_any(),
            (_, _, true, false) => view! {
                <Empty icon="people" title="No mailboxes found" text="The directory has nobody with an Exchange Online mailbox. Assign licences with Exchange Online, then press Sync now."/>
            }
            .into_any(),
            (tab, true, ..) => {
                let href = links::mailboxes(list.in_links, &ListQuery { tab, ..ListQuery::default() });
                view! {
                    <Empty icon="search" title="Nothing matches" text="No mailbox of this list matches the search and filters.">
                        <a class="button" href=href>"Clear filters"</a>
                    </Empty>
                }
                .into_any()
            }
            (tab, ..) => {
                let (title, text) = match tab {
                    Tab::Available => ("Everyone is connected", "There is nobody left to connect."),
                    Tab::Connected => ("Nobody is connected yet", "Choose mailboxes under Available and connect them."),
                    Tab::Attention => ("Nothing needs attention", "Every connected mailbox works."),
                    Tab::Cannot => ("Everyone can be connected", "No account is kept from connecting."),
                    Tab::All => ("No mailboxes", "Press Sync now to read the directory."),
                };
                view! { <Empty icon="check" title=title text=text/> }.into_any()
            }
        })
    }
}
