//! What the frame does in the browser only.

use std::time::Duration;

use domain::ids::DelegationId;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use wasm_bindgen::JsCast as _;

use crate::ui::{
    browser,
    console::{Console, Link},
    host, links, live,
};

/// Follows the organisation in view, keeps the clock and tells `<html>` how things stand.
pub(crate) fn install(console: Console, wanted: Memo<Option<DelegationId>>) {
    // The stream starts when there is something to follow, and changes with the address.
    Effect::new(move |_| {
        let known = console.me.read().is_some();
        let asked = wanted.get();
        let Some(delegation) = asked.or_else(|| console.delegation_id_now()).filter(|_| known) else {
            return;
        };
        console.follow(delegation);
    });
    Effect::new(move |_| {
        browser::mark(
            "data-live",
            match console.link.get() {
                Link::Off => "off",
                Link::Connecting => "connecting",
                Link::Open => "open",
            },
        );
    });
    host::install(console);
    tick(console);
    focus_new_pages();
    undo_key(console);
    for event in ["online", "focus"] {
        // Not in the first render: there is no window on the server.
        Effect::new(move |_| {
            let handle = window_event_listener_untyped(event, move |_| live::wake(console));
            on_cleanup(move || handle.remove());
        });
    }
}

/// The clock: every second while something runs, else twice a minute.
fn tick(console: Console) {
    let busy = Memo::new(move |_| {
        console.runs.read().iter().any(|run| !run.state.is_over()) || !console.exclusions.read().is_empty()
    });
    Effect::new(move |_| {
        let every = if busy.get() { 1 } else { 30 };
        console.now.set(Some(browser::now()));
        let handle = set_interval_with_handle(
            move || console.now.set(Some(browser::now())),
            Duration::from_secs(every),
        );
        on_cleanup(move || {
            if let Ok(handle) = handle {
                handle.clear();
            }
        });
    });
}

/// After a change of page the keyboard and the screen reader start at its heading.
fn focus_new_pages() {
    let location = use_location();
    let hash = location.hash;
    Effect::new(move |_| {
        location.pathname.track();
        set_timeout(browser::show_current_link, Duration::from_millis(60));
    });
    Effect::new(move |before: Option<String>| {
        let path = location.pathname.get();
        // A panel that the address opens takes the keyboard itself.
        let panel = location.query.read_untracked().get_str(links::MAILBOX).is_some();
        if before.is_some_and(|before| before != path) && hash.get_untracked().is_empty() && !panel {
            follow_heading(60, false);
        }
        path
    });
}

/// Focuses the heading, and the one that takes its place when the page's data have come, unless the visitor has gone
/// elsewhere meanwhile. Looks every 50 ms, `looks` times.
fn follow_heading(looks: u32, entered: bool) {
    set_timeout(
        move || {
            let entered = if !entered || browser::is_focus_lost() {
                browser::focus("main h1")
            } else if browser::is_focused("main h1") {
                entered
            } else {
                return;
            };
            if looks > 0 {
                follow_heading(looks - 1, entered);
            }
        },
        Duration::from_millis(50),
    );
}

/// Ctrl+Z undoes what was done last, as everywhere; in a field it undoes typing.
fn undo_key(console: Console) {
    Effect::new(move |_| {
        let handle = window_event_listener(leptos::ev::keydown, move |ev| {
            let plain = (ev.ctrl_key() || ev.meta_key()) && !ev.shift_key() && !ev.alt_key();
            let on = ev.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
            let elsewhere = on.is_some_and(|on| {
                on.closest("input:not([type=checkbox]), textarea, select, dialog").ok().flatten().is_some()
            });
            if plain && !elsewhere && ev.key().eq_ignore_ascii_case("z") && console.undo_last() {
                ev.prevent_default();
            }
        });
        on_cleanup(move || handle.remove());
    });
}
