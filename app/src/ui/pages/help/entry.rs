//! One entry: symptom, meaning, who, steps, command.

use domain::Reason;
use leptos::prelude::*;

use super::text;
use crate::ui::components::copy_field::CopyField;

/// The entry of a reason; its code is its anchor.
#[component]
pub(crate) fn HelpEntry(reason: Reason, shown: Memo<bool>) -> impl IntoView {
    let entry = reason.help();
    view! {
        <article class="card entry" translate="yes" id=reason.code() hidden=move || !shown.get()>
            <h2>{reason.title()}</h2>
            <p class="entry-symptom">{entry.symptom}</p>
            <p>{entry.meaning}</p>
            <p class="entry-who">{entry.who.sentence()}</p>
            <ol class="entry-steps">
                {entry.steps.iter().map(|step| view! { <li>{*step}</li> }).collect_view()}
            </ol>
            {entry.command.map(|command| view! {
                <CopyField id="help-command" label=text::COMMAND value=command/>
            })}
            <p class="entry-code">
                <a href=format!("#{}", reason.code()) rel="external" aria-label=text::link_to(reason.title())>
                    <code>{reason.code()}</code>
                </a>
            </p>
        </article>
    }
}
