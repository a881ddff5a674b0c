//! Where the keyboard goes when the panel opens and closes, and Esc.

use std::cell::RefCell;

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

use crate::ui::browser;

/// Where the keyboard was when somebody opened the panel.
#[derive(Clone, Default)]
struct CameFrom {
    element: Option<HtmlElement>,
    /// The panel has the keyboard already, or its owner went on to something else while it was on its way.
    entered: bool,
}

thread_local! {
    /// While the panel is open. Here and not in a signal: an element belongs to its thread, and a value of the
    /// component's would be dropped on another one on the server.
    static CAME_FROM: RefCell<Option<CameFrom>> = const { RefCell::new(None) };
}

/// Moves the keyboard back when the panel closes, and closes it with Esc.
pub(crate) fn install(is_open: Memo<bool>, close: Callback<()>) {
    Effect::new(move |was_open: Option<bool>| {
        let open = is_open.get();
        let first = was_open.is_none();
        match (was_open.unwrap_or_default(), open) {
            (false, true) => {
                let element = browser::focused();
                CAME_FROM.set(Some(CameFrom { element, entered: false }));
                if first {
                    // It came with the page.
                    arrived();
                }
            }
            (true, false) => {
                let came_from = CAME_FROM.take().and_then(|from| from.element);
                match came_from.filter(|element| element.is_connected()) {
                    Some(element) => _ = element.focus(),
                    None => _ = browser::focus("main h1"),
                }
            }
            _ => {}
        }
        open
    });
    Effect::new(move |_| {
        let handle = window_event_listener(ev::keydown, move |ev| {
            let on = ev.target().and_then(|target| target.dyn_into::<Element>().ok());
            let within =
                |places: &str| on.as_ref().is_some_and(|on| on.closest(places).ok().flatten().is_some());
            // There Esc means something else; in the list only once the panel has come.
            let busy =
                within("dialog, [popover], select") || within("[role=grid]") && browser::is_there(TITLE);
            if ev.key() == "Escape" && is_open.get_untracked() && !busy && !ev.default_prevented() {
                ev.prevent_default();
                close.run(());
            }
        });
        on_cleanup(move || handle.remove());
    });
}

const TITLE: &str = "#panel-title";

/// The panel has been rendered: its heading takes the keyboard, unless somebody went on with something else while it
/// was on its way. The same when what it shows is replaced, and the keyboard was on that.
pub(crate) fn arrived() {
    let leads = CAME_FROM.with_borrow_mut(|from| {
        let Some(from) = from.as_mut() else { return false };
        let on = browser::focused();
        let leads = on.is_none() || !from.entered && on == from.element;
        from.entered = true;
        leads
    });
    if leads {
        browser::soon(|| browser::focus(TITLE));
    }
}
