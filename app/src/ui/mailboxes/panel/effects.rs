//! Moving the focus when the panel opens and closes, and closing it with Esc.

use std::cell::RefCell;

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

use crate::ui::browser;

/// The focus from before the panel was opened.
#[derive(Clone, Default)]
struct CameFrom {
    element: Option<HtmlElement>,
    /// Whether the panel has taken the focus already, or the user moved the focus while it was loading.
    entered: bool,
}

thread_local! {
    /// Set while the panel is open. Not a signal: an element belongs to its thread, and a value of the component would
    /// be dropped on another thread on the server.
    static CAME_FROM: RefCell<Option<CameFrom>> = const { RefCell::new(None) };
}

/// Moves the focus back when the panel closes, and closes it with Esc.
pub(crate) fn install(is_open: Memo<bool>, close: Callback<()>) {
    Effect::new(move |was_open: Option<bool>| {
        let open = is_open.get();
        let first = was_open.is_none();
        match (was_open.unwrap_or_default(), open) {
            (false, true) => {
                let element = browser::focused();
                CAME_FROM.set(Some(CameFrom { element, entered: false }));
                if first {
                    // The panel was loaded with the page.
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
            // Esc has another meaning there; in the list only once the panel is shown.
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

/// Focuses the heading once the panel is rendered, unless the user moved the focus while it was loading. The same when
/// its content is replaced and the focus was inside.
pub(crate) fn arrived() {
    let takes_focus = CAME_FROM.with_borrow_mut(|from| {
        let Some(from) = from.as_mut() else { return false };
        let on = browser::focused();
        let takes_focus = on.is_none() || !from.entered && on == from.element;
        from.entered = true;
        takes_focus
    });
    if takes_focus {
        browser::soon(|| browser::focus(TITLE));
    }
}
