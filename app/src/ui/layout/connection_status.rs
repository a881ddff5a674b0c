//! The status of the live connection.

use leptos::prelude::*;

use super::text;
use crate::ui::console::{Console, Link};

/// "Live", "Reconnecting…" or "Signed out".
#[component]
pub(crate) fn ConnectionStatus() -> impl IntoView {
    let console = Console::here();
    let state = move || {
        if console.signed_out.get() {
            ("out", text::SIGNED_OUT)
        } else {
            match (console.link.get(), console.now.read().is_some()) {
                (Link::Open, _) => ("open", text::LIVE),
                (Link::Polling, _) => ("open", text::POLLING),
                (Link::Connecting, true) => ("connecting", text::RECONNECTING),
                _ => ("off", ""),
            }
        }
    };
    view! {
        <p class="connection-status" role="status" data-state=move || state().0 data-testid="live">
            {move || state().1}
        </p>
    }
}
