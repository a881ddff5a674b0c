//! Effects of the layout, in the browser only.

use std::{cell::Cell, rc::Rc, time::Duration};

use domain::ids::DelegationId;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

use crate::ui::{
    browser,
    console::{Console, Link},
    host, links, live, scroll_position,
};

/// Follows the organisation in view, updates the clock and marks the stream's state on `<html>`.
pub(crate) fn install(console: Console, wanted: Memo<Option<DelegationId>>) {
    // The stream starts when there is a delegation to follow, and changes with the address.
    Effect::new(move |_| {
        let known = console.me.read().is_some();
        let requested = wanted.get();
        let Some(delegation) = requested.or_else(|| console.delegation_id_untracked()).filter(|_| known)
        else {
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
                Link::Polling => "polling",
            },
        );
    });
    host::install(console);
    tick(console);
    scroll_position::install();
    focus_new_pages();
    undo_key(console);
    // `visibilitychange` bubbles from the document.
    for event in ["online", "focus", "visibilitychange"] {
        // Not in the first render: there is no window on the server.
        Effect::new(move |_| {
            let handle = window_event_listener_untyped(event, move |_| live::wake(console));
            on_cleanup(move || handle.remove());
        });
    }
}

/// Updates the clock every second while a run or an undo is open, else twice a minute.
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

/// Focuses the heading after a change of page, so that keyboard and screen reader start there.
fn focus_new_pages() {
    let location = use_location();
    let hash = location.hash;
    Effect::new(move |_| {
        location.pathname.track();
        set_timeout(browser::show_current_link, Duration::from_millis(60));
    });
    let query = location.query;
    let panel = Memo::new(move |_| query.read().get_str(links::MAILBOX).map(str::to_owned));
    let opened = Rc::new(Cell::new(0));
    Effect::new(move |before: Option<(String, Option<String>)>| {
        let now = (location.pathname.get(), panel.get());
        if let Some(before) = before.filter(|before| *before != now) {
            opened.set(opened.get() + 1);
            // A panel that the address opens takes the focus itself.
            if before.0 != now.0 && now.1.is_none() && hash.get_untracked().is_empty() {
                Arrival::begin(&opened);
            }
        }
        now
    });
}

/// The maximum number of checks whether a page's data have replaced the heading.
const CHECKS: u32 = 60;
/// The time between two checks.
const POLL_EVERY: Duration = Duration::from_millis(50);

/// Moves the focus to the heading of a new page, and to the heading that replaces it when the page's data are loaded,
/// unless the user has moved the focus or opened another page or panel meanwhile.
struct Arrival {
    /// How many pages and panels were opened so far: now, and when this page was.
    opened: Rc<Cell<u32>>,
    number: u32,
    /// The link that led here.
    from: Option<HtmlElement>,
    /// The heading of the page before.
    old: Option<Element>,
    entered: Cell<bool>,
}

impl Arrival {
    fn begin(opened: &Rc<Cell<u32>>) {
        let arrival = Rc::new(Self {
            opened: Rc::clone(opened),
            number: opened.get(),
            from: browser::focused(),
            old: Self::heading(),
            entered: Cell::new(false),
        });
        let early = Rc::clone(&arrival);
        // As soon as the new page is rendered, so that the next key starts there.
        browser::soon(move || !early.is_current() || Self::heading() != early.old && early.check());
        arrival.check_later(CHECKS);
    }

    fn check_later(self: Rc<Self>, checks: u32) {
        set_timeout(
            move || {
                if self.is_current() {
                    self.check();
                    if checks > 0 {
                        self.check_later(checks - 1);
                    }
                }
            },
            POLL_EVERY,
        );
    }

    /// Whether nothing was opened since. The checks for a page that was left would take the focus from the next one.
    fn is_current(&self) -> bool {
        self.opened.get() == self.number
    }

    /// Focuses the heading when the focus is still on the link, or lost. Returns whether it has been focused.
    fn check(&self) -> bool {
        let on = browser::focused();
        if on.is_none() || !self.entered.get() && on == self.from {
            // The router has scrolled, or *Back* does.
            let heading = Self::heading().and_then(|heading| heading.dyn_into::<HtmlElement>().ok());
            self.entered.set(heading.is_some());
            if let Some(heading) = heading {
                browser::focus_without_scroll(&heading);
            }
        }
        self.entered.get()
    }

    fn heading() -> Option<Element> {
        document().query_selector("main h1").ok().flatten()
    }
}

/// Ctrl+Z undoes the last action; in a field it undoes typing.
fn undo_key(console: Console) {
    Effect::new(move |_| {
        let handle = window_event_listener(leptos::ev::keydown, move |ev| {
            let plain = (ev.ctrl_key() || ev.meta_key()) && !ev.shift_key() && !ev.alt_key();
            let on = ev.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
            let in_field = on.is_some_and(|on| {
                on.closest("input:not([type=checkbox]), textarea, select, dialog").ok().flatten().is_some()
            });
            if plain && !in_field && ev.key().eq_ignore_ascii_case("z") && console.undo_last() {
                ev.prevent_default();
            }
        });
        on_cleanup(move || handle.remove());
    });
}
