//! Short messages that come and go.

use leptos::prelude::*;

use super::Console;

/// Where a toast leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ToastLink {
    pub(crate) label: String,
    pub(crate) href: String,
}

/// A message at the edge of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Toast {
    pub(crate) id: u32,
    pub(crate) text: String,
    pub(crate) link: Option<ToastLink>,
    /// Stays until it is dismissed.
    pub(crate) stays: bool,
}

impl Toast {
    pub(crate) fn good(text: impl Into<String>) -> Self {
        Self { id: 0, text: text.into(), link: None, stays: false }
    }

    pub(crate) fn trouble(text: impl Into<String>, link: Option<ToastLink>) -> Self {
        Self { id: 0, text: text.into(), link, stays: true }
    }
}

impl Console {
    /// Shows a toast. The same text is not shown twice at a time.
    pub(crate) fn toast(self, mut toast: Toast) {
        self.toasts.update(|all| {
            all.retain(|t| t.text != toast.text);
            toast.id = all.iter().map(|t| t.id).max().unwrap_or(0) + 1;
            all.push(toast);
        });
    }

    pub(crate) fn dismiss(self, id: u32) {
        self.toasts.update(|all| all.retain(|t| t.id != id));
    }
}
