//! Texts that the console announces and shows on every page.

use domain::{
    run::RunView,
    text::{counted, mailboxes},
};

use crate::ui::words;

// Runs
pub(super) const WHAT_TO_DO: &str = "What to do";

pub(super) fn can_be_undone(run: &RunView) -> String {
    format!("{}. This can be undone for 10 seconds.", words::doing(run))
}

/// The action of a run, with its state or its progress.
pub(super) fn announced(run: &RunView, what: &str) -> String {
    format!("{}: {what}", words::doing(run))
}

// Undo
pub(super) const UNDO: &str = "Undo";

pub(super) fn excluded(count: u32) -> String {
    format!("Excluded {}. You can undo this for 10 seconds.", mailboxes(u64::from(count)))
}

pub(super) fn as_before(count: u32) -> String {
    format!("Undone: {} as before.", counted(u64::from(count), "mailbox is", "mailboxes are"))
}

pub(super) fn included(count: u32) -> String {
    format!("Included {}.", mailboxes(u64::from(count)))
}
