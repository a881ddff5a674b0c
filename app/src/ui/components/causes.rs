//! What stands in the way, a line for each cause, with the one action that concerns the whole group.

use std::time::Duration;

use domain::{
    cause::{Cause, Remedy},
    connection::Connection,
    undo::Whom,
};
use leptos::{prelude::*, task::spawn_local};

use super::text;
use crate::{
    api::{flat, mailboxes::load_causes},
    ui::{
        components::{icon::Icon, press::Press},
        console::Console,
        links,
    },
};

/// Counts change many times in a run: the groups are asked for once they have been still for so long.
const STILL: Duration = Duration::from_millis(700);

/// Keeps the groups in step with the counts, as long as whoever shows them is mounted.
pub(crate) fn keep() {
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
                        spawn_local(async move { ask(console).await });
                    }
                },
                STILL,
            );
        }
        now
    });
}

async fn ask(console: Console) {
    let Some(delegation) = console.delegation_id_now() else { return };
    if let Ok(causes) = flat(load_causes(delegation).await)
        && console.delegation_id_now() == Some(delegation)
    {
        console.causes.set(causes);
    }
}

/// A line: how many, why, who can fix it; the list of them; what to do with all.
#[component]
pub(crate) fn CauseLine(cause: Cause) -> impl IntoView {
    let console = Console::here();
    let busy = RwSignal::new(false);
    let act = move |()| match cause.remedy() {
        Remedy::Exclude => console.exclude(Whom::Matching(cause.query())),
        Remedy::Run(kind) => {
            busy.set(true);
            console.start_matching(kind, cause.query(), move || _ = busy.try_set(false));
        }
    };
    let tone = if cause.connection == Connection::NeedsAttention { "attention" } else { "bad" };
    let what =
        if cause.connection == Connection::NeedsAttention { text::CAUSE_KEEPS } else { text::CAUSE_FAILED };
    let href = move || links::mailboxes(console.delegation_in_links(), &cause.query());
    view! {
        <li class="need" data-tone=tone>
            <Icon name="alert"/>
            <div>
                <p class="need-title"><a href=href>{cause.title()}</a></p>
                <p class="need-text">
                    {what} {text::CAUSE_WHO}{cause.reason.help().who.label()}". "
                    <a href=links::help(cause.reason)>{text::WHAT_TO_DO}</a>
                </p>
            </div>
            <Press label=cause.action() busy=busy changes=true on_press=act/>
        </li>
    }
}
