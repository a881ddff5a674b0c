//! Texts of every page: its window title, and the texts of a page that cannot be shown.

// A page that cannot be shown
pub(crate) const FORBIDDEN: &str = "You can’t open this page";
pub(crate) const NOT_FOUND: &str = "That isn’t here";
pub(crate) const BROKEN: &str = "This page could not be loaded";
pub(crate) const TRY_AGAIN: &str = "Try again";
pub(crate) const GO_TO_OVERVIEW: &str = "Go to Overview";
pub(crate) const UPDATED: &str = "The console was updated meanwhile. Load the page again.";

// The document
pub(crate) const STOPPED: &str =
    "This page has stopped, perhaps because a browser extension has changed it. Links still work.";
pub(crate) const RELOAD: &str = "Reload";
pub(crate) const WITHOUT_SCRIPT: &str = "You can read everything here. Choosing, connecting and changing anything needs JavaScript, which is off.";

pub(crate) fn window_title(page: &str) -> String {
    format!("{page} · Warmy Domain Delegation")
}
