//! Texts of the pages for signed-out users and for unknown addresses.

// Signed out
pub(super) const SIGN_IN: &str = "Sign in";
pub(super) const SIGNED_OUT: &str = "You are not signed in";
pub(super) const SIGNED_OUT_TEXT: &str =
    "Sign in with the Microsoft account that you were invited with. You then come back to this page.";
pub(super) const BY_LINK: &str = "You were given a one-time link? Open it: it signs this browser in. A link works once and for a short time.";
pub(super) const NO_LINK: &str = "Neither an account nor a working link? Open Domain Delegation in Warmy, or ask an owner of the workspace for an invitation.";
pub(super) const SUPPORT: &str = "Support";
pub(super) const PRIVACY: &str = "Privacy";
pub(super) const TRY_AGAIN: &str = "Try again";

// No such page
pub(super) const NOT_FOUND_TITLE: &str = "Not found";
pub(super) const NOT_FOUND: &str = "There is no such page";
pub(super) const NOT_FOUND_TEXT: &str = "The address is old or has a typing mistake.";
pub(super) const GO_TO_OVERVIEW: &str = "Go to Overview";
pub(super) const SIGN_IN_MICROSOFT: &str = "Sign in with Microsoft";
