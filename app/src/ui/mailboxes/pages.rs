//! The list page by page, for browsers without scripts; styles hide it in all others.

use leptos::prelude::*;

use super::text;
use crate::ui::{
    links,
    mailboxes::{initial_page::FIRST_ROWS, list::ListState},
};

/// Links to the other pages.
#[component]
pub(crate) fn Pages(
    /// The page shown, counted from 1.
    here: usize,
) -> impl IntoView {
    let list = ListState::here();
    let last = list.total.get_untracked().div_ceil(FIRST_ROWS).max(1);
    // As the page was loaded: it is hidden in browsers with scripts.
    let url = links::mailboxes(list.in_links, &list.query.get_untracked());
    let to = move |page: usize| {
        if page == 1 { url.clone() } else { links::with_pair(url.clone(), "page", &page.to_string()) }
    };
    let link = {
        let to = to.clone();
        move |page: usize| {
            let current = (page == here).then_some("page");
            view! { <a href=to(page) aria-current=current>{domain::text::number(page as u64)}</a> }
        }
    };
    // The first, the last, and the pages around this one.
    let mut shown: Vec<usize> = [1, 2, here.saturating_sub(1), here, here + 1, last - 1, last].into();
    shown.retain(|page| (1..=last).contains(page));
    shown.sort_unstable();
    shown.dedup();
    let mut before = 0;
    let numbers = shown.into_iter().map(|page| {
        let gap = page > before + 1;
        before = page;
        view! { {gap.then_some("… ")} {link(page)} }
    });
    view! {
        <div class="pages without-script">
            <nav aria-label=text::PAGES>
                {(here > 1).then(|| view! { <a href=to(here - 1) rel="prev">{text::PREVIOUS}</a> })}
                {numbers.collect_view()}
                {(here < last).then(|| view! { <a href=to(here + 1) rel="next">{text::NEXT}</a> })}
            </nav>
        </div>
    }
}
