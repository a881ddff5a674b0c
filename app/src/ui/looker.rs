//! Whoever may look and not change gets the same pages without what changes something: the server marks the document,
//! styles hide it (`viewer.css`), and nothing can be selected. The server refuses in any case.

use domain::Act;
use leptos::prelude::*;

use crate::ui::console::Console;

/// The visitor is a viewer; the server puts it into the context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MayOnlyLook;

/// What `<html>` is marked with (`data-looks`).
pub(crate) fn mark() -> Option<&'static str> {
    use_context::<MayOnlyLook>().map(|_| "only")
}

/// The same, for handlers.
pub(crate) fn may_only_look(console: Console) -> bool {
    console.me.read_untracked().as_ref().is_some_and(|me| !me.role.may(Act::Run))
}
