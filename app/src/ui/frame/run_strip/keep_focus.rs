//! A button may go while the keyboard is on it, for its time is over. The keyboard then goes on at the page's heading
//! and not at the top of the window.

use leptos::prelude::*;

use crate::ui::browser;

/// Knows whether the keyboard was here last.
#[derive(Clone, Copy)]
pub(super) struct FocusKeeper {
    here: StoredValue<bool>,
}

impl FocusKeeper {
    pub(super) fn new() -> Self {
        Self { here: StoredValue::new(false) }
    }

    pub(super) fn came(self) {
        self.here.set_value(true);
    }

    /// Somewhere else, or nowhere: a button that is taken away says nothing of where the keyboard went.
    pub(super) fn went(self, ev: &web_sys::FocusEvent) {
        if ev.related_target().is_some() {
            self.here.set_value(false);
        }
    }

    /// Once the page has changed: when the keyboard was here and is nowhere now, it goes on at the heading.
    pub(super) fn look_soon(self) {
        request_animation_frame(move || {
            request_animation_frame(move || {
                if self.here.try_get_value() != Some(true) {
                    return;
                }
                if browser::is_focus_lost() {
                    self.here.set_value(false);
                    browser::focus("main h1");
                }
            });
        });
    }
}
