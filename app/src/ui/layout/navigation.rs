//! The main navigation.

use domain::list::Tab;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::text;
use crate::ui::{components::icon::Icon, console::Console, words};

const PAGES: [(&str, &str, &str); 9] = [
    ("/", "home", text::OVERVIEW),
    ("/setup", "compass", text::SETUP),
    ("/users", "key", text::USERS),
    ("/delegation", "building", text::DELEGATION),
    ("/mailboxes", "inbox", text::MAILBOXES),
    ("/runs", "activity", text::RUNS),
    ("/activity", "clock", text::ACTIVITY),
    ("/help", "help", text::HELP),
    ("/settings", "sliders", text::SETTINGS),
];

/// Links to every page, with the number of pending items.
#[component]
pub(crate) fn Navigation() -> impl IntoView {
    let path = use_location().pathname;
    let item = move |(href, icon, label): (&'static str, &'static str, &'static str)| {
        let current = move || {
            let path = path.read();
            path.as_str() == href
                || (href != "/" && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')))
        };
        view! {
            <li>
                <a class="nav-link" href=href aria-current=move || current().then_some("page")>
                    <Icon name=icon/>
                    <span>{label}</span>
                    <Waiting href=href/>
                </a>
            </li>
        }
    };
    view! {
        <nav class="nav" aria-label=text::MAIN>
            <ul>{PAGES.map(item).collect_view()}</ul>
        </nav>
    }
}

/// The number of pending items of a page: active runs, mailboxes that need attention.
#[component]
fn Waiting(href: &'static str) -> impl IntoView {
    let console = Console::here();
    let waiting = move || match href {
        "/runs" => {
            let active = console.runs.read().iter().filter(|run| !run.state.is_over()).count();
            (u32::try_from(active).unwrap_or(u32::MAX), text::RUNNING)
        }
        "/mailboxes" => (Tab::Attention.count(&console.counts.read()), text::NEEDS_ATTENTION),
        _ => (0, ""),
    };
    move || {
        let (count, what) = waiting();
        (count > 0).then(|| {
            view! {
                <span class="pill">
                    {words::n(count)}
                    <span class="visually-hidden">" "{what}</span>
                </span>
            }
        })
    }
}
