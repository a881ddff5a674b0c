//! The next steps: a few lines, each with one action.

use domain::{
    Role,
    alerts::credential_expiry_text,
    connection::Tone,
    delegation::DelegationState,
    list::{ListQuery, Tab},
    slots::PlanState,
};
use leptos::prelude::*;

use super::text;
use crate::ui::{
    components::{
        attention_groups::{self, AttentionGroupLine},
        icon::Icon,
        status::tone_name,
    },
    console::Console,
    links, words,
};

/// Maximum attention groups shown; the rest is on the mailboxes page.
const MAX_GROUPS: usize = 5;

/// One next step.
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

/// The list of next steps.
#[component]
pub(crate) fn Needs() -> impl IntoView {
    let console = Console::here();
    attention_groups::refresh();
    let attention_groups = Memo::new(move |_| {
        console.attention_groups.read().iter().take(MAX_GROUPS).copied().collect::<Vec<_>>()
    });
    view! {
        <section class="card" aria-labelledby="needs-title">
            <h2 id="needs-title" class="card-title">{text::NEXT}</h2>
            <ul class="needs">
                <For each=move || attention_groups.get() key=|cause| *cause let:cause>
                    <AttentionGroupLine cause=cause/>
                </For>
                {move || needs(console, !attention_groups.read().is_empty()).into_iter().map(|need| view! {
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

fn needs(console: Console, has_groups: bool) -> Vec<Need> {
    let counts = console.counts.get();
    let here = console.delegation_in_links();
    let list = |tab| links::mailboxes(here, &ListQuery { tab, ..ListQuery::default() });
    let is_broken = console.delegation.read().as_ref().is_some_and(|d| d.state == DelegationState::Broken);
    let is_inactive = console.pools.read().iter().any(|pool| pool.plan == PlanState::Inactive);
    let reads_only = console.me.read().as_ref().is_some_and(|me| me.role == Role::Viewer);
    let mut needs = Vec::new();
    for delegation in console.me.get().map(|me| me.delegations).unwrap_or_default() {
        if matches!(delegation.state, DelegationState::Broken | DelegationState::Degraded) {
            let reason = delegation.reason;
            needs.push(Need {
                tone: Tone::Bad,
                title: text::organisation(delegation.title(), delegation.state.label()),
                text: reason.map_or(text::LOOK_AT_PERMISSIONS, |r| r.help().meaning).to_owned(),
                href: reason.map_or_else(|| format!("/delegation?d={}", delegation.id), links::help),
                link: text::WHAT_TO_DO,
            });
        }
    }
    if let Some(days) = console.me.get().and_then(|me| me.credential_days) {
        needs.push(Need {
            tone: Tone::Attention,
            title: credential_expiry_text(days),
            text: text::CREDENTIAL.to_owned(),
            href: "/setup".to_owned(),
            link: text::SEE_SETUP,
        });
    }
    for pool in console.pools.get().iter().filter(|pool| (80..100).contains(&pool.share().unwrap_or(0))) {
        needs.push(Need {
            tone: Tone::Quiet,
            title: text::SLOTS_LOW.to_owned(),
            text: pool.sentence(),
            href: links::help(domain::Reason::SlotsExhausted),
            link: text::WHAT_TO_DO,
        });
    }
    let free = console.free();
    if is_inactive || is_broken {
        // The banner, or a line above, says why nothing can be connected.
    } else if free == Some(0) && counts.available > 0 {
        needs.push(Need {
            tone: Tone::Attention,
            title: text::NO_SLOTS.to_owned(),
            text: text::could_be_connected(counts.available),
            href: links::help(domain::Reason::SlotsExhausted),
            link: text::WHAT_TO_DO,
        });
    } else if counts.available > 0 {
        let free = free.map_or(text::NO_LIMIT.to_owned(), text::plan_has);
        needs.push(Need {
            tone: Tone::Quiet,
            title: text::can_be_connected(counts.available),
            text: free,
            href: list(Tab::Available),
            link: if reads_only { text::SEE_MAILBOXES } else { text::CHOOSE },
        });
    }
    if needs.is_empty() && !has_groups && !is_inactive {
        needs.push(Need {
            tone: if counts.connected > 0 { Tone::Good } else { Tone::Quiet },
            title: if counts.connected > 0 { text::ALL_DONE } else { text::NONE_CAN }.to_owned(),
            text: words::by_state(&counts),
            href: list(Tab::Connected),
            link: text::SEE_MAILBOXES,
        });
    }
    needs
}
