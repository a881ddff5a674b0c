//! Whether this page is up to date, quietly.

use leptos::prelude::*;

use super::text;
use crate::ui::console::{Console, Link};

/// "Live", "Reconnecting…" or what to do when signed out.
#[component]
pub(crate) fn Pulse() -> impl IntoView {
    let console = Console::here();
    let state = move || {
        if console.signed_out.get() {
            ("out", text::SIGNED_OUT)
        } else {
            match (console.link.get(), console.now.read().is_some()) {
                (Link::Open, _) => ("open", text::LIVE),
                (Link::Connecting, true) => ("connecting", text::RECONNECTING),
                _ => ("off", ""),
            }
        }
    };
    view! {
        <p class="pulse" role="status" data-state=move || state().0 data-testid="live">
            {move || state().1}
        </p>
    }
}
