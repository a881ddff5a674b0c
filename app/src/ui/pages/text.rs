//! Texts of the pages for signed-out users and for unknown addresses.

// Signed out
pub(super) const SIGN_IN: &str = "Sign in";
pub(super) const SIGNED_OUT: &str = "You are not signed in";
pub(super) const SIGNED_OUT_TEXT: &str = "Open the one-time link that you were given: it signs this browser in. A link works once and for a short time.";
pub(super) const NO_LINK: &str = "No link, or an old one? Open Domain Delegation in Warmy, or ask the operator of this console for a new link.";
pub(super) const OWN_MACHINE: &str =
    "Trying it out on your own machine? The command that starts the console prints the link.";
pub(super) const TRY_AGAIN: &str = "Try again";

// No such page
pub(super) const NOT_FOUND_TITLE: &str = "Not found";
pub(super) const NOT_FOUND: &str = "There is no such page";
pub(super) const NOT_FOUND_TEXT: &str = "The address is old or has a typing mistake.";
pub(super) const GO_TO_OVERVIEW: &str = "Go to Overview";
pub(super) const SIGN_IN_MICROSOFT: &str = "Sign in with Microsoft";
