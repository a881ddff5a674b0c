//! *Back* and *Forward* show a page where it was left. The browser cannot do that: it scrolls before the page's data are
//! there.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    time::Duration,
};

use leptos::prelude::*;
use leptos_router::{hooks::use_url, location::Url};
use web_sys::ScrollRestoration;

use crate::ui::browser;

/// The maximum number of checks whether a page is long enough.
const CHECKS: u32 = 60;
/// The time between two checks.
const CHECK_EVERY: Duration = Duration::from_millis(50);

thread_local! {
    /// Where each address was left, in pixels from the top.
    static POSITIONS: RefCell<HashMap<String, f64>> = RefCell::new(HashMap::new());
    /// The path and the address of the page that is shown.
    static SHOWN: RefCell<Option<(String, String)>> = const { RefCell::new(None) };
    /// The address to which *Back* or *Forward* leads.
    static TRAVERSED: RefCell<Option<String>> = const { RefCell::new(None) };
    /// The count of [`MOVES`] for which a restoration waits; until then positions are not those of the user.
    static PENDING: Cell<u32> = const { Cell::new(u32::MAX) };
    /// Counts what ends a restoration: changes of the address, and the user's own scrolling.
    static MOVES: Cell<u32> = const { Cell::new(0) };
}

/// Notes where *Back* and *Forward* lead. Call it once, before the router starts.
pub(crate) fn note_traversals() {
    browser::on_traversal(|_| {
        note_position();
        TRAVERSED.set(browser::address());
    });
}

/// Remembers positions and restores them. In the browser only.
pub(crate) fn install() {
    let url = use_url();
    Effect::new(move |_| {
        let (path, address) = (url.read().path().to_owned(), full(&url.read()));
        let before = SHOWN.replace(Some((path.clone(), address.clone())));
        if before.as_ref().is_some_and(|(_, before)| *before == address) {
            return;
        }
        MOVES.set(MOVES.get() + 1);
        if let (Some((_, before)), Ok(position)) = (before.clone(), window().scroll_y()) {
            // The browser may have scrolled to a fragment before this page noticed.
            POSITIONS.with_borrow_mut(|positions| _ = positions.entry(before).or_insert(position));
        }
        if TRAVERSED.take().as_ref() == Some(&address) {
            let position = POSITIONS.with_borrow(|positions| positions.get(&address).copied());
            restore(position.unwrap_or_default(), MOVES.get(), CHECKS);
        } else {
            // A new page begins at its top; a change within a page does not scroll.
            let stays = before.is_some_and(|(before, _)| before == path);
            let position = if stays { window().scroll_y().unwrap_or_default() } else { 0.0 };
            POSITIONS.with_borrow_mut(|positions| positions.insert(address, position));
        }
    });
    Effect::new(move |_| {
        by_browser(ScrollRestoration::Manual);
        let moved = |_| MOVES.set(MOVES.get() + 1);
        let handles = [
            window_event_listener_untyped("scroll", |_| note_position()),
            // A page that is loaded anew is scrolled by the browser.
            window_event_listener_untyped("pagehide", |_| by_browser(ScrollRestoration::Auto)),
            window_event_listener_untyped("pageshow", |_| by_browser(ScrollRestoration::Manual)),
            window_event_listener_untyped("pointerdown", moved),
            window_event_listener_untyped("wheel", moved),
            window_event_listener_untyped("touchmove", moved),
            window_event_listener_untyped("keydown", moved),
        ];
        on_cleanup(move || _ = handles.map(WindowListenerHandle::remove));
    });
}

fn note_position() {
    if PENDING.get() == MOVES.get() {
        return;
    }
    if let (Some((_, address)), Ok(position)) = (SHOWN.with_borrow(Clone::clone), window().scroll_y()) {
        POSITIONS.with_borrow_mut(|positions| positions.insert(address, position));
    }
}

fn by_browser(restoration: ScrollRestoration) {
    if let Ok(history) = window().history() {
        _ = history.set_scroll_restoration(restoration);
    }
}

/// Scrolls once the page's data are there, unless the user does meanwhile.
fn restore(position: f64, begun: u32, checks: u32) {
    PENDING.set(begun);
    let then = move || {
        if MOVES.get() != begun {
            return;
        }
        let height =
            document().document_element().map_or(0, |html| html.scroll_height() - html.client_height());
        let loaded = !browser::is_there("main .skeleton") && f64::from(height) >= position;
        if loaded || checks == 0 {
            PENDING.set(u32::MAX);
            window().scroll_to_with_x_and_y(0.0, position);
        } else {
            restore(position, begun, checks - 1);
        }
    };
    set_timeout(then, CHECK_EVERY);
}

/// The address below the host, as [`browser::address`] gives it.
fn full(url: &Url) -> String {
    let search = Some(url.search()).filter(|search| !search.is_empty()).map(|search| format!("?{search}"));
    format!("{}{}{}", url.path(), search.unwrap_or_default(), url.hash())
}
