//! Messages: results and refusals, one at a time, in the strip at the lower edge of the page.

use std::{fmt, sync::Arc};

use leptos::prelude::*;

use super::{Console, text};

/// The link of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MessageLink {
    pub(crate) label: String,
    pub(crate) href: String,
}

/// The action that a message offers.
#[derive(Clone)]
pub(crate) struct MessageAct {
    pub(crate) label: &'static str,
    /// May run after the component that offered it was removed; when its page has been left, it must do nothing.
    pub(crate) run: Arc<dyn Fn() + Send + Sync>,
}

impl fmt::Debug for MessageAct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label)
    }
}

impl PartialEq for MessageAct {
    fn eq(&self, other: &Self) -> bool {
        self.label == other.label
    }
}

impl Eq for MessageAct {}

/// A result or a refusal. A newer one replaces it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    /// Increases with every message.
    pub(crate) id: u32,
    pub(crate) text: String,
    pub(crate) link: Option<MessageLink>,
    pub(crate) act: Option<MessageAct>,
    pub(crate) problem: bool,
}

impl Message {
    pub(crate) fn good(text: impl Into<String>) -> Self {
        Self { id: 0, text: text.into(), link: None, act: None, problem: false }
    }

    /// A success message with an undo button.
    pub(crate) fn undoable(text: impl Into<String>, undo: impl Fn() + Send + Sync + 'static) -> Self {
        Self { act: Some(MessageAct { label: text::UNDO, run: Arc::new(undo) }), ..Self::good(text) }
    }

    pub(crate) fn problem(text: impl Into<String>, link: Option<MessageLink>) -> Self {
        Self { link, problem: true, ..Self::good(text) }
    }
}

impl Console {
    /// Shows a message.
    pub(crate) fn show(self, mut message: Message) {
        self.message.update(|shown| {
            message.id = shown.as_ref().map_or(0, |shown| shown.id) + 1;
            *shown = Some(message);
        });
    }

    /// Removes a message, unless a newer one has replaced it.
    pub(crate) fn dismiss(self, id: u32) {
        if self.message.read_untracked().as_ref().is_some_and(|message| message.id == id) {
            self.message.set(None);
        }
    }
}
