//! Events for the host's page around the console, when there is one. They are dispatched on the document; a separate
//! script (`embed-frame.js`) forwards them to the host.

use domain::{
    AppError,
    connection::Connection,
    consent::{AttemptState, AttemptView},
    mailbox::MailboxRow,
    run::RunView,
};
use leptos::prelude::*;
use serde_json::{Value, json};

use crate::ui::{browser, console::Console, live};

/// The host of the console, from the session; the server puts it into the context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmbeddedIn {
    /// Exact origin of the page around the console.
    pub host: String,
    /// When the session ends unless the host renews it. Unix milliseconds.
    pub until: i64,
}

/// Whether the console is in a host's page. In the browser only.
pub(crate) fn is_hosted() -> bool {
    !browser::marked("data-host").is_empty()
}

/// Sends an event to the host. Does nothing when there is none.
fn send(kind: &str, payload: &Value) {
    if !is_hosted() {
        return;
    }
    browser::dispatch("warmy", &json!({ "type": kind, "payload": payload }).to_string());
}

/// Reports the progress or the end of a run.
pub(crate) fn run(run: &RunView) {
    if run.scheduled {
        return;
    }
    let counts = run.counts;
    let kind = if run.state.is_over() { "run.completed" } else { "run.progress" };
    let payload = json!({
        "run": run.id, "kind": run.kind, "state": run.state, "total": counts.total,
        "succeeded": counts.succeeded, "failed": counts.failed,
    });
    send(kind, &payload);
}

/// Reports mailboxes that have just changed, many in one message.
pub(crate) fn mailboxes(rows: &[MailboxRow]) {
    for (kind, state) in
        [("mailbox.connected", Connection::Connected), ("mailbox.disconnected", Connection::Disconnected)]
    {
        let addresses: Vec<&str> =
            rows.iter().filter(|row| row.connection == state).map(|row| row.address.as_str()).collect();
        if !addresses.is_empty() {
            send(kind, &json!({ "addresses": addresses }));
        }
    }
}

/// Reports a refusal: the host can sell slots, and renew a session.
pub(crate) fn refused(error: &AppError) {
    match error {
        AppError::Slots(short) => {
            send("slots.needed", &json!({ "missing": short.requested - short.free.min(short.requested) }))
        }
        AppError::SignedOut => send("session.needed", &json!({})),
        _ => {}
    }
}

/// Requests a larger plan.
pub(crate) fn upgrade(missing: u32) {
    send("plan.upgrade_requested", &json!({ "missing": missing }));
}

/// Reports that an administrator has approved.
pub(crate) fn consented(attempt: &AttemptView) {
    if attempt.state == AttemptState::Granted {
        send("consent.completed", &json!({ "delegation": attempt.delegation }));
    }
}

/// Continues once the host has renewed the session, without a reload, so that the selection is not lost.
pub(crate) fn install(console: Console) {
    Effect::new(move |_| {
        let renewed = window_event_listener_untyped("warmy-renewed", move |_| {
            console.signed_out.set(false);
            live::wake(console);
        });
        on_cleanup(move || renewed.remove());
    });
}
