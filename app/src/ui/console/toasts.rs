//! Toasts: short messages at the edge of the page.

use std::{fmt, sync::Arc};

use leptos::prelude::*;

use super::{Console, text};

/// The link of a toast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ToastLink {
    pub(crate) label: String,
    pub(crate) href: String,
}

/// The action that a toast offers.
#[derive(Clone)]
pub(crate) struct ToastAct {
    pub(crate) label: &'static str,
    /// May run after the component that offered it was removed; when its page has been left, it must do nothing.
    pub(crate) run: Arc<dyn Fn() + Send + Sync>,
}

impl fmt::Debug for ToastAct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label)
    }
}

impl PartialEq for ToastAct {
    fn eq(&self, other: &Self) -> bool {
        self.label == other.label
    }
}

impl Eq for ToastAct {}

/// A message at the edge of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Toast {
    pub(crate) id: u32,
    pub(crate) text: String,
    pub(crate) link: Option<ToastLink>,
    pub(crate) act: Option<ToastAct>,
    /// Stays until it is dismissed.
    pub(crate) stays: bool,
}

impl Toast {
    pub(crate) fn good(text: impl Into<String>) -> Self {
        Self { id: 0, text: text.into(), link: None, act: None, stays: false }
    }

    /// A success message with an undo button.
    pub(crate) fn undoable(text: impl Into<String>, undo: impl Fn() + Send + Sync + 'static) -> Self {
        Self { act: Some(ToastAct { label: text::UNDO, run: Arc::new(undo) }), ..Self::good(text) }
    }

    pub(crate) fn trouble(text: impl Into<String>, link: Option<ToastLink>) -> Self {
        Self { id: 0, text: text.into(), link, act: None, stays: true }
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
