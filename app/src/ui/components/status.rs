//! A mailbox's status: icon, word and colour, with the cause on a second line.

use domain::{
    Reason,
    connection::{Connection, Tone},
    ids::Millis,
};
use leptos::prelude::*;

use super::text;
use crate::ui::{
    components::{icon::Icon, when::Day},
    links,
};

/// The value of the attribute `data-tone` in the stylesheets.
pub(crate) const fn tone_name(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "good",
        Tone::Quiet => "quiet",
        Tone::Busy => "busy",
        Tone::Attention => "attention",
        Tone::Bad => "bad",
    }
}

/// The icon of a state.
pub(crate) const fn icon(connection: Connection) -> &'static str {
    match connection.tone() {
        Tone::Good => "check",
        Tone::Quiet => "ring",
        Tone::Busy => "busy",
        Tone::Attention => "alert",
        Tone::Bad => "stop",
    }
}

/// The status cell of a row.
#[component]
pub(crate) fn Status(
    connection: Connection,
    reason: Option<Reason>,
    busy: bool,
    connected_at: Option<Millis>,
) -> impl IntoView {
    let spin = if connection.tone() == Tone::Busy { "spin" } else { "" };
    let in_run = busy && connection.tone() != Tone::Busy;
    // A working mailbox can only be in a disconnect; one that does not work may also be in a reconnect.
    let taken = match connection {
        _ if !in_run => None,
        Connection::Connected => Some(text::DISCONNECTING),
        _ => Some(text::IN_A_RUN),
    };
    let since = connected_at.filter(|_| connection == Connection::Connected && !in_run);
    view! {
        <span class="status" data-tone=tone_name(connection.tone())>
            <Icon name=icon(connection) class=spin/>
            {connection.label()}
        </span>
        <small class="status-cause" title=reason.map(|_| connection.sentence(reason))>
            {taken}
            {since.map(|at| view! { {text::SINCE} <Day at=at/> })}
            {connection.note()}
            {reason.map(|reason| view! {
                {connection.note().map(|_| " · ")}
                <a href=links::help(reason) tabindex="-1">{reason.title()}</a>
            })}
        </small>
    }
}
