//! Attention groups: one line per group, with the action for the whole group.

use std::time::Duration;

use domain::{
    Reason,
    attention_group::{AttentionGroup, Remedy},
    bulk::{BulkAction, BulkKind},
    connection::Connection,
    undo::ExclusionTarget,
};
use leptos::{prelude::*, task::spawn_local};

use super::text;
use crate::{
    api::{flat, mailboxes::load_attention_groups},
    ui::{
        bulk::request::{Bulk, BulkRequest},
        components::{button::Button, icon::Icon},
        console::Console,
        links,
    },
};

/// Counts change many times in a run: the groups are loaded once the counts have been unchanged for 700 ms.
const QUIET: Duration = Duration::from_millis(700);

/// Reloads the groups when the counts change, while the calling component is mounted.
pub(crate) fn refresh() {
    let console = Console::here();
    let ticket = StoredValue::new(0_u32);
    Effect::new(move |before: Option<_>| {
        let counts = console.counts.get();
        let now = (counts, console.ended.get());
        if before.is_some_and(|before| before != now) {
            ticket.update_value(|ticket| *ticket += 1);
            let mine = ticket.get_value();
            set_timeout(
                move || {
                    if ticket.try_get_value() == Some(mine) {
                        spawn_local(async move { load(console).await });
                    }
                },
                QUIET,
            );
        }
        now
    });
}

async fn load(console: Console) {
    let Some(delegation) = console.delegation_id_untracked() else { return };
    if let Ok(attention_groups) = flat(load_attention_groups(delegation).await)
        && console.delegation_id_untracked() == Some(delegation)
    {
        console.attention_groups.set(attention_groups);
    }
}

/// The line of a group: count, reason, who can fix it, a link to its mailboxes, and its action.
#[component]
pub(crate) fn AttentionGroupLine(cause: AttentionGroup) -> impl IntoView {
    let console = Console::here();
    let busy = RwSignal::new(false);
    let bulk = Bulk::here();
    let act = move |()| {
        let (action, kind) = match cause.remedy() {
            Remedy::Exclude => {
                (BulkAction::Exclude(ExclusionTarget::Matching(cause.query())), BulkKind::Exclude)
            }
            Remedy::Run(kind) => (BulkAction::Matching { kind, query: cause.query() }, BulkKind::Run(kind)),
        };
        bulk.request(BulkRequest::new(action, kind, cause.count).busy(busy));
    };
    let tone = if cause.connection == Connection::NeedsAttention { "attention" } else { "bad" };
    let what = match (cause.connection, cause.count) {
        (Connection::NeedsAttention, 1) => text::CAUSE_KEEPS_ONE,
        (Connection::NeedsAttention, _) => text::CAUSE_KEEPS,
        (_, 1) => text::CAUSE_FAILED_ONE,
        _ => text::CAUSE_FAILED,
    };
    let inside = move || {
        (cause.reason == Reason::OutOfScope)
            .then(|| format!(" {}", text::inside(console.counts.read().connected)))
    };
    let href = move || links::mailboxes(console.delegation_in_links(), &cause.query());
    view! {
        <li class="need" data-tone=tone>
            <Icon name="alert"/>
            <div>
                <p class="need-title"><a href=href>{cause.title()}</a></p>
                <p class="need-text">
                    {what}{inside} " " {cause.reason.help().who.sentence()} " "
                    <a href=links::help(cause.reason)>{text::WHAT_TO_DO}</a>
                </p>
            </div>
            <Button label=cause.action() busy=busy changes=true on_press=act/>
        </li>
    }
}
