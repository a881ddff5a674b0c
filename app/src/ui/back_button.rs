//! The browser's *Back* closes the open dialog: on a phone no other way is as near.
//!
//! A dialog has an entry in the browser's history while it is open. Closed by other means, it takes the entry back.

use std::{
    cell::{Cell, RefCell},
    time::Duration,
};

use leptos::prelude::*;
use wasm_bindgen::JsValue;

use crate::ui::browser;

/// The state of a dialog's entry in the history.
const ENTRY: &str = "dialog";

thread_local! {
    /// The open dialogs, the newest last, with the address of their page.
    static OPEN: RefCell<Vec<(RwSignal<bool>, String)>> = const { RefCell::new(Vec::new()) };
    /// Entries that closed dialogs are taking back: their `popstate` is no change of page.
    static TAKEN_BACK: Cell<u32> = const { Cell::new(0) };
}

/// Listens for *Back*. Call it once, before the router starts.
pub(crate) fn install() {
    browser::on_traversal(|ev| {
        if TAKEN_BACK.get() > 0 {
            TAKEN_BACK.set(TAKEN_BACK.get() - 1);
            ev.stop_immediate_propagation();
        } else if let Some((open, address)) = OPEN.with_borrow_mut(Vec::pop) {
            _ = open.try_set(false);
            // *Back* may have been held down to leave several pages at once.
            if browser::address() == Some(address) {
                ev.stop_immediate_propagation();
            }
        }
    });
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

fn take_back() {
    let Ok(history) = window().history() else { return };
    if history.state() == Ok(JsValue::from_str(ENTRY)) && history.back().is_ok() {
        TAKEN_BACK.set(TAKEN_BACK.get() + 1);
    }
}
