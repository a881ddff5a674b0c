//! What needs somebody: at most a handful of lines, each with its one next step.

use domain::{
    connection::Tone,
    delegation::DelegationState,
    list::{ListQuery, Tab},
    text,
};
use leptos::prelude::*;

use crate::ui::{
    components::{
        causes::{self, CauseLine},
        icon::Icon,
        status::tone_name,
    },
    console::Console,
    links, words,
};

/// Causes that are shown; the rest is on the mailboxes page.
const CAUSES: usize = 5;

/// One thing to do.
struct Need {
    tone: Tone,
    title: String,
    text: String,
    href: String,
    link: &'static str,
}

const fn icon(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "check",
        Tone::Quiet | Tone::Busy => "people",
        Tone::Attention | Tone::Bad => "alert",
    }
}

/// The list of what to do next.
#[component]
pub(crate) fn Needs() -> impl IntoView {
    let console = Console::here();
    causes::keep();
    let causes = Memo::new(move |_| console.causes.read().iter().take(CAUSES).copied().collect::<Vec<_>>());
    view! {
        <section class="card" aria-labelledby="needs-title">
            <h2 id="needs-title" class="card-title">"What to do next"</h2>
            <ul class="needs">
                <For each=move || causes.get() key=|cause| *cause let:cause>
                    <CauseLine cause=cause/>
                </For>
                {move || needs(console, !causes.read().is_empty()).into_iter().map(|need| view! {
                    <li class="need" data-tone=tone_name(need.tone)>
                        <Icon name=icon(need.tone)/>
                        <div>
                            <p class="need-title">{need.title}</p>
                            <p class="need-text">{need.text}</p>
                        </div>
                        <a class="button" href=need.href>{need.link}</a>
                    </li>
                }).collect_view()}
            </ul>
        </section>
    }
}

fn needs(console: Console, has_causes: bool) -> Vec<Need> {
    let counts = console.counts.get();
    let here = console.delegation_in_links();
    let list = |tab| links::mailboxes(here, &ListQuery { tab, ..ListQuery::default() });
    let mut needs = Vec::new();
    for delegation in console.me.get().map(|me| me.delegations).unwrap_or_default() {
        if matches!(delegation.state, DelegationState::Broken | DelegationState::Degraded) {
            let reason = delegation.reason;
            needs.push(Need {
                tone: Tone::Bad,
                title: format!("{}: {}", delegation.title(), delegation.state.label()),
                text: reason
                    .map_or("Open it to see which permission is missing.", |r| r.help().meaning)
                    .to_owned(),
                href: reason.map_or_else(|| format!("/delegation?d={}", delegation.id), links::help),
                link: "What to do",
            });
        }
    }
    let free = console.free();
    if free == Some(0) && counts.available > 0 {
        needs.push(Need {
            tone: Tone::Attention,
            title: "No free slots".to_owned(),
            text: format!("{} could still be connected.", text::mailboxes(u64::from(counts.available))),
            href: links::help(domain::Reason::SlotsExhausted),
            link: "What to do",
        });
    } else if counts.available > 0 {
        let free = free.map_or("Your plan has no limit.".to_owned(), |free| {
            format!("Your plan has {}.", text::counted(u64::from(free), "free slot", "free slots"))
        });
        needs.push(Need {
            tone: Tone::Quiet,
            title: format!("{} can be connected", text::mailboxes(u64::from(counts.available))),
            text: free,
            href: list(Tab::Available),
            link: "Choose mailboxes",
        });
    }
    if needs.is_empty() && !has_causes {
        needs.push(Need {
            tone: Tone::Good,
            title: "Everyone who can be connected is connected".to_owned(),
            text: format!("{} work.", words::n(counts.connected)),
            href: list(Tab::Connected),
            link: "See mailboxes",
        });
    }
    needs
}
