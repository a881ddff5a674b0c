//! The history of a mailbox, newest first.

use domain::{
    ids::MailboxId,
    mailbox::{History, StateChange},
};
use leptos::{prelude::*, task::spawn_local};

use super::text;
use crate::{
    api::{
        flat,
        mailboxes::{load_history, load_mailbox},
    },
    ui::{
        components::{
            button::{Button, Variant},
            icon::Icon,
            status::{icon, tone_name},
            when::Moment,
        },
        console::Console,
    },
};

/// Changes of state with their times; older ones on request.
#[component]
pub(crate) fn Timeline(id: MailboxId, first: History) -> impl IntoView {
    let console = Console::here();
    let history = RwSignal::new(first);
    let busy = RwSignal::new(false);
    // A new state is a new line: the newest page is loaded again. So it is after an outage, in which that may have failed.
    let state = Memo::new(move |_| {
        console.shown.read().as_ref().filter(|row| row.id == id).map(|row| (row.connection, row.reason))
    });
    Effect::new(move |before: Option<_>| {
        let now = (state.get(), console.reconnects.get());
        let (Some(before), Some(delegation)) = (before, console.delegation_id_untracked()) else {
            return now;
        };
        if now.0.is_some() && now != before {
            spawn_local(async move {
                if let Ok(detail) = flat(load_mailbox(delegation, id).await) {
                    _ = history.try_set(detail.history);
                }
            });
        }
        now
    });
    let older = move |()| {
        let (Some(delegation), Some(before)) =
            (console.delegation_id_untracked(), history.read_untracked().before)
        else {
            return;
        };
        busy.set(true);
        spawn_local(async move {
            match flat(load_history(delegation, id, before).await) {
                Ok(page) => {
                    _ = history.try_update(|history| {
                        history.changes.extend(page.changes);
                        history.before = page.before;
                    });
                }
                Err(error) => console.refuse(&error),
            }
            _ = busy.try_set(false);
        });
    };
    view! {
        <section class="panel-part" aria-labelledby="panel-history">
            <h3 id="panel-history">{text::HISTORY}</h3>
            <ol class="timeline">
                <For each=move || history.get().changes key=|change| change.seq let:change>
                    {line(change)}
                </For>
            </ol>
            {move || match history.read().before {
                Some(_) => view! { <Button label=text::SHOW_OLDER variant=Variant::Plain busy=busy on_press=older/> }.into_any(),
                None => view! { <p class="panel-fine">{text::HISTORY_RETENTION}</p> }.into_any(),
            }}
        </section>
    }
}

fn line(change: StateChange) -> impl IntoView {
    let StateChange { at, connection, reason, .. } = change;
    view! {
        <li class="timeline-line" data-tone=tone_name(connection.tone())>
            <Icon name=icon(connection)/>
            <span>{connection.sentence(reason)}</span>
            <small><Moment at=at/></small>
        </li>
    }
}
