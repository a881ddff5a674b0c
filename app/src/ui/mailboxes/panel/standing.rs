//! The state of a mailbox, and its reason: the meaning, who can fix it and how.

use domain::Reason;
use leptos::prelude::*;

use super::text;
use crate::ui::{
    components::{
        copy_field::CopyField,
        icon::Icon,
        status::{icon, tone_name},
    },
    console::Console,
    links,
};

/// State and reason, updated live.
#[component]
pub(crate) fn StatusSection() -> impl IntoView {
    let shown = Console::here().shown;
    let state = Memo::new(move |_| shown.read().as_ref().map(|row| (row.connection, row.reason, row.busy)));
    move || {
        let (connection, reason, busy) = state.get()?;
        let tone = tone_name(connection.tone());
        let spin = if tone == "busy" { "spin" } else { "" };
        Some(view! {
            <section class="panel-state" aria-label=text::STATUS>
                <p class="status status-large" data-tone=tone>
                    <Icon name=icon(connection) class=spin/>
                    {connection.label()}
                    {connection.note().map(|note| format!(" · {note}"))}
                </p>
                {(busy && tone != "busy").then(|| view! { <p class="panel-fine">{text::IN_A_RUN}</p> })}
                {reason.map(why)}
            </section>
        })
    }
}

fn why(reason: Reason) -> impl IntoView {
    let help = reason.help();
    view! {
        <div class="panel-why">
            <h3>{reason.title()}</h3>
            <p>{help.meaning}</p>
            <p>{help.who.sentence()}</p>
            <ol class="panel-steps">{help.steps.iter().map(|step| view! { <li>{*step}</li> }).collect_view()}</ol>
            {help.command.map(|command| view! { <CopyField id="panel-command" label=text::COMMAND value=command/> })}
            <p><a href=links::help(reason)>{text::MORE_IN_HELP}</a></p>
        </div>
    }
}
