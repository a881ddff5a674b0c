//! The browser's *Back* closes the open dialog: on a phone no other way is as near.
//!
//! A dialog has an entry in the browser's history while it is open. Closed by other means, it takes the entry back.

use std::{cell::RefCell, time::Duration};

use leptos::prelude::*;
use wasm_bindgen::JsValue;

use crate::ui::browser;

/// The state of a dialog's entry in the history.
const ENTRY: &str = "dialog";

thread_local! {
    /// The open dialogs, the newest last, with the address of their page.
    static OPEN: RefCell<Vec<(RwSignal<bool>, String)>> = const { RefCell::new(Vec::new()) };
    /// The address at which a closed dialog is taking its entry back: that is no change of page.
    static TAKEN_BACK: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Listens for *Back*. Call it once, before the router starts.
pub(crate) fn install() {
    browser::on_traversal(|ev| {
        let here = browser::address();
        if TAKEN_BACK.take().is_some_and(|address| Some(&address) == here.as_ref()) {
            ev.stop_immediate_propagation();
        } else if let Some((open, address)) = OPEN.with_borrow_mut(Vec::pop) {
            _ = open.try_set(false);
            // *Back* may have been held down to leave several pages at once.
            if Some(address) == here {
                ev.stop_immediate_propagation();
            }
        } else {
            // The entry of a dialog that is not open any more: its page was left by a link, or loaded again.
            take_back();
        }
    });
    take_back();
}

/// A dialog was opened.
pub(crate) fn opened(open: RwSignal<bool>) {
    if let Ok(history) = window().history()
        && let Some(address) = browser::address()
        && history.push_state_with_url(&ENTRY.into(), "", None).is_ok()
    {
        OPEN.with_borrow_mut(|dialogs| dialogs.push((open, address)));
    }
}

/// A dialog was closed, or its page was left.
pub(crate) fn closed(open: RwSignal<bool>) {
    let had_entry = OPEN.with_borrow_mut(|dialogs| {
        let before = dialogs.len();
        dialogs.retain(|(other, _)| *other != open);
        dialogs.len() < before
    });
    if had_entry {
        // Afterwards: what closed the dialog may lead to another page, which comes after the entry.
        set_timeout(take_back, Duration::ZERO);
    }
}

/// Leaves the entry of a dialog, if it is the current one.
fn take_back() {
    let Ok(history) = window().history() else { return };
    // Going back would end the loading of another page.
    if browser::is_leaving() {
        return;
    }
    if history.state() == Ok(JsValue::from_str(ENTRY)) && history.back().is_ok() {
        TAKEN_BACK.set(browser::address());
    }
}
