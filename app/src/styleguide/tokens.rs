//! Colours, type, space and icons.

use leptos::prelude::*;

use super::group::group;
use crate::ui::components::icon::Icon;

/// Background colours, each with its text colours.
const COLOURS: [(&str, &[&str]); 7] = [
    ("ground", &["ink", "ink-2", "accent"]),
    ("panel", &["ink", "ink-2", "accent"]),
    ("sunken", &["ink", "ink-2", "accent"]),
    ("accent-wash", &["ink", "accent"]),
    ("ok-wash", &["ink", "ok"]),
    ("warn-wash", &["ink", "warn"]),
    ("bad-wash", &["ink", "bad"]),
];

pub(super) fn section(icons: &[String]) -> AnyView {
    let icons: Vec<&'static str> =
        icons.iter().map(|name| &*Box::leak(name.clone().into_boxed_str())).collect();
    view! {
        {group("Colour", view! {
            <div class="guide-grid">
                {COLOURS.iter().map(|(ground, inks)| view! {
                    <div class="guide-swatch" data-ground=*ground>
                        <code>{*ground}</code>
                        {inks.iter().map(|ink| view! { <span data-ink=*ink>{*ink}</span> }).collect_view()}
                    </div>
                }).collect_view()}
            </div>
        })}
        {group("Type", view! {
            <p class="guide-h1">"Page title 26"</p>
            <p class="guide-h2">"Section title 16"</p>
            <p>"Text 14: an administrator approves once, and a thousand mailboxes are connected."</p>
            <p><small>"Small 12: synced 2 minutes ago"</small></p>
            <p><code>"User.Read.All"</code>" and "<kbd>"/"</kbd></p>
            <p><a href="#type">"A link"</a></p>
        })}
        {group("Icons", view! {
            <ul class="guide-icons">
                {icons.into_iter().map(|name| view! { <li><Icon name=name/>{name}</li> }).collect_view()}
            </ul>
        })}
    }
    .into_any()
}
