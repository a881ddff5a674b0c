//! The page Mailboxes: the list, whose first rows are already in the HTML.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::ui::{
    console::Console,
    layout_data::{use_layout_data, wanted},
    mailboxes::{
        initial_page::{InitialPage, load},
        list::query_of,
        page::{List, Unlinked},
        panel::Panel,
    },
    page::{self, Load, with_data},
};

/// The page that lists all mailboxes.
#[component]
pub(crate) fn Mailboxes() -> impl IntoView {
    let console = Console::here();
    let layout = use_layout_data();
    let wanted = wanted();
    let params = use_query_map();
    // A change of organisation loads the page again; search, filters and order change the list in place.
    let first: Load<Option<InitialPage>> = page::load(
        move || wanted.get(),
        move |wanted| {
            let query = query_of(&params.read_untracked());
            let page = params.read_untracked().get("page").and_then(|page| page.parse().ok()).unwrap_or(1);
            let known = console.delegation_id_untracked();
            async move {
                let delegation = match wanted.or(known) {
                    Some(delegation) => Some(delegation),
                    None => layout.get().await?.snapshot.map(|s| s.delegation.id),
                };
                match delegation {
                    Some(delegation) => load(delegation, query, page).await.map(Some),
                    None => Ok(None),
                }
            }
        },
    );
    let list = with_data(first, |first| {
        let linked = untrack(|| Console::here().is_linked());
        match first.filter(|_| linked) {
            Some(first) => view! { <List first=first/> }.into_any(),
            None => view! { <Unlinked/> }.into_any(),
        }
    });
    view! {
        {list}
        <Panel/>
    }
}
