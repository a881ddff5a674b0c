//! Where the keyboard goes when the panel opens and closes, and Esc.

use std::time::Duration;

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

use crate::ui::browser;

/// Whether the panel was open, and where the keyboard had been before.
type Before = (bool, Option<HtmlElement>);

/// Moves the keyboard into the panel and back, and closes it with Esc.
pub(crate) fn install(is_open: Memo<bool>, close: Callback<()>) {
    // Carried from one run of the effect to the next: an element belongs to its thread, and a value of the component's
    // would be dropped on another one on the server.
    Effect::new(move |before: Option<Before>| {
        let (was_open, came_from) = before.unwrap_or_default();
        let open = is_open.get();
        match (was_open, open) {
            (false, true) => {
                let active = document().active_element().and_then(|e| e.dyn_into::<HtmlElement>().ok());
                enter(100);
                (true, active.filter(|active| active.tag_name() != "BODY"))
            }
            (true, false) => {
                match came_from.filter(|element| element.is_connected()) {
                    Some(element) => _ = element.focus(),
                    None => _ = browser::focus("main h1"),
                }
                (false, None)
            }
            _ => (open, came_from),
        }
    });
    Effect::new(move |_| {
        let handle = window_event_listener(ev::keydown, move |ev| {
            let on = ev.target().and_then(|target| target.dyn_into::<Element>().ok());
            // There Esc means something else.
            let busy = on.is_some_and(|on| {
                on.closest("dialog, [role=grid], [popover], select").ok().flatten().is_some()
            });
            if ev.key() == "Escape" && is_open.get_untracked() && !busy && !ev.default_prevented() {
                ev.prevent_default();
                close.run(());
            }
        });
        on_cleanup(move || handle.remove());
    });
}

/// Focuses the panel's heading once it is there.
fn enter(tries: u32) {
    if !browser::focus("#panel-title") && tries > 0 {
        set_timeout(move || enter(tries - 1), Duration::from_millis(50));
    }
}
