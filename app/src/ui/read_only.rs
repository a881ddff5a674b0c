//! Read-only use: a viewer gets the same pages without the controls that change something. The server marks the
//! document, styles hide the controls (`viewer.css`), and nothing can be selected. The server refuses changes in any
//! case.

use domain::Act;
use leptos::prelude::*;

use crate::ui::console::Console;

/// Marks the user as a viewer; the server puts it into the context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadOnly;

/// The value of `data-access` on `<html>`.
pub(crate) fn mark() -> Option<&'static str> {
    use_context::<ReadOnly>().map(|_| "read-only")
}

/// Whether the user is a viewer, for handlers.
pub(crate) fn is_read_only(console: Console) -> bool {
    console.me.read_untracked().as_ref().is_some_and(|me| !me.role.may(Act::Run))
}
