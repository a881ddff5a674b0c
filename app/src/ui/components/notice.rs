//! Notices inside the page.

use domain::{AppError, connection::Tone};
use leptos::prelude::*;

use super::text;
use crate::ui::{components::icon::Icon, links};

const fn appearance(tone: Tone) -> (&'static str, &'static str) {
    match tone {
        Tone::Good => ("good", "check"),
        Tone::Quiet => ("quiet", "info"),
        Tone::Busy => ("busy", "info"),
        Tone::Attention => ("attention", "alert"),
        Tone::Bad => ("bad", "stop"),
    }
}

/// A box with an icon and words.
#[component]
pub(crate) fn Notice(tone: Tone, children: Children) -> impl IntoView {
    let (name, icon) = appearance(tone);
    view! {
        <div class="notice" data-tone=name>
            <Icon name=icon/>
            <div class="notice-text">{children()}</div>
        </div>
    }
}

/// A refusal with a link to its Help entry. Announced when it appears.
#[component]
pub(crate) fn Refusal(error: AppError, #[prop(optional)] children: Option<Children>) -> impl IntoView {
    let (reason, words) = match error {
        AppError::Refused { reason, message } => (Some(reason), message),
        other => (other.reason(), other.to_string()),
    };
    view! {
        <div class="notice" data-tone="bad" role="alert">
            <Icon name="stop"/>
            <div class="notice-text">
                {reason.map(|reason| view! { <p class="notice-title">{reason.title()}</p> })}
                <p>{words}</p>
                {reason.map(|reason| view! {
                    <p><a href=links::help(reason)>{text::WHAT_IT_MEANS}</a></p>
                })}
                {children.map(|children| children())}
            </div>
        </div>
    }
}
