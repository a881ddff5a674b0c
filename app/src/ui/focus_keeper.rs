//! Moves the keyboard focus to an element near by when the focused element is removed or disabled: an expired button,
//! the row of a mailbox that is connected now. Otherwise the focus would start again at the top of the window.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use crate::ui::browser;

/// Tracks whether the last keyboard focus was in a region.
#[derive(Clone, Copy)]
pub(crate) struct FocusKeeper {
    here: StoredValue<bool>,
}

impl FocusKeeper {
    pub(crate) fn new() -> Self {
        Self { here: StoredValue::new(false) }
    }

    /// The focus has entered the region. Only keyboard focus counts: after a click the focus is not moved.
    pub(crate) fn on_focus_in(self, ev: &web_sys::FocusEvent) {
        let on = ev.target().and_then(|on| on.dyn_into::<web_sys::Element>().ok());
        self.here.set_value(on.is_some_and(|on| on.matches(":focus-visible").unwrap_or(false)));
    }

    /// The focus has left an element. A removed button reports no new target and does not count as leaving.
    pub(crate) fn on_focus_out(self, ev: &web_sys::FocusEvent) {
        if ev.related_target().is_some() {
            self.here.set_value(false);
        }
    }

    /// Moves the focus to a fallback element if it was in the region and the current change removes it.
    pub(crate) fn restore_soon(self) {
        if self.here.try_get_value() == Some(true) {
            browser::regain_focus();
        }
    }
}
