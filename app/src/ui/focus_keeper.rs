//! What the keyboard is on may go, or be disabled: a button whose time is over, the row of a mailbox that is connected
//! now. The keyboard then goes on at a place near by and not at the top of the window.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use crate::ui::browser;

/// Knows whether the keyboard was here last.
#[derive(Clone, Copy)]
pub(crate) struct FocusKeeper {
    here: StoredValue<bool>,
}

impl FocusKeeper {
    pub(crate) fn new() -> Self {
        Self { here: StoredValue::new(false) }
    }

    /// Whoever clicked here is not led anywhere: only the keyboard needs a place.
    pub(crate) fn came(self, ev: &web_sys::FocusEvent) {
        let on = ev.target().and_then(|on| on.dyn_into::<web_sys::Element>().ok());
        self.here.set_value(on.is_some_and(|on| on.matches(":focus-visible").unwrap_or(false)));
    }

    /// Somewhere else, or nowhere: a button that is taken away says nothing of where the keyboard went.
    pub(crate) fn went(self, ev: &web_sys::FocusEvent) {
        if ev.related_target().is_some() {
            self.here.set_value(false);
        }
    }

    /// When the keyboard was here and has lost its place by the change that is under way, it gets one.
    pub(crate) fn look_soon(self) {
        if self.here.try_get_value() == Some(true) {
            browser::regain_focus();
        }
    }
}
