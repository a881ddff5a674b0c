//! Appearance: light, dark, or as the system.

use leptos::prelude::*;

use super::text;
use crate::ui::{browser, theme};

const CHOICES: [(&str, &str, &str); 3] = [
    ("", text::AS_SYSTEM, text::AS_SYSTEM_TEXT),
    ("light", text::LIGHT, text::ALWAYS),
    ("dark", text::DARK, text::ALWAYS),
];

/// The choice takes effect at once and is stored in this browser.
#[component]
pub(super) fn Appearance() -> impl IntoView {
    let chosen = theme::current().name().unwrap_or_default();
    let choice = move |(value, label, note): (&'static str, &'static str, &'static str)| {
        view! {
            <label class="choice">
                <input
                    type="radio"
                    name="theme"
                    value=value
                    checked=value == chosen
                    on:change=move |_| browser::remember_theme(value)
                />
                <span><b>{label}</b><small>{note}</small></span>
            </label>
        }
    };
    view! {
        <section class="card" aria-labelledby="appearance-title">
            <h2 id="appearance-title" class="card-title">{text::APPEARANCE}</h2>
            <fieldset class="choices">
                <legend class="card-fine">{text::REMEMBERED}</legend>
                {CHOICES.map(choice).collect_view()}
            </fieldset>
        </section>
    }
}
